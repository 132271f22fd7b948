package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// holdfast runs a subcommand as the program does.
func holdfast(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	if code := run(t.Context(), args, os.Getenv, stdio{in: strings.NewReader(""), out: &out, err: &out}); code != want {
		t.Fatalf("holdfast %s: exit %d, want %d\n%s", strings.Join(args, " "), code, want, out.String())
	}
	return out.String()
}

func TestAStoreGoesToRedisAndBackByBackups(t *testing.T) {
	url := startRedis(t)
	dir := t.TempDir()
	demo := program(t, dir, "demo")
	demo.Stdin = strings.NewReader("/incident declare \"checkout failing\" sev:1 service:payments-api\n/incident role claim commander\n/incident declare \"mail late\"\n")
	output(t, demo)
	source, back := filepath.Join(dir, ".holdfast-demo"), filepath.Join(dir, "back")

	if said := holdfast(t, clean, "restore", source, "--store", url); !strings.Contains(said, "3 journals") {
		t.Errorf("restored: %s", said)
	}
	if said := holdfast(t, clean, "status", "--store", url); !strings.Contains(said, "INC-1") || !strings.Contains(said, "mail late") {
		t.Errorf("status: %s", said)
	}
	holdfast(t, clean, "verify", "--store", url)
	holdfast(t, clean, "backup", back, "--store", url)
	if want, got := holdfast(t, clean, "verify", source), holdfast(t, clean, "verify", back); got != want {
		t.Errorf("the store was\n%sand came back as\n%s", want, got)
	}
	if said := holdfast(t, clean, "restore", source, "--store", url); !strings.Contains(said, ", 0 of them new,") {
		t.Errorf("restored again: %s", said)
	}

	// Another store's entries are not mixed in.
	other := t.TempDir()
	demo = program(t, other, "demo")
	demo.Stdin = strings.NewReader("/incident declare \"another trouble\"\n")
	output(t, demo)
	if said := holdfast(t, findings, "restore", filepath.Join(other, ".holdfast-demo"), "--store", url); !strings.Contains(said, "holds other entries than the backup") {
		t.Errorf("restored from another: %s", said)
	}
}
