// Package window says when the windows of a plan are open, and which deadlines
// they bring forward. It is pure: the instant is put in from outside.
package window

import "time"

// Span is one occurrence of a window, [Start, End), with the RTO that holds in
// it.
type Span struct {
	Window string // its id
	Start  time.Time
	End    time.Time
	RTO    time.Duration
}

// Deadline returns by when a service has to be back that is out since t0: after
// its RTO, or sooner where a window is open, or opens before it could be back or
// has to be back. earliest is how long its recovery takes at least. by is the
// index of the span that decides, -1 for none: windows only tighten. Of two that
// give the same deadline the first decides.
func Deadline(t0 time.Time, rto, earliest time.Duration, spans []Span) (due time.Time, by int) {
	due, by = t0.Add(rto), -1
	last := t0.Add(max(earliest, rto))
	for i, w := range spans {
		if w.Start.After(last) || !w.End.After(t0) {
			continue
		}
		from := t0
		if w.Start.After(t0) {
			from = w.Start
		}
		if at := from.Add(w.RTO); at.Before(due) {
			due, by = at, i
		}
	}
	return due, by
}
