package incident

import (
	"cmp"
	"slices"
	"time"

	"holdfast/plan/window"
)

// Objective is how soon the plan wants a service back. It is written down when
// the service becomes part of the incident; a later plan does not change it.
type Objective struct {
	Service  string `json:"service"`
	RTO      Dur    `json:"rto"`
	Earliest Dur    `json:"earliest,omitempty"` // how long its recovery takes at least, all it needs included
	// Windows are the windows of the plan that may be open meanwhile.
	Windows []Window `json:"windows,omitempty"`
}

// Window is a time in which a service has to be back sooner: [Start, End).
type Window struct {
	ID    string    `json:"id"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	RTO   Dur       `json:"rto"`
}

// Deadline is by when a service has to be back, counted from the start of
// impact.
type Deadline struct {
	Service string    `json:"service"`
	RTO     Dur       `json:"rto"`
	Due     time.Time `json:"due"`
	// Window is the id of the one that brings it forward, From when that opens;
	// empty where the RTO alone decides.
	Window string     `json:"window,omitempty"`
	From   *time.Time `json:"window_from,omitempty"`
}

// deadlines counts the objectives from t0, the first to come first.
func deadlines(all []Objective, t0 *time.Time) []Deadline {
	if t0 == nil {
		return nil
	}
	var list []Deadline
	for _, o := range all {
		spans := make([]window.Span, len(o.Windows))
		for i, w := range o.Windows {
			spans[i] = window.Span{Window: w.ID, Start: w.Start, End: w.End, RTO: time.Duration(w.RTO)}
		}
		due, by := window.Deadline(*t0, time.Duration(o.RTO), time.Duration(o.Earliest), spans)
		d := Deadline{Service: o.Service, RTO: o.RTO, Due: due}
		if by >= 0 {
			from := spans[by].Start
			d.Window, d.From = spans[by].Window, &from
		}
		list = append(list, d)
	}
	slices.SortStableFunc(list, func(a, b Deadline) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Service, b.Service))
	})
	return list
}

// Next returns the deadline that comes first; nil when none is known, or when
// the incident is resolved.
func (s State) Next() *Deadline {
	if len(s.Deadlines) == 0 || s.TR != nil {
		return nil
	}
	return &s.Deadlines[0]
}
