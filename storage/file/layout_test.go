package file

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// firstLayout is a store as the first version wrote it.
const firstLayout = "testdata/layout1"

// writeLikeTheFirst writes what is in it.
func writeLikeTheFirst(t *testing.T, dir string) {
	t.Helper()
	s, err := Open(dir, Options{SegmentSize: 1 << 10, Clock: clock.NewManual(storagetest.Start)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range 3 {
		id := fmt.Sprintf("INC-%d", n+1)
		mustAppend(t, s, "declare-"+id, storagetest.To("register", uint64(n), `{"id":"`+id+`"}`), storagetest.To(id, 0, "declared", "paged"))
		mustAppend(t, s, "note-"+id, storagetest.To(id, 2, fmt.Sprintf("note %0300d", n)))
	}
	if _, err := s.Put(t.Context(), []byte("a brief")); err != nil {
		t.Fatal(err)
	}
}

func mustAppend(t *testing.T, s storage.Store, command string, writes ...storage.Write) {
	t.Helper()
	if _, err := s.Append(t.Context(), command, writes...); err != nil {
		t.Fatal(err)
	}
}

// files returns the contents of a directory, without the lock.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == lockName {
			return err
		}
		data, err := os.ReadFile(path)
		all[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAStoreOfTheFirstLayoutOpensAndStaysAsItIs(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(firstLayout)); err != nil {
		t.Fatal(err)
	}
	for _, readOnly := range []bool{true, false} {
		s, err := Open(dir, Options{ReadOnly: readOnly, SegmentSize: 1 << 10})
		if err != nil || len(s.Findings()) > 0 {
			t.Fatalf("%v, %v", err, s.Findings())
		}
		for journal, n := range map[string]int{"register": 3, "INC-1": 3, "INC-2": 3, "INC-3": 3} {
			if got := len(storagetest.Chained(t, s, journal)); got != n {
				t.Errorf("%s has %d entries, want %d", journal, got, n)
			}
		}
		s.Close()
	}
	if r, err := Verify(dir); err != nil || len(r.Findings) > 0 || len(r.Repaired()) > 0 {
		t.Errorf("verify: %+v, %v", r, err)
	}
	if diff := cmp.Diff(files(t, firstLayout), files(t, dir)); diff != "" {
		t.Error("opening has changed it", diff)
	}
}

func TestAStoreIsWrittenInTheFirstLayoutAsBefore(t *testing.T) {
	dir := t.TempDir()
	writeLikeTheFirst(t, dir)
	if diff := cmp.Diff(files(t, firstLayout), files(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// The first version calls a store newer when it reads a higher number in a
// marker of less than 100 bytes; anything else it calls damaged, and would tell
// people to write its own line there.
func TestAnOlderVersionSaysThatANewerOneWroteTheStore(t *testing.T) {
	for _, log := range []string{".", "repaired-2026-11-26T0410Z-99"} {
		text := marker{layout: 2, log: log}.text()
		var v int
		n, err := fmt.Sscanf(text, "holdfast store %d\n", &v)
		if len(text) >= 100 || n != 1 || err != nil || v <= 1 {
			t.Errorf("%q: %d, %v", text, v, err)
		}
		if m, err := parseMarker(text); err != nil || m.log != log {
			t.Errorf("%q is read as %+v, %v", text, m, err)
		}
	}
}

func TestAFlippedMarkerIsNeverReadAsAnother(t *testing.T) {
	text := marker{layout: 2, log: "repaired-2026-11-26T0410Z"}.text()
	for i := range text {
		for bit := range 8 {
			harmed := []byte(text)
			harmed[i] ^= 1 << bit
			m, err := parseMarker(string(harmed))
			if err == nil {
				t.Errorf("%q was taken as %+v", harmed, m)
			}
		}
	}
}

func TestFileFreezesJournals(t *testing.T) {
	dir := t.TempDir()
	storagetest.RunFreezer(t, func(t *testing.T) storage.Copyable {
		s, err := Open(dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}

func TestFrozenJournalsStayFrozenWhenTheStoreIsOpenedAgain(t *testing.T) {
	d := newPowerFS(rand.New(rand.NewPCG(1, 1)))
	s := reopened(t, d, Options{})
	mustAppend(t, s, "", storagetest.To("INC-1", 0, "a", "b"), storagetest.To("INC-2", 0, "a"))
	all := storagetest.Chained(t, s, "INC-1")
	mark := storage.Frozen{Journal: "INC-1", Head: storage.Head{Seq: 2, Hash: all[1].Hash}, Note: "It burnt."}
	if err := s.Freeze(t.Context(), mark); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for range 2 {
		s = reopened(t, d, Options{})
		if _, err := s.Append(t.Context(), "", storagetest.To("INC-1", 2, "x")); err == nil || !strings.Contains(err.Error(), "frozen after entry 2") {
			t.Errorf("append: %v", err)
		}
		mustAppend(t, s, "", storagetest.To("INC-2", s.catalog.find("INC-2").head.Seq, "goes on"))
		s.Close()
	}
	r, err := verify(d, "disk")
	if err != nil || r.Damaged() || len(r.Repaired()) != 1 || !strings.Contains(r.Repaired()[0], "INC-1 is frozen after entry 2") {
		t.Errorf("verify: %+v, %v", r, err)
	}

	// A list that cannot be read says of no journal that it goes on.
	for how, harm := range map[string]func(d *powerFS){
		"gone":    func(d *powerFS) { delete(d.names, frozenName) },
		"flipped": func(d *powerFS) { d.names[frozenName].data[20] ^= 1 },
	} {
		c := d.clone()
		harm(c)
		s := reopened(t, c, Options{})
		_, err := s.Append(t.Context(), "", storagetest.To("INC-3", 0, "x"))
		wantRefused(t, err)
		s.Close()
		if r, err := verify(c, "disk"); err != nil || !r.Damaged() {
			t.Errorf("%s: verify: %+v, %v", how, r, err)
		}
	}
}

func TestAPowerCutWhileFreezingLeavesTheJournalAsItWasOrFrozen(t *testing.T) {
	frozen, asBefore := 0, 0
	for n := range 200 {
		d := newPowerFS(rand.New(rand.NewPCG(2, uint64(n))))
		s := reopened(t, d, Options{SegmentSize: 4 << 10})
		mustAppend(t, s, "", storagetest.To("INC-1", 0, "a"))
		mark := storage.Frozen{Journal: "INC-1", Head: s.catalog.find("INC-1").head, Note: "It burnt."}
		d.callsLeft = 1 + n%20
		done := s.Freeze(t.Context(), mark) == nil
		s.Close()
		s = reopened(t, d.cut(), Options{})
		switch _, err := s.Append(t.Context(), "", storagetest.To("INC-1", 1, "b")); {
		case err == nil && !done:
			asBefore++
		case err != nil && strings.Contains(err.Error(), "frozen"):
			frozen++
		default:
			t.Errorf("cut at call %d: frozen %t, then %v", 1+n%20, done, err)
		}
		s.Close()
	}
	if frozen < 20 || asBefore < 20 {
		t.Errorf("void: %d frozen, %d as before", frozen, asBefore)
	}
}
