package window

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/plan"
)

// Uncovered says that a list of holidays ends before an occurrence of a window
// does, which therefore was reckoned by weekends alone after the list's end.
type Uncovered struct {
	Window   string   // its id
	Calendar string   // name of the list
	Until    plan.Day // the last day for which it speaks
	Through  plan.Day // the last day that would have to be known
}

// String says it in a sentence without a full stop.
func (u Uncovered) String() string {
	return fmt.Sprintf("The holidays %s are known until %s, and the window %s needs them until %s", u.Calendar, u.Until, u.Window, u.Through)
}

// Spans returns every occurrence of a window that has an instant in [from, to),
// in the order of their begin. Uncovered are those of them whose business days
// are not certain. A window in a zone that does not exist has no occurrence,
// and so has one that says in no way when it is.
func Spans(p *plan.Plan, w plan.Window, from, to time.Time) ([]Span, []Uncovered) {
	if !from.Before(to) {
		return nil, nil
	}
	if once(w) {
		return within([]Span{{Window: w.ID, Start: w.Start, End: w.End, RTO: w.RTO}}, from, to), nil
	}
	zone, err := time.LoadLocation(w.Zone)
	if err != nil || w.Zone == "" {
		return nil, nil
	}
	if w.Daily != nil {
		return within(daily(w, zone, from, to), from, to), nil
	}
	return monthly(w, calendarOf(p, w.Calendar), zone, from, to)
}

// Of returns every occurrence in [from, to) of the windows that name a service,
// in the order of their begin, then of the windows' ids.
func Of(p *plan.Plan, service string, from, to time.Time) ([]Span, []Uncovered) {
	var spans []Span
	var gaps []Uncovered
	for _, w := range p.Windows {
		if slices.Contains(w.Services, service) {
			more, open := Spans(p, w, from, to)
			spans, gaps = append(spans, more...), append(gaps, open...)
		}
	}
	slices.SortStableFunc(spans, byStart)
	return spans, gaps
}

func byStart(a, b Span) int {
	if c := a.Start.Compare(b.Start); c != 0 {
		return c
	}
	return strings.Compare(a.Window, b.Window)
}

// within keeps the spans that have an instant in [from, to).
func within(spans []Span, from, to time.Time) []Span {
	return slices.DeleteFunc(spans, func(s Span) bool {
		return !s.Start.Before(s.End) || !s.Start.Before(to) || !s.End.After(from)
	})
}

// daily returns one span for each day from the one before from to that of to.
func daily(w plan.Window, zone *time.Location, from, to time.Time) []Span {
	var spans []Span
	last := plan.DayOf(to.In(zone))
	for day := plan.DayOf(from.In(zone).AddDate(0, 0, -1)); !last.Before(day); day = after(day, 1) {
		spans = append(spans, Span{Window: w.ID, Start: first(day, w.Daily.From, zone), End: latest(day, w.Daily.To, zone), RTO: w.RTO})
	}
	return spans
}

// monthly returns one span around the end of each month from the one before
// from to that of to: fifteen business days lie within a month.
func monthly(w plan.Window, c calendar, zone *time.Location, from, to time.Time) (spans []Span, gaps []Uncovered) {
	day := plan.DayOf(from.In(zone))
	last := plan.DayOf(to.In(zone))
	for end := monthEnd(day.Year, day.Month-2); !monthEnd(last.Year, last.Month+1).Before(end); end = monthEnd(end.Year, end.Month+1) {
		open, close := c.businessDay(end, w.Month.From), c.businessDay(end, w.Month.To)
		span := within([]Span{{Window: w.ID, Start: first(open, 0, zone), End: latest(close, 24*60, zone), RTO: w.RTO}}, from, to)
		if len(span) == 0 {
			continue
		}
		spans = append(spans, span...)
		// Business days before the month's end are counted back from it.
		through := close
		if w.Month.To < 0 {
			through = end
		}
		if c.name != "" && c.until.Before(through) {
			gaps = append(gaps, Uncovered{Window: w.ID, Calendar: c.name, Until: c.until, Through: through})
		}
	}
	return spans, gaps
}

// Single says whether the list of holidays that a window with a start and an end
// names speaks of all its days. What recurs always outlasts its list; see Spans.
func Single(p *plan.Plan, w plan.Window) (u Uncovered, covered bool) {
	c := calendarOf(p, w.Calendar)
	if c.name == "" || !once(w) {
		return u, true
	}
	last := plan.DayOf(w.End.Add(-1))
	return Uncovered{Window: w.ID, Calendar: c.name, Until: c.until, Through: last}, !c.until.Before(last)
}

// State is how one window stands at an instant.
type State struct {
	Window    plan.Window
	Active    bool
	Span      Span        // the one that is active, or else the next one
	Known     bool        // false: neither is to come
	Uncovered []Uncovered // one or none: the business days of Span are not certain
}

// At says of each window of a plan, by id, whether it is active at an instant,
// and when it is next.
func At(p *plan.Plan, at time.Time) []State {
	states := make([]State, 0, len(p.Windows))
	for _, w := range p.Windows {
		states = append(states, next(p, w, at))
	}
	return states
}

// next finds the first occurrence of a window that has not ended at an instant.
func next(p *plan.Plan, w plan.Window, at time.Time) State {
	s := State{Window: w}
	to := at.Add(100 * 24 * time.Hour) // enough for what comes each month
	switch {
	case once(w):
		to = later(at, w.Start).Add(1)
	case w.Daily != nil:
		to = at.Add(3 * 24 * time.Hour)
	}
	spans, gaps := Spans(p, w, at, to)
	if len(spans) == 0 {
		return s
	}
	s.Known, s.Span = true, spans[0]
	s.Active = !s.Span.Start.After(at)
	if len(gaps) == len(spans) { // only the later ones may have gaps
		s.Uncovered = gaps[:1]
	}
	return s
}
