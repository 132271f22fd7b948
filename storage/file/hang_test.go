package file

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"holdfast/storage"
	"holdfast/storage/storagetest"
)

func TestACallerThatStopsWaitingIsToldWhetherItsBatchMayHaveLanded(t *testing.T) {
	d := newPowerFS(rand.New(rand.NewPCG(12, 12)))
	s := reopened(t, d, Options{})
	hold := make(chan struct{})
	d.hold(hold)
	ctx, cancel := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := s.Append(ctx, "first", storagetest.To("INC-1", 0, "a"))
		first <- err
	}()
	<-hold // the first batch is written and its sync hangs
	go func() {
		_, err := s.Append(ctx, "second", storagetest.To("INC-2", 0, "b"))
		second <- err
	}()
	for waiting := 0; waiting == 0; {
		s.queue.mu.Lock()
		waiting = len(s.queue.waiting)
		s.queue.mu.Unlock()
	}
	cancel()
	for name, c := range map[string]struct {
		err      error
		doubtful bool
	}{"first": {<-first, true}, "second": {<-second, false}} {
		var unavailable *storage.UnavailableError
		if !errors.As(c.err, &unavailable) || unavailable.Doubtful != c.doubtful || !errors.Is(c.err, context.Canceled) {
			t.Errorf("%s: %v, want doubtful: %t", name, c.err, c.doubtful)
		}
	}
	d.hold(nil)
	hold <- struct{}{}
	_, err := s.Append(t.Context(), "first", storagetest.To("INC-1", 0, "a"))
	if !errors.As(err, new(*storage.DuplicateError)) {
		t.Errorf("the first batch again: %v, want a duplicate", err)
	}
	if _, err = s.Append(t.Context(), "second", storagetest.To("INC-2", 0, "b")); err != nil {
		t.Errorf("the second batch again: %v", err)
	}
}

func TestARecordThatIsNotTheOneSoughtIsDamage(t *testing.T) {
	w := writeSome(t, rand.New(rand.NewPCG(13, 13)))
	s := reopened(t, w.disk, Options{})
	s.catalog.journals["INC-1"].chapters[0].first = 2 // as an index of another store would say
	for e, err := range s.Read(t.Context(), "INC-1", 0) {
		if err == nil {
			t.Fatalf("entry %d is taken for another", e.Seq)
		}
		wantRefused(t, err)
	}
}
