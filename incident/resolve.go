package incident

import (
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Resolve says that the service is technically restored. It is the only way to
// resolve.
type Resolve struct {
	Summary string
	At      time.Time // tr; zero: now
}

func (Resolve) verb() string { return "resolve" }

func (a Resolve) decide(s State, c Context) Verdict {
	if err := textWithin("summary", a.Summary, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	tr := a.At.UTC()
	if a.At.IsZero() {
		tr = c.Now
	}
	switch {
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander)
	case s.Phase == PhaseResolved:
		return refuse(fault.NotOpen, "The next step is `/incident verify`.", "already done by %s.", at(s.ResolvedBy))
	}
	if err := notFuture("The time of restoration (at)", tr, c.Now); err != nil {
		return Verdict{Refusal: err}
	}
	s.TR = &tr
	if err := s.checkOrder(); err != nil {
		return Verdict{Refusal: err}
	}
	v := accept(ruleCommander, &Resolved{Summary: a.Summary, TR: tr}, s.post("resolved", ""))
	v = v.and(s.comment("resolved", a.Summary)...).and(s.moveMain(TurnResolved)...)
	for _, o := range s.Owners {
		v = v.and(s.tell(o, "verify-please", ""))
	}
	for _, told := range s.digests() {
		v = v.and(told)
	}
	return v
}

// comment tells every ticket that something has ended.
func (s State) comment(what, details string) []journal.Fact {
	return s.commentAll(what, s.ID+" "+what+": "+details)
}
