package window

import (
	"slices"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

// A Tightened service has to be back sooner than its RTO says.
type Tightened struct {
	Service string
	Due     time.Time
	After   time.Duration // from t0 to Due
	By      Span
}

// Effect is what the windows of a plan make of its objectives at an instant.
type Effect struct {
	Tightened []Tightened // by service id
	Uncovered []Uncovered // of the occurrences that were looked at, by window
}

// Deadlines returns the numbers for a rerun of the dependency objectives. What
// no window tightens is not in it and keeps its RTO.
func (e Effect) Deadlines() order.Deadlines {
	d := order.Deadlines{}
	for _, t := range e.Tightened {
		d[t.Service] = t.After
	}
	return d
}

// Tighten works out what the windows of a plan bring forward for an impact that
// begins at t0. times are the objectives without windows, order.Graph.Times(nil).
func Tighten(p *plan.Plan, times []order.Times, t0 time.Time) Effect {
	var e Effect
	if len(p.Windows) == 0 {
		return e
	}
	reach := map[string]time.Duration{}
	for _, t := range times {
		reach[t.ID] = max(t.Finish, t.Deadline)
	}
	// Of the occurrences of one window the first always gives the earliest
	// deadline.
	of := map[string][]Span{}
	for _, w := range p.Windows {
		s := next(p, w, t0)
		if !s.Known {
			continue
		}
		reached := false
		for _, id := range w.Services {
			if !s.Span.Start.After(t0.Add(reach[id])) {
				of[id], reached = append(of[id], s.Span), true
			}
		}
		if reached {
			e.Uncovered = append(e.Uncovered, s.Uncovered...)
		}
	}
	for _, t := range times {
		spans := of[t.ID]
		if len(spans) == 0 {
			continue
		}
		slices.SortStableFunc(spans, byStart)
		if due, by := Deadline(t0, t.Deadline, t.Finish, spans); by >= 0 {
			e.Tightened = append(e.Tightened, Tightened{Service: t.ID, Due: due, After: due.Sub(t0), By: spans[by]})
		}
	}
	return e
}
