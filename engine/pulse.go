package engine

import (
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// Pulse is how an engine fares, for those who operate it.
type Pulse struct {
	Leading bool      // this replica performs effects
	Open    int       // incidents that may have something to do
	Pending int       // effects that are wanted and not over
	Oldest  time.Time // when the oldest of them was asked for; zero: none
	Failing int       // platforms whose last calls have failed
}

// Pulse takes the engine's pulse from what this process has read; it asks the
// store nothing and waits for nobody.
func (e *Engine) Pulse() Pulse {
	p := Pulse{Leading: e.Leading(), Failing: e.sched.failing()}
	e.mu.Lock()
	books := make([]*book[incident.State], 0, len(e.active))
	for id := range e.active {
		if b := e.books[id]; b != nil {
			books = append(books, b)
		}
	}
	e.mu.Unlock()
	for _, b := range books {
		s := b.shown.Load()
		if s == nil {
			continue
		}
		p.Open++
		p.waits(s.Outbox)
	}
	if s := e.ratings.shown.Load(); s != nil {
		p.waits(s.Outbox)
	}
	return p
}

// waits counts what of a journal is pending.
func (p *Pulse) waits(o journal.Outbox) {
	for _, t := range o.Open() {
		p.Pending++
		if p.Oldest.IsZero() || t.Asked.Before(p.Oldest) {
			p.Oldest = t.Asked
		}
	}
}

func (sc *scheduler) failing() (n int) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for _, g := range sc.groups {
		if g.failures > 0 {
			n++
		}
	}
	return n
}
