package window

import (
	"maps"
	"slices"
	"time"

	"holdfast/plan"
)

// An Overlap is an instant at which two windows demand different things of the
// same services. The shorter RTO rules.
type Overlap struct {
	Tight, Loose Span      // the occurrences that overlap, the shorter RTO first
	From, To     time.Time // [From, To), both are open
	Services     []string  // by id
}

// Patterns that recur are compared over these two years: they hold a leap day,
// every change of the clocks and every weekday at a month's end.
var (
	sampleFrom = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	sampleTo   = time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)
)

// mostPairs bounds the comparison: a file of ten thousand windows on one service
// must not hold up whoever checks it.
const mostPairs = 2000

// Overlaps finds the first overlap of each two windows that have a service in
// common and ask different RTOs of it, in the order of the windows' ids. At most
// so many are returned.
func Overlaps(p *plan.Plan, most int) []Overlap {
	at := map[string][]int{}
	for i, w := range p.Windows {
		for _, id := range w.Services {
			at[id] = append(at[id], i)
		}
	}
	pairs := map[[2]int][]string{}
	for _, id := range slices.Sorted(maps.Keys(at)) {
		for i, a := range at[id] {
			for _, b := range at[id][i+1:] {
				if p.Windows[a].RTO == p.Windows[b].RTO {
					continue
				}
				if len(pairs) == mostPairs {
					break
				}
				pairs[[2]int{a, b}] = append(pairs[[2]int{a, b}], id)
			}
		}
	}
	byID := slices.SortedFunc(maps.Keys(pairs), func(x, y [2]int) int { return slices.Compare(x[:], y[:]) })
	c := comparison{p: p, samples: map[int][]Span{}}
	var found []Overlap
	for _, pair := range byID {
		if len(found) == most {
			break
		}
		if o, ok := c.first(pair[0], pair[1]); ok {
			o.Services = pairs[pair]
			found = append(found, o)
		}
	}
	return found
}

type comparison struct {
	p       *plan.Plan
	samples map[int][]Span // of the windows that recur
}

// first returns the first overlap of two windows.
func (c comparison) first(i, j int) (Overlap, bool) {
	a, b := c.p.Windows[i], c.p.Windows[j]
	from, to := sampleFrom, sampleTo
	switch {
	case once(a) && once(b):
		from, to = a.Start, a.End
	case once(a):
		from, to = a.Start, earlier(a.End, a.Start.AddDate(1, 0, 0))
	case once(b):
		from, to = b.Start, earlier(b.End, b.Start.AddDate(1, 0, 0))
	}
	xs, ys := c.spans(i, from, to), c.spans(j, from, to)
	for len(xs) > 0 && len(ys) > 0 {
		x, y := xs[0], ys[0]
		start, end := later(x.Start, y.Start), earlier(x.End, y.End)
		if start.Before(end) {
			if y.RTO < x.RTO {
				x, y = y, x
			}
			return Overlap{Tight: x, Loose: y, From: start, To: end}, true
		}
		if x.End.Before(y.End) {
			xs = xs[1:]
		} else {
			ys = ys[1:]
		}
	}
	return Overlap{}, false
}

func (c comparison) spans(i int, from, to time.Time) []Span {
	w := c.p.Windows[i]
	if once(w) || from != sampleFrom || to != sampleTo {
		spans, _ := Spans(c.p, w, from, to)
		return spans
	}
	if _, done := c.samples[i]; !done {
		c.samples[i], _ = Spans(c.p, w, from, to)
	}
	return c.samples[i]
}

func once(w plan.Window) bool { return w.Month == nil && w.Daily == nil }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
