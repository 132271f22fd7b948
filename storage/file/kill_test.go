package file_test

import (
	"bytes"
	"crypto/rand"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/storage/file"
)

func TestAcknowledgedEntriesSurviveKill(t *testing.T) {
	const loops = 15
	dir, acks := t.TempDir(), acknowledged{}
	torn := 0
	for loop := range loops {
		c := startChild(t, dir)
		for range 50 + mathrand.IntN(300) {
			if !acks.next(t, c.lines) {
				t.Fatalf("loop %d: the child ended early", loop)
			}
		}
		if err := c.command.Process.Kill(); err != nil { // SIGKILL
			t.Fatal(err)
		}
		for acks.next(t, c.lines) { // what it had said before it died
		}
		_ = c.command.Wait() // killed: its error is no news
		tail := spoil(t, dir, loop)
		s := open(t, dir, file.Options{})
		acks.check(t, s)
		torn += wantKept(t, dir, s, tail)
		s.Close()
		if r, err := file.Verify(dir); err != nil || len(r.Findings) > 0 {
			t.Fatalf("loop %d: verify: %v, %v", loop, r.Findings, err)
		}
	}
	t.Logf("%d entries acknowledged in %d loops, %d torn tails kept", acks.count(), loops, torn)
	if acks.count() < loops*50 || torn < loops/2 {
		t.Error("void: too little was written around the kills")
	}
}

// spoil adds what a crash may leave behind the last record: nothing, garbage,
// or the beginning of a record. It returns those bytes.
func spoil(t *testing.T, dir string, loop int) []byte {
	t.Helper()
	logs, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(logs) == 0 {
		t.Fatal("no segment", err)
	}
	name := logs[len(logs)-1]
	if _, err := os.Stat(strings.TrimSuffix(name, ".log") + ".idx"); err == nil {
		return nil // killed right after sealing: nothing is written there any more
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	written := bytes.TrimRight(data, "\x00")
	var tail []byte
	switch loop % 3 {
	case 1: // garbage, not beginning or ending with a zero
		tail = make([]byte, 10+mathrand.IntN(2000))
		rand.Read(tail)
		tail[0], tail[len(tail)-1] = 1, 1
	case 2: // half of the last record, once more
		if i := bytes.LastIndex(written, []byte("HFr1")); i > 0 {
			tail = bytes.TrimRight(written[i:i+(len(written)-i)/2], "\x00")
		}
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(tail, int64(len(written))); err != nil {
		t.Fatal(err)
	}
	return tail
}

// wantKept demands that the bytes of a tail are kept aside, and counts them.
func wantKept(t *testing.T, dir string, s *file.Store, tail []byte) int {
	t.Helper()
	found := s.Findings()
	if len(tail) == 0 {
		return 0 // the kill itself may have left one
	}
	if len(found) != 1 || found[0].Kind != file.TornTail {
		t.Errorf("found %v, want one torn tail", found)
		return 0
	}
	kept, err := os.ReadFile(filepath.Join(dir, found[0].Kept))
	if err != nil || !bytes.HasSuffix(kept, tail) {
		t.Errorf("%d bytes are kept of a tail of %d (%v)", len(kept), len(tail), err)
	}
	return 1
}
