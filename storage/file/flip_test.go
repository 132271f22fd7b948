package file

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// written is a closed store on a disk in memory, and what it holds.
type written struct {
	disk    *powerFS
	entries map[string][]storage.Entry
	files   []string // sorted
	last    extent   // of the very last record
	active  string   // the file it is in
	safeEnd int      // where the last records of that file begin
}

// writeSome makes a store of several segments, two blobs and batches over one
// or two journals, each made durable before the next.
func writeSome(t *testing.T, rng *rand.Rand) *written {
	t.Helper()
	d := newPowerFS(rng)
	s, err := Open("disk", Options{FS: d, SegmentSize: 16 << 10})
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]uint64{}
	for n := range 120 {
		journal := fmt.Sprintf("INC-%d", 1+rng.IntN(6))
		writes := []storage.Write{storagetest.To(journal, at[journal], fmt.Sprintf("%0*d", 1+rng.IntN(500), n))}
		at[journal]++
		if n%7 == 0 {
			writes = append(writes, storagetest.To("register", at["register"], "r", "s"))
			at["register"] += 2
		}
		if _, err := s.Append(t.Context(), fmt.Sprintf("c%d", n), writes...); err != nil {
			t.Fatal(err)
		}
	}
	for _, blob := range []string{"first", "second"} {
		if _, err := s.Put(t.Context(), []byte(blob)); err != nil {
			t.Fatal(err)
		}
	}
	w := &written{disk: d, entries: map[string][]storage.Entry{}, active: logName(s.log.active.number)}
	for journal := range at {
		w.entries[journal] = storagetest.Chained(t, s, journal)
	}
	for name := range d.names {
		w.files = append(w.files, name)
	}
	slices.Sort(w.files)
	if s.log.active.number < 3 {
		t.Fatal("void: too few segments")
	}
	sv := surveySegment(d.names[w.active].data, s.log.active.number)
	w.last = sv.frames[len(sv.frames)-1]
	s.Close()
	return w
}

// flip inverts one bit among the written bytes of a file, or of the very last
// record.
func (w *written) flip(rng *rand.Rand, inLast bool) (name string, offset int64) {
	if inLast {
		offset = int64(w.last.from) + rng.Int64N(int64(w.last.to-w.last.from))
		w.disk.names[w.active].data[offset] ^= 1 << rng.IntN(8)
		return w.active, offset
	}
	name = w.files[rng.IntN(len(w.files))]
	for path.Ext(name) != ".log" && rng.IntN(3) > 0 { // most bytes are in segments
		name = w.files[rng.IntN(len(w.files))]
	}
	data := w.disk.names[name].data
	offset = rng.Int64N(int64(len(data) - trailingZeros(data)))
	data[offset] ^= 1 << rng.IntN(8)
	return name, offset
}

func TestEveryFlippedBitIsDetected(t *testing.T) {
	const flips = 2000
	rng := rand.New(rand.NewPCG(testSeed(t), 0))
	w := writeSome(t, rng)
	if r, err := verify(w.disk, "disk"); err != nil || len(r.Findings) > 0 {
		t.Fatalf("before any flip: %v, %v", err, r)
	}
	torn, named, inLogs := 0, 0, 0
	for n := range flips {
		whole := w.disk.clone()
		name, offset := w.flip(rng, n%10 == 0)
		r, err := verify(w.disk, "disk")
		switch inLast := name == w.active && offset >= int64(w.last.from) && offset < int64(w.last.to); {
		case name == markerName:
			if err == nil {
				t.Errorf("a flip in %s was not seen", name)
			}
		case err != nil:
			t.Errorf("flip in %s at %d: %v", name, offset, err)
		case inLast:
			torn++
			w.wantTornTail(t, r, offset)
		default:
			f, found := covering(r.Findings, name, offset)
			if !found {
				t.Errorf("flip in %s at %d: found only %v", name, offset, r.Findings)
			}
			if path.Ext(name) == ".log" && offset >= segmentHead {
				inLogs++
				if len(f.Spans) > 0 {
					named++
				}
			}
		}
		w.wantNothingFalse(t)
		if t.Failed() {
			t.Fatalf("flip in %s at %d", name, offset)
		}
		w.disk = whole
	}
	t.Logf("%d of %d flips in records named the entry, %d were in the last record", named, inLogs, torn)
	if torn < flips/20 || inLogs < flips/3 || named < inLogs/2 {
		t.Error("void: too few flips hit records")
	}
}

// covering returns the finding of damage, or of a stale index, at a place.
func covering(findings []Finding, name string, offset int64) (Finding, bool) {
	i := slices.IndexFunc(findings, func(f Finding) bool {
		if f.File != name || f.Kind == TornTail {
			return false
		}
		return path.Ext(name) != ".log" || offset >= f.Offset && offset < f.Offset+f.Length
	})
	if i < 0 {
		return Finding{}, false
	}
	return findings[i], true
}

// wantTornTail demands that a flip in the last record is told as a torn tail
// and that the next start keeps all its bytes and goes on.
func (w *written) wantTornTail(t *testing.T, r *Report, offset int64) {
	t.Helper()
	if len(r.Findings) != 1 || r.Findings[0].Kind != TornTail || r.Damaged() {
		t.Errorf("found %v, want a torn tail", r.Findings)
		return
	}
	bytesNow := bytes.Clone(w.disk.names[w.active].data[w.last.from:w.last.to])
	s, err := Open("disk", Options{FS: w.disk})
	if err != nil {
		t.Error(err)
		return
	}
	s.Close()
	found := s.Findings()
	if len(found) != 1 || found[0].Kind != TornTail || !bytes.Equal(w.disk.names[found[0].Kept].data, bytesNow) {
		t.Errorf("opening found %v", found)
	}
	after, err := verify(w.disk, "disk")
	if err != nil || len(after.Findings) > 0 || !slices.Equal(after.Kept, []string{found[0].Kept}) {
		t.Errorf("after opening: %v, %v", err, after)
	}
}

// wantNothingFalse demands that a reader is told an error or what was written,
// never anything else.
func (w *written) wantNothingFalse(t *testing.T) {
	t.Helper()
	s, err := Open("disk", Options{FS: w.disk, ReadOnly: true})
	if err != nil {
		return
	}
	defer s.Close()
	for journal, want := range w.entries {
		n := 0
		for e, err := range s.Read(t.Context(), journal, 0) {
			if err != nil {
				if text := err.Error(); !strings.Contains(text, fmt.Sprintf("%s#%d", journal, n+1)) {
					t.Errorf("the error does not name %s#%d: %v", journal, n+1, err)
				}
				break
			}
			if n >= len(want) || e.Hash != want[n].Hash || !bytes.Equal(e.Body, want[n].Body) || e.Kind != want[n].Kind {
				t.Errorf("%s#%d was read as something else", journal, e.Seq)
				break
			}
			n++
		}
	}
}
