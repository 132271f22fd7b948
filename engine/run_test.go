package engine_test

import (
	"context"
	"testing"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/storage/memory"
)

// unhurried is a performer whose call is under way until it is let.
type unhurried struct{ begun, let chan struct{} }

func (p unhurried) Perform(ctx context.Context, _ incident.State, _ journal.Attempt) (string, error) {
	p.begun <- struct{}{}
	select {
	case <-p.let:
		return "PG-1", nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func TestWhenRunEndsTheCallsUnderWayAreRecorded(t *testing.T) {
	p := unhurried{make(chan struct{}, 1), make(chan struct{})}
	e := engine.New(engine.Options{Store: memory.New(clock.System{}), Clock: clock.System{}, Performers: map[string]engine.Performer{journal.Page: p}})
	if err := e.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		e.Run(ctx)
	}()
	outage := enginetest.Outage()
	outage.Page, outage.PageAlways = []incident.Target{{To: "team:app"}}, nil
	if _, err := e.Declare(t.Context(), engine.Command{ID: "d1", Actor: alice, Platform: "console"}, outage); err != nil {
		t.Fatal(err)
	}
	<-p.begun
	stop()
	close(p.let)
	<-over
	s, err := e.State(t.Context(), "INC-1")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Pages) != 1 || s.Pages[0].ID != "PG-1" || s.Pages[0].Outcome != journal.Done {
		t.Errorf("the page is %+v", s.Pages)
	}
}
