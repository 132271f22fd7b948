package incident

import (
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
)

// Points are the time points of an incident, in the order of a story: impact
// starts, detected, acknowledged, declared, restored, verified, closed.
var Points = []string{"t0", "td", "tk", "tc", "tr", "tv", "tx"}

// SetTime corrects a time point. It supersedes the earlier value; both stay in
// the journal.
type SetTime struct {
	Point   string
	At      time.Time
	Because string
}

func (SetTime) verb() string { return "time" }

func (a SetTime) decide(s State, c Context) Verdict {
	p := s.point(a.Point)
	switch {
	case p == nil:
		return refuse(fault.Range, "One of "+strings.Join(Points, ", ")+".", "There is no time point %q.", a.Point)
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander)
	case *p == nil && slices.Contains([]string{"tr", "tv", "tx"}, a.Point):
		verb := map[string]string{"tr": "resolve", "tv": "verify", "tx": "close"}[a.Point]
		return refuse(fault.Order, "`/incident "+verb+"` sets it.", "%s has no %s yet.", s.ID, a.Point)
	}
	if err := notFuture(a.Point, a.At, c.Now); err != nil {
		return Verdict{Refusal: err}
	}
	from := *p
	when := a.At.UTC()
	*p = &when // s is a copy
	if err := s.checkOrder(); err != nil {
		return Verdict{Refusal: err}
	}
	return accept(ruleCommander, &TimeSet{Point: a.Point, At: when, From: from}).since(a.Because)
}

// checkOrder holds t0 <= td <= tk and t0 <= tc <= tr <= tv <= tx over the
// points that are known.
func (s State) checkOrder() error {
	chains := [][]string{{"t0", "td", "tk"}, {"t0", "tc", "tr", "tv", "tx"}}
	for _, chain := range chains {
		var before string
		for _, name := range chain {
			p := *s.point(name)
			if p == nil {
				continue
			}
			if before != "" {
				if prev := *s.point(before); p.Before(*prev) {
					return fault.Newf(fault.Order, "Correct the other one first, if that is what is wrong.",
						"%s (%s) would lie before %s (%s); %s must hold.", name, stamp(*p), before, stamp(*prev), strings.Join(chain, " <= "))
				}
			}
			before = name
		}
	}
	return nil
}
