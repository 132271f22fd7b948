package rehearse

import (
	"sync"

	"holdfast/internal/clock"
)

// Transcript is everything that has happened in a scenario, in order.
type Transcript struct {
	clock  clock.Clock
	listen func(Event) // told every event as it happens; may be nil

	mu     sync.Mutex
	events []Event
	window int // where the events since the previous act begin
	cause  Pos
}

// NewTranscript returns an empty transcript that takes its instants from the
// clock and tells listen of every event.
func NewTranscript(c clock.Clock, listen func(Event)) *Transcript {
	return &Transcript{clock: c, listen: listen}
}

// Begin opens the window of an act: what is recorded from here on was caused
// by it.
func (t *Transcript) Begin(cause Pos) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.window, t.cause = len(t.events), cause
}

// Blame names the directive that causes what is recorded next, without opening
// a window.
func (t *Transcript) Blame(cause Pos) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cause = cause
}

// Record adds an event at this instant.
func (t *Transcript) Record(e Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.At, e.Pos = t.clock.Now(), t.cause
	t.events = append(t.events, e)
	if t.listen != nil {
		t.listen(e)
	}
}

// Window returns the events since the previous act, or all when ever is set.
// The slice is shared: read it only.
func (t *Transcript) Window(ever bool) []Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ever {
		return t.events[:len(t.events):len(t.events)]
	}
	return t.events[t.window:len(t.events):len(t.events)]
}
