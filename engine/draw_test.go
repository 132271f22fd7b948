package engine_test

import (
	"context"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/journal"
)

// hung is a display whose chat does not answer until it is let go.
type hung struct {
	begun chan string   // the incidents that it was asked to draw
	let   chan struct{} // closed: it answers
}

func (h hung) Display(ctx context.Context, s incident.State, _ time.Time) time.Time {
	h.begun <- s.ID
	select {
	case <-h.let:
	case <-ctx.Done():
	}
	return time.Time{}
}

func TestAChatThatHangsWhileItIsDrawnKeepsNobodyWaiting(t *testing.T) {
	w := enginetest.New(t)
	w.Crash(w.Engine)
	h := hung{begun: make(chan string, 100), let: make(chan struct{})}
	w.Displays = []engine.Display{h}
	w.Engine = w.BootLoose("a")
	w.Pass(20 * time.Second) // the lease of the first is over
	advance := func() { w.Engine.Advance(t.Context(), w.Clock.Now()) }
	w.Declare(alice, enginetest.Outage())
	advance()
	<-h.begun // and now it hangs

	w.Do(alice, "INC-1", incident.PagePeople{To: incident.Target{To: "@dan"}, Why: "come"})
	until(t, "the page", func() bool { advance(); return w.Count("INC-1", "page.settled") == 2 })
	w.Clock.Add(5 * time.Minute)
	until(t, "the timer", func() bool { advance(); return w.Count("INC-1", "command.unclaimed") == 1 })
	select {
	case id := <-h.begun:
		t.Fatalf("%s is drawn twice at once", id)
	default:
	}

	close(h.let)
	until(t, "the drawing of what has changed", func() bool { advance(); return len(h.begun) > 0 })
}

// broken panics whenever it is called.
type broken struct{ calls *int }

func (c broken) Display(context.Context, incident.State, time.Time) time.Time {
	*c.calls++
	panic("no such template")
}

func TestADrawingThatPanicsEndsNothing(t *testing.T) {
	w := enginetest.New(t)
	calls := 0
	w.Displays = []engine.Display{broken{&calls}}
	w.Restart()
	w.Declare(alice, enginetest.Outage())
	w.Pass(time.Minute)
	if s := w.State("INC-1"); s.Pending != 0 || s.Pages[0].Outcome != journal.Done || calls == 0 {
		t.Errorf("%d pending, page %+v, %d drawings", s.Pending, s.Pages[0], calls)
	}
}
