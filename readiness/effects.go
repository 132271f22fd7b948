package readiness

import "holdfast/journal"

// Settle records that an effect has been done. Idempotent: an effect that is
// over stays as it is.
type Settle struct{ Key, Ref string }

func (Settle) verb() string { return "settle" }

func (a Settle) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending {
		return Verdict{Rule: ruleEngine.name}
	}
	return accept(ruleEngine, &journal.Settled{Type: t.Type, Key: a.Key, Ref: a.Ref})
}

// Fail records that an effect is given up.
type Fail struct{ Key, Reason string }

func (Fail) verb() string { return "fail" }

func (a Fail) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending {
		return Verdict{Rule: ruleEngine.name}
	}
	return accept(ruleEngine, &journal.Failed{Type: t.Type, Key: a.Key, Reason: a.Reason})
}
