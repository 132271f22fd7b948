package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestAClosedIncidentGoesIntoAFileAndIsReadThere archives from a true Redis.
func TestAClosedIncidentGoesIntoAFileAndIsReadThere(t *testing.T) {
	url := startRedis(t)
	t.Chdir(t.TempDir()) // where the key and the archive are made
	demo := program(t, ".", "demo")
	demo.Stdin = strings.NewReader("/incident declare \"checkout failing\" sev:3\n/incident note \"replica lag is 2 s\"\n" +
		"/incident close as:false-alarm because \"planned restart\"\n/incident declare \"mail late\"\n")
	output(t, demo)
	holdfast(t, clean, "restore", ".holdfast-demo", "--store", url)
	seen := func() string {
		return holdfast(t, clean, "status", "INC-1", "--store", url) + holdfast(t, clean, "status", "--all", "--store", url) +
			regexp.MustCompile(`(?m)^.*Exported.*$`).ReplaceAllString(holdfast(t, clean, "export", "INC-1", "--store", url), "") +
			holdfast(t, clean, "verify", "--store", url)
	}
	before := regexp.MustCompile(`As of .*`).ReplaceAllString(seen(), "")

	if said := holdfast(t, clean, "archive", "--store", url); !strings.Contains(said, "archived: 0 incidents") {
		t.Errorf("before its time: %s", said)
	}
	said := holdfast(t, clean, "archive", "--older-than", "0s", "--store", url)
	if !strings.Contains(said, "archived: 1 incident,") {
		t.Fatalf("archived: %s", said)
	}
	files, err := filepath.Glob(".holdfast-archive/INC-1-*.jsonl")
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	if said := holdfast(t, clean, "verify", files[0]); !strings.Contains(said, "OK") {
		t.Errorf("verify: %s", said)
	}
	if after := regexp.MustCompile(`As of .*`).ReplaceAllString(seen(), ""); after != before {
		t.Errorf("before it read\n%s\nnow\n%s", before, after)
	}
	if said := holdfast(t, clean, "backup", "kept", "--store", url); !strings.Contains(said, "3 journals") {
		t.Errorf("backup: %s", said)
	}

	// Its folder is out of reach: the others are shown, and this one is named.
	if err := os.Rename(".holdfast-archive", "cupboard"); err != nil {
		t.Fatal(err)
	}
	if said := holdfast(t, findings, "status", "INC-1", "--store", url); !strings.Contains(said, filepath.Base(files[0])) {
		t.Errorf("out of reach: %s", said)
	}
	if said := holdfast(t, clean, "status", "--all", "--store", url); !strings.Contains(said, "INC-2") || !strings.Contains(said, "INC-1") {
		t.Errorf("the list: %s", said)
	}
	if said := holdfast(t, findings, "backup", "other", "--store", url); !strings.Contains(said, "left out: INC-1: ") {
		t.Errorf("backup: %s", said)
	}
	holdfast(t, clean, "status", "INC-1", "--store", url, "--archive", "cupboard")

	if said := holdfast(t, clean, "archive", "--restore", "INC-1", "--dir", "cupboard", "--store", url); !strings.Contains(said, "INC-1 is back in the store") {
		t.Errorf("restored: %s", said)
	}
	if after := regexp.MustCompile(`As of .*`).ReplaceAllString(seen(), ""); after != before {
		t.Errorf("before it read\n%s\nand came back as\n%s", before, after)
	}
	holdfast(t, findings, "archive", "--restore", "INC-1", "--dir", "cupboard", "--store", url)
}

// TestAnArchivingThatIsKilledLosesNothing kills the true program as soon as so
// many files are there. Each journal is in Redis then, or in its file.
func TestAnArchivingThatIsKilledLosesNothing(t *testing.T) {
	const incidents = 12
	url := startRedis(t)
	t.Chdir(t.TempDir())
	demo := program(t, ".", "demo")
	demo.Stdin = strings.NewReader(strings.Repeat("/incident declare \"x\" again\n/incident close as:false-alarm because \"y\"\n", incidents))
	output(t, demo)
	holdfast(t, clean, "restore", ".holdfast-demo", "--store", url)
	before := holdfast(t, clean, "verify", "--store", url)
	interrupted := 0
	for files := 1; files <= incidents; files++ {
		keeping := program(t, ".", "archive", "--older-than", "0s", "--store", url)
		if err := keeping.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- keeping.Wait() }()
		for there := 0; there < files && len(ended) == 0; runtime.Gosched() {
			found, err := filepath.Glob(".holdfast-archive/INC-*.jsonl")
			if err != nil {
				t.Fatal(err)
			}
			there = len(found)
		}
		_ = keeping.Process.Kill() // SIGKILL; it may have ended
		if err := <-ended; err != nil {
			interrupted++
		}
		if after := holdfast(t, clean, "verify", "--store", url); after != before {
			t.Fatalf("killed at %d files: it was\n%s\nand is\n%s", files, before, after)
		}
	}
	left := strings.Count(holdfast(t, clean, "archive", "--older-than", "0s", "--dry-run", "--store", url), ": closed ")
	holdfast(t, clean, "archive", "--older-than", "0s", "--store", url)
	if said := holdfast(t, clean, "archive", "--older-than", "0s", "--store", url); !strings.Contains(said, "archived: 0 incidents") {
		t.Errorf("there is something left: %s", said)
	}
	if after := holdfast(t, clean, "verify", "--store", url); after != before {
		t.Errorf("it was\n%s\nand is\n%s", before, after)
	}
	for n := range incidents {
		holdfast(t, clean, "archive", "--restore", fmt.Sprintf("INC-%d", n+1), "--store", url)
	}
	if after := holdfast(t, clean, "verify", "--store", url); after != before {
		t.Errorf("it was\n%s\nand came back as\n%s", before, after)
	}
	t.Logf("%d runs were interrupted, which archived %d incidents", interrupted, incidents-left)
	if interrupted < 3 || left == incidents {
		t.Error("void: too little happened around the kills")
	}
}
