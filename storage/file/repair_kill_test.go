package file_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/storage/file"
	"holdfast/storage/storagetest"
)

// brokenStore makes a store with a flipped bit in the middle of INC-1.
func brokenStore(t *testing.T) (dir string, acks acknowledged) {
	t.Helper()
	dir, acks = t.TempDir(), acknowledged{}
	s := open(t, dir, file.Options{SegmentSize: 64 << 10})
	for n := range uint64(300) {
		for _, journal := range []string{"INC-1", "INC-2"} {
			body := fmt.Sprintf("%s-%d-%0300d", journal, n, n)
			if _, err := s.Append(t.Context(), "", storagetest.To(journal, n, body)); err != nil {
				t.Fatal(err)
			}
			if journal == "INC-2" {
				acks.note(journal, n+1, body)
			}
		}
	}
	s.Close()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(logs) < 3 {
		t.Fatalf("void: segments %v, %v", logs, err)
	}
	data, err := os.ReadFile(logs[1])
	if err != nil {
		t.Fatal(err)
	}
	data[bytes.Index(data, []byte("INC-1-"))] ^= 1
	if err := os.WriteFile(logs[1], data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, acks
}

func TestARepairThatIsKilledCanBeDoneAgain(t *testing.T) {
	broken, acks := brokenStore(t)
	before, after := 0, 0
	for calls, ended := 0, false; !ended; calls += 2 {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(broken)); err != nil {
			t.Fatal(err)
		}
		c := start(t, childRepair+"="+dir)
		for range calls {
			if ended = !c.lines.Scan(); ended {
				break
			}
			if _, err := c.answers.Write([]byte("\n")); err != nil {
				t.Fatal(err)
			}
		}
		if !ended {
			c.lines.Scan() // it is about to make the next call
		}
		_ = c.command.Process.Kill() // SIGKILL; it may have ended
		_ = c.command.Wait()
		report, err := file.Verify(dir)
		if err != nil {
			t.Fatal(err)
		}
		if report.Damaged() {
			before++
		} else {
			after++
		}
		if _, err := file.Repair(t.Context(), dir, file.RepairOptions{}); err != nil {
			t.Fatalf("call %d: repairing again: %v", calls, err)
		}
		s := open(t, dir, file.Options{})
		acks.check(t, s)
		if _, err := s.Append(t.Context(), "", storagetest.To("INC-3", 0, "x")); err != nil {
			t.Errorf("call %d: %v", calls, err)
		}
		s.Close()
		report, err = file.Verify(dir)
		if err != nil || report.Damaged() || len(report.Repaired()) != 1 {
			t.Errorf("call %d: verify: %+v, %v", calls, report, err)
		}
		wantOldSegments(t, broken, dir)
	}
	t.Logf("killed %d times before the new log was in force, %d times after", before, after)
	if before < 3 || after < 3 {
		t.Error("void: the kills were all on one side")
	}
}

// wantOldSegments demands that each segment of the old store is kept.
func wantOldSegments(t *testing.T, old, dir string) {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(old, "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range logs {
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kept := 0
		err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Base(path) != filepath.Base(name) || !strings.Contains(path, "damaged-") {
				return err
			}
			have, err := os.ReadFile(path)
			if bytes.Equal(have, want) {
				kept++
			}
			return err
		})
		if err != nil || kept != 1 {
			t.Errorf("%s is kept %d times, %v", filepath.Base(name), kept, err)
		}
	}
}
