package file

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// testSeed prints the seed of a random test. HOLDFAST_EXPLORE draws another one,
// HOLDFAST_SEED repeats a run.
func testSeed(t *testing.T) uint64 {
	t.Helper()
	seed := uint64(1) // the same in every run of the gate
	if os.Getenv("HOLDFAST_EXPLORE") != "" {
		seed = uint64(time.Now().UnixNano())
	}
	if text := os.Getenv("HOLDFAST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("HOLDFAST_SEED: %v", err)
		}
	}
	t.Logf("seed %d; HOLDFAST_SEED=%d repeats this run", seed, seed)
	return seed
}

// worker appends to a store and remembers what it was told.
type worker struct {
	t     *testing.T
	rng   *rand.Rand
	clock *clock.Manual
	kept  map[string][]string       // journal: bodies that must be there
	told  map[string][]storage.Span // command: where it landed
	n     int                       // batches so far
	acked int
	torn  int // findings of the last opening
}

// group makes up to five batches, each on one to three journals, that follow
// one another.
func (w *worker) group() []*request {
	at := map[string]uint64{}
	position := func(journal string) uint64 {
		if _, found := at[journal]; !found {
			at[journal] = uint64(len(w.kept[journal]))
		}
		return at[journal]
	}
	requests := make([]*request, 0, 5)
	for range 1 + w.rng.IntN(5) {
		w.n++
		journals := []string{"register", "INC-1", "INC-2", "INC-3", "INC-4", "service/a"}
		w.rng.Shuffle(len(journals), func(i, j int) { journals[i], journals[j] = journals[j], journals[i] })
		var writes []storage.Write
		for _, journal := range journals[:1+w.rng.IntN(3)] {
			var bodies []string
			for range 1 + w.rng.IntN(3) {
				bodies = append(bodies, fmt.Sprintf("%d %0*d", w.n, 1+w.rng.IntN(600), w.rng.Uint64()))
			}
			writes = append(writes, storagetest.To(journal, position(journal), bodies...))
			at[journal] += uint64(len(bodies))
		}
		requests = append(requests, newRequest(fmt.Sprintf("c%d", w.n), writes))
	}
	return requests
}

// work appends groups until the power goes. It returns the batches that were
// not acknowledged.
func (w *worker) work(s *Store) []*request {
	for {
		w.clock.Add(time.Second)
		group := w.group()
		if !s.queue.put(group...) {
			w.t.Fatal("the store is closed")
		}
		var lost []*request
		for _, r := range group {
			<-r.done
			if r.err != nil {
				lost = append(lost, r)
				continue
			}
			if lost != nil {
				w.t.Errorf("%s was acknowledged after a batch before it was not", r.command)
			}
			w.keep(r)
			w.acked++
		}
		if lost != nil {
			return lost
		}
	}
}

func (w *worker) keep(r *request) {
	var spans []storage.Span
	for _, write := range r.writes {
		first := uint64(len(w.kept[write.Journal]) + 1)
		for _, d := range write.Drafts {
			w.kept[write.Journal] = append(w.kept[write.Journal], string(d.Body))
		}
		spans = append(spans, storage.Span{Journal: write.Journal, First: first, Last: uint64(len(w.kept[write.Journal]))})
	}
	w.told[r.command] = spans
}

// checkAfter opens the store again, checks it, and returns what is still lost.
func (w *worker) checkAfter(what string, o Options, lost []*request) []*request {
	w.t.Helper()
	s, err := Open("disk", o)
	if err != nil {
		w.t.Fatalf("after %s: %v", what, err)
	}
	defer s.Close()
	w.torn = len(s.Findings())
	return w.check(s, lost)
}

// check demands that all that was acknowledged is there, that each batch of
// lost is there whole or not at all, and nothing else is.
func (w *worker) check(s *Store, lost []*request) []*request {
	w.t.Helper()
	for _, f := range s.Findings() {
		if f.Kind == Damage {
			w.t.Errorf("taken for damage: %v", f)
		}
	}
	found := map[string][]string{}
	for _, journal := range s.catalog.names() {
		for _, e := range storagetest.Chained(w.t, s, journal) {
			found[journal] = append(found[journal], string(e.Body))
		}
	}
	for len(lost) > 0 && w.landed(lost[0], found) {
		w.keep(lost[0])
		lost = lost[1:]
	}
	for journal := range w.kept {
		if !slices.Equal(found[journal], w.kept[journal]) {
			w.t.Errorf("%s holds %d entries, %d were promised or came whole", journal, len(found[journal]), len(w.kept[journal]))
		}
		delete(found, journal)
	}
	if len(found) > 0 {
		w.t.Errorf("journals out of nowhere: %v", found)
	}
	for command, spans := range w.told {
		_, err := s.Append(w.t.Context(), command, storagetest.To("INC-1", 0, "again"))
		var duplicate *storage.DuplicateError
		if !errors.As(err, &duplicate) || !slices.Equal(duplicate.Spans, spans) {
			w.t.Errorf("command %s: %v, want a duplicate at %v", command, err, spans)
		}
	}
	return lost
}

// landed says whether the first entry of a batch that was not acknowledged is
// there all the same.
func (w *worker) landed(r *request, found map[string][]string) bool {
	journal := r.writes[0].Journal
	n := len(w.kept[journal])
	return len(found[journal]) > n && found[journal][n] == string(r.writes[0].Drafts[0].Body)
}

func TestAcknowledgedEntriesSurvivePowerCuts(t *testing.T) {
	const disks, cutsEach = 40, 5 // 200 in all
	seed := testSeed(t)
	acked, torn, opening := 0, 0, 0
	for n := range uint64(disks) {
		rng := rand.New(rand.NewPCG(seed, n))
		c := clock.NewManual(storagetest.Start)
		w := &worker{t: t, rng: rng, clock: c, kept: map[string][]string{}, told: map[string][]storage.Span{}}
		d := newPowerFS(rng)
		for cuts := 0; cuts < cutsEach; {
			d.callsLeft = 1 + rng.IntN(120)
			o := Options{Clock: c, FS: d, SegmentSize: 32 << 10}
			var lost []*request
			if s, err := Open("disk", o); err == nil {
				lost = w.work(s)
				s.Close()
			} else if errors.Is(err, errPower) {
				opening++
			} else {
				t.Fatalf("disk %d: %v", n, err)
			}
			if rng.IntN(3) == 0 { // the process dies first; what it then shows must stay
				d.callsLeft, o.FS = -1, d
				lost = w.checkAfter("a kill", o, lost)
				if rng.IntN(2) == 0 {
					continue // and it goes on before the power goes
				}
			}
			cuts++
			d = d.cut()
			o.FS = d
			w.checkAfter("a power cut", o, lost)
			torn += w.torn
			if t.Failed() {
				t.Fatalf("disk %d", n)
			}
		}
		acked += w.acked
	}
	t.Logf("%d batches acknowledged, %d torn tails, %d cuts while opening", acked, torn, opening)
	if acked < 1000 || torn < 10 || opening < 5 {
		t.Errorf("void: too little happened around the cuts")
	}
}

func TestAStoreWhoseMakingWasInterruptedKeepsWhatIsWrittenLater(t *testing.T) {
	interrupted := 0
	for n := range 250 {
		calls := 1 + n%25
		d := newPowerFS(rand.New(rand.NewPCG(1, uint64(n))))
		d.callsLeft = calls
		o := Options{FS: d, SegmentSize: 4 << 10}
		if s, err := Open("disk", o); err == nil {
			s.Close()
		} else {
			interrupted++
		}
		d.callsLeft = -1 // only the process died
		s, err := Open("disk", o)
		if err != nil {
			t.Fatalf("opening after a death at call %d: %v", calls, err)
		}
		if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
			t.Fatal(err)
		}
		s.Close()
		o.FS = d.cut()
		if s, err = Open("disk", o); err != nil {
			t.Fatalf("opening after the power cut that followed a death at call %d: %v", calls, err)
		}
		if got := len(storagetest.Chained(t, s, "INC-1")); got != 1 {
			t.Errorf("death at call %d: %d entries, want 1", calls, got)
		}
		s.Close()
	}
	if interrupted < 100 {
		t.Errorf("void: only %d openings were interrupted", interrupted)
	}
}
