package file

import (
	"errors"
	"math/rand/v2"
	"path"
	"slices"
	"testing"

	"holdfast/storage"
)

// view is all that a store shows of its journals.
type view map[string][]storage.Entry

func viewOf(t *testing.T, d *powerFS) (v view, frozen []string, damaged bool) {
	t.Helper()
	s, err := Open("disk", Options{FS: d, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names, err := s.Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v = view{}
	for _, name := range names {
		entries, end := readAll(t, s, name)
		v[name] = entries
		if errors.As(end, new(*storage.FrozenError)) {
			frozen = append(frozen, name)
		}
	}
	return v, frozen, len(s.Findings()) > 0
}

func (v view) equals(w view) bool {
	if len(v) != len(w) {
		return false
	}
	for name := range v {
		if !slices.EqualFunc(v[name], w[name], same) {
			return false
		}
	}
	return true
}

// TestAPowerCutWhileRepairingLeavesTheOldStoreOrTheRepairedOne cuts the power
// at every call a repair makes, several times each.
func TestAPowerCutWhileRepairingLeavesTheOldStoreOrTheRepairedOne(t *testing.T) {
	seed := testSeed(t)
	w := writeSome(t, rand.New(rand.NewPCG(seed, 0)))
	hit := w.disk.names[w.active].data
	sv := surveySegment(hit, w.last0(t))
	hit[sv.frames[len(sv.frames)/2].from+40] ^= 1
	w.disk.names["blobs/"+blobFirst].data[0] ^= 1
	broken := w.disk.clone()
	oldView, _, _ := viewOf(t, broken)
	done := broken.clone()
	repairDisk(t, done, RepairOptions{})
	newView, newFrozen, _ := viewOf(t, done)
	oldLog := string(hit)

	old, repaired, interrupted, calls := 0, 0, 0, 0
	for ended := false; !ended; {
		calls++
		for round := range 3 {
			d := broken.clone()
			d.rng = rand.New(rand.NewPCG(seed, uint64(calls*10+round)))
			d.callsLeft = calls
			_, err := tryRepair(t.Context(), d, RepairOptions{})
			ended = err == nil
			d.callsLeft = -1
			if round > 0 { // in round 0 only the process dies
				d = d.cut()
			}
			v, frozen, isDamaged := viewOf(t, d)
			switch {
			case isDamaged && v.equals(oldView) && len(frozen) == 0:
				old++
			case !isDamaged && v.equals(newView) && slices.Equal(frozen, newFrozen):
				repaired++
			default:
				t.Errorf("cut at call %d: neither the old store nor the repaired one: damaged %t, frozen %v", calls, isDamaged, frozen)
			}
			wantOldLog(t, d, path.Base(w.active), oldLog)
			if !isDamaged && d.names[w.active] != nil {
				wantStartToTidy(t, d.clone(), w.active)
				interrupted++
			}

			if _, err := tryRepair(t.Context(), d, RepairOptions{}); err != nil {
				t.Errorf("cut at call %d: repairing again: %v", calls, err)
			}
			if v, frozen, isDamaged := viewOf(t, d); isDamaged || !v.equals(newView) || !slices.Equal(frozen, newFrozen) {
				t.Errorf("cut at call %d: after repairing again: damaged %t, frozen %v", calls, isDamaged, frozen)
			}
			wantOldLog(t, d, path.Base(w.active), oldLog)
			if d.names[path.Join("blobs", blobFirst)] != nil {
				t.Errorf("cut at call %d: the damaged blob is still in place", calls)
			}
			if t.Failed() {
				t.FailNow()
			}
		}
	}
	t.Logf("%d calls; after a cut %d times the old store, %d times the repaired one, %d times not tidied", calls, old, repaired, interrupted)
	if old < 20 || repaired < 20 || interrupted < 5 {
		t.Error("void: the cuts were all on one side")
	}
}

// wantStartToTidy demands that the next start moves the old log away.
func wantStartToTidy(t *testing.T, d *powerFS, name string) {
	t.Helper()
	s := reopened(t, d, Options{})
	s.Close()
	if d.names[name] != nil || d.names[path.Join(keptFolder, name)] == nil {
		t.Errorf("the start has not moved %s away", name)
	}
}

const blobFirst = "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e"

// last0 is the number of the active segment.
func (w *written) last0(t *testing.T) uint32 {
	t.Helper()
	n := numbered(w.files, ".log")
	return n[len(n)-1]
}

// wantOldLog demands that the bytes of the old log are somewhere, once.
func wantOldLog(t *testing.T, d *powerFS, name, content string) {
	t.Helper()
	found := 0
	for at, node := range d.names {
		if path.Base(at) == name && string(node.data) == content {
			found++
		}
	}
	if found != 1 {
		t.Errorf("the old %s is there %d times", name, found)
	}
}
