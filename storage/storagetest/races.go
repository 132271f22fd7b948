package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"holdfast/storage"
)

func (s *suite) runRaces(t *testing.T) {
	s.test(t, "of many writers at one position exactly one lands", func(b *bench) {
		const writers, rounds = 8, 25
		for round := range uint64(rounds) {
			var landed, conflicts counter
			together(writers, func(i int) {
				_, err := b.Append(b.Context(), fmt.Sprintf("w%d-r%d", i, round), To("INC-1", round, fmt.Sprint(i)))
				var conflict *storage.ConflictError
				switch {
				case err == nil:
					landed.add()
				case errors.As(err, &conflict) && conflict.Have == round+1:
					conflicts.add()
				default:
					b.Errorf("writer %d: %v", i, err)
				}
			})
			if landed.n != 1 || conflicts.n != writers-1 {
				b.Fatalf("round %d: %d landed, %d conflicts", round, landed.n, conflicts.n)
			}
		}
		if got := len(b.bodies("INC-1")); got != rounds {
			b.Errorf("%d entries, want %d", got, rounds)
		}
	})
	s.test(t, "of many writers with one command id exactly one lands", func(b *bench) {
		var landed counter
		spans := make([]storage.Span, 8)
		together(len(spans), func(i int) {
			journal := fmt.Sprintf("INC-%d", i)
			got, err := b.Append(b.Context(), "the same", To(journal, 0, "a"))
			var duplicate *storage.DuplicateError
			switch {
			case err == nil:
				landed.add()
				spans[i] = got[0]
			case errors.As(err, &duplicate) && len(duplicate.Spans) == 1:
				spans[i] = duplicate.Spans[0]
			default:
				b.Errorf("writer %d: %v", i, err)
			}
		})
		if landed.n != 1 || len(slices.Compact(spans)) != 1 {
			b.Errorf("%d landed, spans %v", landed.n, spans)
		}
	})
	s.test(t, "writers on many journals and readers do not disturb each other", func(b *bench) {
		const writers, each = 8, 40
		together(2*writers, func(i int) {
			if i >= writers { // readers
				for range each {
					Chained(b.T, b.Store, fmt.Sprintf("INC-%d", i-writers))
				}
				return
			}
			journal := fmt.Sprintf("INC-%d", i)
			for n := range uint64(each) {
				if _, err := b.Append(b.Context(), fmt.Sprintf("%s-%d", journal, n), To(journal, n, fmt.Sprint(n))); err != nil {
					b.Errorf("%s at %d: %v", journal, n, err)
					return
				}
			}
		})
		for i := range writers {
			if got := len(b.bodies(fmt.Sprintf("INC-%d", i))); got != each {
				b.Errorf("INC-%d holds %d entries, want %d", i, got, each)
			}
		}
	})
	s.test(t, "an acknowledged entry is read at once", func(b *bench) {
		for i := range uint64(50) {
			b.append("INC-1", i, "a")
			n := 0
			for _, err := range b.Read(b.Context(), "INC-1", i) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 1 {
				b.Fatalf("entry %d: read %d entries", i+1, n)
			}
		}
	})
}

func (s *suite) runClose(t *testing.T) {
	s.test(t, "a closed store refuses everything and may be closed again", func(b *bench) {
		b.append("INC-1", 0, "a")
		for range 2 {
			if err := b.Close(); err != nil {
				b.Fatal(err)
			}
		}
		_, appended := b.Append(b.Context(), "", To("INC-1", 1, "b"))
		_, watched := b.Watch(b.Context())
		_, leased := b.Lease(b.Context(), "perform", "r1", time.Second)
		var read error
		for _, err := range b.Read(b.Context(), "INC-1", 0) {
			read = err
		}
		for doing, err := range map[string]error{"append": appended, "watch": watched, "lease": leased, "read": read} {
			var unavailable *storage.UnavailableError
			if !errors.As(err, &unavailable) || unavailable.Doubtful {
				b.Errorf("%s: got %v, want an undoubtful UnavailableError", doing, err)
			}
		}
	})
}

func (s *suite) runReopen(t *testing.T) {
	s.test(t, "a store opened again holds what was acknowledged", func(b *bench) {
		spans, err := b.Append(b.Context(), "c1", To("register", 0, "r"), To("INC-1", 0, "a", "b"))
		if err != nil {
			b.Fatal(err)
		}
		for range 3 {
			b.Close()
			b.Store = s.reopen(b.T, b.Store, b.clock)
		}
		if got, want := b.bodies("INC-1"), []string{"a", "b"}; !slices.Equal(got, want) {
			b.Errorf("read %q, want %q", got, want)
		}
		wantDuplicate(b, "c1", spans, To("INC-1", 2, "again"))
		b.append("INC-1", 2, "c")
		b.clock.Add(storage.CommandLife)
		if _, err := b.Append(b.Context(), "c1", To("register", 1, "r")); err != nil {
			b.Errorf("a command id outlives its time: %v", err)
		}
	})
}

// together runs f(0) to f(n-1) at once and waits for all.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		wg.Go(func() { <-gate; f(i) })
	}
	close(gate)
	wg.Wait()
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}
