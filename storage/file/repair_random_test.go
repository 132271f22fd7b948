package file

import (
	"errors"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// harm does something to a store that a disk or a person may do, away from the
// last records: what a crash may leave there is no damage.
func (w *written) harm(rng *rand.Rand) string {
	logs := slices.DeleteFunc(slices.Clone(w.files), func(name string) bool { return path.Ext(name) != ".log" || w.disk.names[name] == nil })
	name := logs[rng.IntN(len(logs))] // the active one is never gone
	data := w.disk.names[name].data
	end := len(data) - trailingZeros(data)
	if name == w.active {
		end = w.safeEnd
	}
	if end <= segmentHead {
		return "nothing"
	}
	run := func(fill func([]byte)) {
		from := segmentHead + rng.IntN(end-segmentHead)
		fill(data[from:min(end, from+1+rng.IntN(3000))])
	}
	index := strings.TrimSuffix(name, ".log") + ".idx"
	switch rng.IntN(7) {
	case 0, 1:
		offset := rng.IntN(end)
		data[offset] ^= 1 << rng.IntN(8)
		return "a flipped bit in " + name
	case 2:
		run(func(b []byte) {
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
		})
		return "a run of garbage in " + name
	case 3:
		run(func(b []byte) { clear(b) })
		return "a run of zeros in " + name
	case 4:
		if name != w.active {
			delete(w.disk.names, index)
		}
		run(func(b []byte) { clear(b) })
		return "a run of zeros in " + name + " and no index"
	case 5:
		if name == w.active {
			return "nothing"
		}
		delete(w.disk.names, name)
		return name + " is gone"
	default:
		if name == w.active {
			return "nothing"
		}
		delete(w.disk.names, name)
		delete(w.disk.names, index)
		return name + " and its index are gone"
	}
}

// TestNothingIsDroppedInSilence harms stores at random and repairs them: a
// journal either comes whole, or is frozen at the end of what is intact.
func TestNothingIsDroppedInSilence(t *testing.T) {
	const stores = 400
	rng := rand.New(rand.NewPCG(testSeed(t), 0))
	w := writeSome(t, rng)
	sv := surveySegment(w.disk.names[w.active].data, uint32(len(numbered(w.files, ".log"))))
	w.safeEnd = int(sv.frames[max(len(sv.frames)-4, 0)].from)
	whole := w.disk.clone()
	frozen, doubts, proven, kept, behind := 0, 0, uint64(0), 0, 0
	for n := range stores {
		w.disk = whole.clone()
		var harms []string
		for range 1 + rng.IntN(3) {
			harms = append(harms, w.harm(rng))
		}
		r := repairDisk(t, w.disk, RepairOptions{})
		if r.Kept != "" {
			kept++
			w.wantHonest(t, r)
			w.wantReadable(t, r)
		}
		for _, f := range r.Frozen {
			if frozen++; f.Doubt {
				doubts++
			}
		}
		proven, behind = proven+r.Proven, behind+len(r.Behind)
		if t.Failed() {
			t.Fatalf("store %d: %v; repaired: %+v", n, harms, r)
		}
	}
	t.Logf("%d repairs: %d journals frozen, of which %d in doubt; %d entries proven, %d spans behind damage", kept, frozen, doubts, proven, behind)
	if kept < stores/2 || frozen < stores/2 || doubts < 5 || proven < 20 || behind < 100 {
		t.Error("void: too little was damaged")
	}
}

// wantHonest compares a repaired store with what was written.
func (w *written) wantHonest(t *testing.T, r *Repairs) {
	t.Helper()
	marks := map[string]storage.Frozen{}
	for _, f := range r.Frozen {
		marks[f.Journal] = f
	}
	report, err := verify(w.disk, "disk")
	if err != nil || report.Damaged() {
		t.Errorf("verify after the repair: %+v, %v", report, err)
		return
	}
	s := reopened(t, w.disk, Options{})
	defer s.Close()
	for journal, want := range w.entries {
		read, end := readAll(t, s, journal)
		if len(read) > len(want) || !slices.EqualFunc(read, want[:len(read)], same) {
			t.Errorf("%s holds what was never written", journal)
		}
		mark, isFrozen := marks[journal]
		delete(marks, journal)
		_, err := s.Append(t.Context(), "", storagetest.To(journal, uint64(len(read)), "x"))
		switch {
		case len(read) == 0 && !isFrozen && r.Unknown > 0:
			// Every entry of it was where nobody can tell what was there.
		case !isFrozen && (end != nil || err != nil || len(read) != len(want)):
			t.Errorf("%s goes on after %d of %d entries: %v, %v", journal, len(read), len(want), end, err)
		case isFrozen && (!errors.As(end, new(*storage.FrozenError)) || !errors.As(err, new(*storage.FrozenError))):
			t.Errorf("%s is frozen and ends with %v, %v", journal, end, err)
		case isFrozen && mark.Head.Seq != uint64(len(read)):
			t.Errorf("%s is frozen after %d and read to %d", journal, mark.Head.Seq, len(read))
		case isFrozen && !mark.Doubt && len(read) == len(want):
			t.Errorf("%s is whole and said to have lost something: %s", journal, mark.Note)
		}
	}
	for _, mark := range marks {
		t.Errorf("frozen out of nowhere: %v", mark)
	}
}

// wantReadable demands that the entries which are said to be readable behind
// the damage are.
func (w *written) wantReadable(t *testing.T, r *Repairs) {
	t.Helper()
	found := map[string][]storage.Entry{}
	for _, span := range r.Behind {
		if found[span.Journal] == nil {
			remnants, err := behind(w.disk, "disk", span.Journal)
			if err != nil || len(remnants) != 1 || remnants[0].Folder != r.Kept {
				t.Fatalf("behind the damage of %s: %v, %v", span.Journal, remnants, err)
			}
			found[span.Journal] = remnants[0].Entries
		}
		for seq := span.First; seq <= span.Last; seq++ {
			if want := w.entries[span.Journal][seq-1]; !slices.ContainsFunc(found[span.Journal], func(e storage.Entry) bool { return same(e, want) }) {
				t.Errorf("%s#%d is said to be readable in %s and is not", span.Journal, seq, r.Kept)
			}
		}
	}
}
