package incident

import (
	"time"

	"holdfast/internal/fault"
)

// Verify says that the business has its service back: an owner's word, or
// where the plan names none, that of a second person.
type Verify struct{ At time.Time }

func (Verify) verb() string { return "verify" }

func (a Verify) decide(s State, c Context) Verdict {
	switch {
	case s.Phase != PhaseResolved:
		return refuse(fault.NotOpen, "`/incident resolve \"...\"` comes first.", "%s is not resolved.", s.ID)
	case s.TV != nil:
		return refuse(fault.NotOpen, "The next step is `/incident close`.", "already done by %s.", at(s.VerifiedBy))
	case len(s.Owners) > 0 && !ruleOwner.permits(s, c):
		return deny(s, c, a, ruleOwner)
	case len(s.Owners) == 0 && !ruleNotHolder.permits(s, c):
		return refuse(fault.TwoPerson, "Ask somebody else to look and verify.", "%s resolved it; a second person verifies.", at(c.Actor.ID))
	}
	tv := a.At.UTC()
	if a.At.IsZero() {
		tv = c.Now
	}
	if err := notFuture("The time of verification (at)", tv, c.Now); err != nil {
		return Verdict{Refusal: err}
	}
	s.TV = &tv
	if err := s.checkOrder(); err != nil {
		return Verdict{Refusal: err}
	}
	r := ruleNotHolder
	if len(s.Owners) > 0 {
		r = ruleOwner
	}
	return accept(r, &Verified{Person: c.Actor.ID, Owner: len(s.Owners) > 0}).happened(tv).and(s.missed()...)
}
