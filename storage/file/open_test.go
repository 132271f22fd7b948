package file_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/storagetest"
)

func TestWhatIsNotAStoreIsRefusedAndLeftAlone(t *testing.T) {
	for _, r := range []struct {
		sentence string
		make     func(t *testing.T, dir string) string // returns what to open
		says     string
	}{
		{"a file", func(t *testing.T, dir string) string { return write(t, dir, "notes.txt", "hello") }, "is a file"},
		{"a directory of other files", func(t *testing.T, dir string) string { write(t, dir, "notes.txt", "hello"); return dir }, "not a Holdfast store"},
		{"another magic", func(t *testing.T, dir string) string { write(t, dir, "HOLDFAST", "other\n"); return dir }, "not a Holdfast store"},
		{"an empty marker", func(t *testing.T, dir string) string { write(t, dir, "HOLDFAST", ""); return dir }, "not a Holdfast store"},
		{"a newer store", func(t *testing.T, dir string) string { write(t, dir, "HOLDFAST", "holdfast store 3\n"); return dir }, "newer version"},
	} {
		t.Run(r.sentence, func(t *testing.T) {
			dir := t.TempDir()
			name := r.make(t, dir)
			for _, readOnly := range []bool{false, true} {
				_, err := file.Open(name, file.Options{ReadOnly: readOnly})
				wantFault(t, err, r.says)
			}
			if _, err := file.Verify(name); fault.CodeOf(err) != fault.Store {
				t.Errorf("verify: %v", err)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
				t.Errorf("the directory holds %v now (%v)", left, err)
			}
		})
	}
}

func TestReadingMakesNoStore(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		_, err := file.Open(dir, file.Options{ReadOnly: true})
		wantFault(t, err, "no store")
		if _, err := file.Verify(dir); fault.CodeOf(err) != fault.Store {
			t.Errorf("verify: %v", err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%s holds %v now", dir, left)
		}
	}
}

func TestASecondWriterIsRefusedAndTheFirstIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "store")
	first := open(t, dir, file.Options{})
	_, err := file.Open(dir, file.Options{})
	wantFault(t, err, fmt.Sprintf("process %d", os.Getpid()))
	first.Close()
	open(t, dir, file.Options{})
}

func TestAReaderWorksBesideTheWriter(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, file.Options{SegmentSize: 8 << 10})
	for n := range uint64(60) {
		if _, err := w.Append(t.Context(), "", storagetest.To("INC-1", n, strings.Repeat("x", 300))); err != nil {
			t.Fatal(err)
		}
		if n%10 != 0 {
			continue
		}
		r := open(t, dir, file.Options{ReadOnly: true})
		if got := uint64(len(storagetest.Chained(t, r, "INC-1"))); got != n+1 {
			t.Errorf("the reader sees %d entries of %d", got, n+1)
		}
		_, err := r.Append(t.Context(), "", storagetest.To("INC-1", n+1, "x"))
		var refused *storage.UnavailableError
		if !errors.As(err, &refused) || refused.Remedy == "" || fault.CodeOf(err) != fault.Store {
			t.Errorf("the reader's append: %v", err)
		}
		if _, err := r.Put(t.Context(), []byte("blob")); fault.CodeOf(err) != fault.Store {
			t.Errorf("the reader's blob: %v", err)
		}
		if report, err := file.Verify(dir); err != nil || len(report.Findings) > 0 || report.Journals[0].Entries != n+1 {
			t.Errorf("verify beside the writer: %+v, %v", report, err)
		}
		r.Close()
	}
}

func wantFault(t *testing.T, err error, says string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.Store || !strings.Contains(f.Text, says) || f.Next == "" {
		t.Errorf("got %v, want E_STORE that says %q and what to do", err, says)
	}
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadersFindNothingWrongWhileTheWriterIsWriting(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, file.Options{SegmentSize: 16 << 10})
	stop, ended := make(chan struct{}), make(chan struct{})
	defer func() { close(stop); <-ended }()
	go func() {
		defer close(ended)
		for at := uint64(0); ; at++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := w.Append(t.Context(), fmt.Sprint(at), storagetest.To("INC-1", at, strings.Repeat("x", int(at*31)%2000))); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	last, rounds := 0, 0
	for ; last < 300 && !t.Failed(); rounds++ {
		r := open(t, dir, file.Options{ReadOnly: true})
		n := len(storagetest.Chained(t, r, "INC-1"))
		if n < last || len(r.Findings()) > 0 {
			t.Fatalf("a reader sees %d entries after %d, and finds %v", n, last, r.Findings())
		}
		last = n
		r.Close()
		if report, err := file.Verify(dir); err != nil || len(report.Findings) > 0 {
			t.Errorf("verify: %+v, %v", report, err)
		}
	}
	if rounds < 20 {
		t.Errorf("void: only %d rounds while 300 entries were written", rounds)
	}
}
