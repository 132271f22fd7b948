package file

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// damaged returns a disk on which INC-1 has 3 entries and INC-2 has 2, all in
// one segment, with one bit of INC-1#2 flipped.
func damaged(t *testing.T) *powerFS {
	t.Helper()
	d := newPowerFS(rand.New(rand.NewPCG(1, 1)))
	s := reopened(t, d, Options{SegmentSize: 16 << 10})
	for _, w := range []storage.Write{
		storagetest.To("INC-1", 0, "first"), storagetest.To("INC-2", 0, "a"), storagetest.To("INC-1", 1, "second"),
		storagetest.To("INC-1", 2, "third"), storagetest.To("INC-2", 1, "b"),
	} {
		if _, err := s.Append(t.Context(), "", w); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	data := d.names[logName(1)].data
	i := strings.Index(string(data), "second")
	data[i] ^= 1
	return d
}

func reopened(t *testing.T, d *powerFS, o Options) *Store {
	t.Helper()
	o.FS = d
	s, err := Open("disk", o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func wantRefused(t *testing.T, err error) {
	t.Helper()
	var refused *storage.UnavailableError
	if !errors.As(err, &refused) || refused.Doubtful || refused.Remedy == "" || fault.CodeOf(err) != fault.Store {
		t.Errorf("got %v, want an UnavailableError with E_STORE and a remedy", err)
	}
}

func TestDamageInTheMiddleIsNamedAndTheStoreOnlyRead(t *testing.T) {
	d := damaged(t)
	before := d.clone()
	for range 2 { // opening changes nothing
		s := reopened(t, d, Options{})
		found := s.Findings()
		if len(found) != 1 || found[0].Kind != Damage || spell(found[0].Spans) != "INC-1#2" || found[0].File != logName(1) {
			t.Fatalf("found %v, want damage at INC-1#2", found)
		}
		for _, w := range []storage.Write{storagetest.To("INC-1", 1, "x"), storagetest.To("INC-2", 2, "x"), storagetest.To("INC-3", 0, "x")} {
			_, err := s.Append(t.Context(), "", w)
			wantRefused(t, err)
		}
		if got := len(storagetest.Chained(t, s, "INC-2")); got != 2 {
			t.Errorf("INC-2 has %d entries, want 2", got)
		}
		var read []string
		var last error
		for e, err := range s.Read(t.Context(), "INC-1", 0) {
			if last = err; err == nil {
				read = append(read, string(e.Body))
			}
		}
		if len(read) != 1 || read[0] != "first" || last == nil || !strings.Contains(last.Error(), "INC-1#2") {
			t.Errorf("INC-1 was read as %q, then %v", read, last)
		}
		s.Close()
	}
	if string(before.names[logName(1)].data) != string(d.names[logName(1)].data) {
		t.Error("the damaged segment was changed")
	}
	r, err := verify(d, "disk")
	if err != nil || len(r.Findings) != 1 || spell(r.Findings[0].Spans) != "INC-1#2" {
		t.Errorf("verify: %v, %v", r, err)
	}
}

func TestDamageInASealedSegmentIsFoundByReading(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(2, 2)))
	data := w.disk.names[logName(1)].data
	data[len(data)/2] ^= 1
	s := reopened(t, w.disk, Options{})
	if found := s.Findings(); len(found) != 0 {
		t.Fatalf("opening found %v; it reads no sealed segment", found)
	}
	failed := 0
	for journal := range w.entries {
		for _, err := range s.Read(t.Context(), journal, 0) {
			if err != nil {
				failed++
				wantRefused(t, err)
			}
		}
	}
	if failed == 0 || len(s.Findings()) == 0 {
		t.Errorf("reading failed %d times, found %v", failed, s.Findings())
	}
	_, err := s.Append(t.Context(), "", storagetest.To("INC-99", 0, "x"))
	wantRefused(t, err)
}

func TestALostIndexIsWrittenAgain(t *testing.T) {
	for how, harm := range map[string]func(d *powerFS){
		"missing": func(d *powerFS) { delete(d.names, indexName(1)) },
		"flipped": func(d *powerFS) { d.names[indexName(1)].data[100] ^= 4 },
		"cut":     func(d *powerFS) { d.names[indexName(1)].data = d.names[indexName(1)].data[:50] },
		"empty":   func(d *powerFS) { d.names[indexName(1)].data = nil },
	} {
		t.Run(how, func(t *testing.T) {
			w := writeSome(t, rand.New(rand.NewPCG(3, 3)))
			index := string(w.disk.names[indexName(1)].data)
			harm(w.disk)
			if r, err := verify(w.disk, "disk"); err != nil || len(r.Findings) != 1 || r.Findings[0].Kind != StaleIndex {
				t.Errorf("verify: %v, %v", r, err)
			}
			s := reopened(t, w.disk, Options{})
			for journal, want := range w.entries {
				if got := storagetest.Chained(t, s, journal); len(got) != len(want) {
					t.Errorf("%s has %d entries, want %d", journal, len(got), len(want))
				}
			}
			if string(w.disk.names[indexName(1)].data) != index {
				t.Error("the index is not as it was")
			}
		})
	}
}

func TestAMissingSegmentIsDamage(t *testing.T) {
	for _, number := range []uint32{1, 2} {
		w := writeSome(t, rand.New(rand.NewPCG(4, 4)))
		delete(w.disk.names, logName(number))
		r, err := verify(w.disk, "disk")
		if err != nil || !r.Damaged() {
			t.Errorf("segment %d: verify: %v, %v", number, r, err)
		}
		s := reopened(t, w.disk, Options{})
		_, err = s.Append(t.Context(), "", storagetest.To("INC-99", 0, "x"))
		wantRefused(t, err)
	}
}

func TestADiskThatDoesNotConfirmIsNeverTrustedAgain(t *testing.T) {
	d := newPowerFS(rand.New(rand.NewPCG(5, 5)))
	s := reopened(t, d, Options{})
	if _, err := s.Append(t.Context(), "", storagetest.To("INC-1", 0, "kept")); err != nil {
		t.Fatal(err)
	}
	d.failSync = errors.New("input/output error")
	_, err := s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "doubtful"))
	var unconfirmed *storage.UnavailableError
	if !errors.As(err, &unconfirmed) || !unconfirmed.Doubtful || unconfirmed.Remedy == "" || !errors.Is(err, d.failSync) {
		t.Errorf("got %v, want a doubtful UnavailableError", err)
	}
	d.failSync = nil // the disk seems well again
	for _, at := range []uint64{1, 2} {
		_, err = s.Append(t.Context(), "", storagetest.To("INC-1", at, "later"))
		wantRefused(t, err)
	}
	if got := storagetest.Chained(t, s, "INC-1"); len(got) != 1 {
		t.Errorf("%d entries are shown, 1 was confirmed", len(got))
	}
}

func TestAFullDiskRefusesUntilThereIsRoom(t *testing.T) {
	d := newPowerFS(rand.New(rand.NewPCG(6, 6)))
	s := reopened(t, d, Options{SegmentSize: 4 << 10})
	d.full = true
	n := uint64(0)
	var err error
	for ; err == nil; n++ {
		_, err = s.Append(t.Context(), "", storagetest.To("INC-1", n, strings.Repeat("x", 500)))
	}
	wantRefused(t, err)
	n-- // the last one was refused
	_, err = s.Append(t.Context(), "", storagetest.To("INC-2", 0, "small"))
	wantRefused(t, err) // a segment whose sealing has begun is not written
	d.full = false
	if _, err := s.Append(t.Context(), "", storagetest.To("INC-1", n, "room again")); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if got := uint64(len(storagetest.Chained(t, reopened(t, d, Options{}), "INC-1"))); got != n+1 {
		t.Errorf("%d entries, want %d", got, n+1)
	}
}

func TestAStartReadsNoSealedSegment(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(7, 7)))
	clear(w.disk.opened)
	s := reopened(t, w.disk, Options{})
	if n := w.disk.opened[logName(1)]; n != 0 {
		t.Errorf("opening opened %s %d times", logName(1), n)
	}
	if names, err := s.Journals(t.Context()); err != nil || len(names) != len(w.entries) {
		t.Errorf("%d journals are known, want %d (%v)", len(names), len(w.entries), err)
	}
}
