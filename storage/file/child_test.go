package file_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"testing"

	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/storagetest"
)

// The test binary run again with childDir set is a program that appends to the
// store there and prints what was acknowledged; with childBatches set it ends
// after so many batches, with one writer.
const (
	childDir     = "HOLDFAST_TEST_CHILD_DIR"
	childBatches = "HOLDFAST_TEST_CHILD_BATCHES"
	// With childRepair set it repairs the store there, prints a line before
	// each call that may change something, and waits for one in return.
	childRepair = "HOLDFAST_TEST_CHILD_REPAIR"
)

func TestMain(m *testing.M) {
	dir, repair := os.Getenv(childDir), os.Getenv(childRepair)
	var err error
	switch {
	case repair != "":
		_, err = file.Repair(context.Background(), repair, file.RepairOptions{FS: asking{file.Directory(repair)}})
	case dir != "":
		err = runChild(dir, os.Getenv(childBatches))
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// asking asks before each call that may change something.
type asking struct{ file.FS }

func ask(doing, name string) {
	fmt.Println(doing, name)
	_, _ = os.Stdin.Read(make([]byte, 1)) // whoever does not answer kills
}

func (f asking) Open(name string, mode file.Mode) (file.File, error) {
	if mode != file.ReadOnly {
		ask("open", name)
	}
	return f.FS.Open(name, mode)
}

func (f asking) Rename(from, to string) error {
	ask("rename", from)
	return f.FS.Rename(from, to)
}

func (f asking) SyncDir(dir string) error {
	ask("sync", dir)
	return f.FS.SyncDir(dir)
}

func runChild(dir, batches string) error {
	s, err := file.Open(dir, file.Options{SegmentSize: 64 << 10})
	if err != nil {
		return err
	}
	if batches != "" {
		var n int
		if _, err := fmt.Sscan(batches, &n); err != nil {
			return err
		}
		return errors.Join(appendAndPrint(s, "INC-0", n), s.Close())
	}
	var writers sync.WaitGroup
	failed := make(chan error, 4)
	for i := range cap(failed) {
		writers.Go(func() { failed <- appendAndPrint(s, fmt.Sprintf("INC-%d", i), -1) })
	}
	writers.Wait()
	return <-failed
}

// appendAndPrint appends to a journal, for ever when times is negative, and
// prints a line for each entry once it is acknowledged.
func appendAndPrint(s *file.Store, journal string, times int) error {
	at := uint64(0)
	for _, err := range s.Read(context.Background(), journal, 0) {
		if err != nil {
			return err
		}
		at++
	}
	for ; times != 0; times-- {
		body := fmt.Sprintf("%s/%d/%0*d", journal, at+1, 1+int(at*37)%900, at)
		command := fmt.Sprintf("%s-%d-%d", journal, at+1, os.Getpid())
		if _, err := s.Append(context.Background(), command, storagetest.To(journal, at, body)); err != nil {
			return err
		}
		at++
		if _, err := fmt.Fprintf(os.Stdout, "ack %s %d %s\n", journal, at, body); err != nil {
			return err
		}
	}
	return nil
}

// child is a running program that appends.
type child struct {
	command *exec.Cmd
	lines   *bufio.Scanner
	answers io.Writer
	close   io.Closer
}

func startChild(t *testing.T, dir string) *child {
	t.Helper()
	return start(t, childDir+"="+dir)
}

func start(t *testing.T, env string) *child {
	t.Helper()
	c := &child{command: exec.CommandContext(t.Context(), os.Args[0])}
	c.command.Env = append(os.Environ(), env)
	c.command.Stderr = os.Stderr
	in, err := c.command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.answers = in
	out, err := c.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.lines, c.close = bufio.NewScanner(out), out
	if err := c.command.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// acknowledged is what a child said: body by journal and position.
type acknowledged map[string]map[uint64]string

// next reads one acknowledgement. It reports false at the end of the output;
// a line that was cut off by death counts as never said.
func (a acknowledged) next(t *testing.T, lines *bufio.Scanner) bool {
	t.Helper()
	if !lines.Scan() {
		return false
	}
	var journal, body string
	var seq uint64
	if n, _ := fmt.Sscanf(lines.Text(), "ack %s %d %s", &journal, &seq, &body); n != 3 {
		return false
	}
	a.note(journal, seq, body)
	return true
}

func (a acknowledged) note(journal string, seq uint64, body string) {
	if a[journal] == nil {
		a[journal] = map[uint64]string{}
	}
	a[journal][seq] = body
}

func (a acknowledged) count() int {
	n := 0
	for _, entries := range a {
		n += len(entries)
	}
	return n
}

// check demands that the store holds all that was acknowledged, chained.
func (a acknowledged) check(t *testing.T, s storage.Store) {
	t.Helper()
	for journal, entries := range a {
		held := storagetest.Chained(t, s, journal)
		for seq, body := range entries {
			if seq > uint64(len(held)) || string(held[seq-1].Body) != body {
				t.Errorf("%s#%d was acknowledged and is lost", journal, seq)
			}
		}
	}
}
