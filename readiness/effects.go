package readiness

import (
	"strings"

	"holdfast/journal"
)

// Settle records that an effect has been done. Idempotent: an effect that is
// over stays as it is.
type Settle struct{ Key, Ref string }

func (Settle) verb() string { return "settle" }

func (a Settle) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending {
		return Verdict{Rule: ruleEngine.name}
	}
	return s.tellAuthor(accept(ruleEngine, &journal.Settled{Type: t.Type, Key: a.Key, Ref: a.Ref}), t)
}

// Fail records that an effect is given up.
type Fail struct{ Key, Reason string }

func (Fail) verb() string { return "fail" }

func (a Fail) decide(s State, c Context) Verdict {
	t, ok := s.Outbox.Get(a.Key)
	if !c.bot() || !ok || t.Outcome != journal.Pending {
		return Verdict{Rule: ruleEngine.name}
	}
	return s.tellAuthor(accept(ruleEngine, &journal.Failed{Type: t.Type, Key: a.Key, Reason: a.Reason}), t)
}

// tellAuthor tells whoever has decided something what has become of its branch.
func (s State) tellAuthor(v Verdict, t journal.Tracked) Verdict {
	if t.Type != journal.Propose {
		return v
	}
	_, platform, _ := strings.Cut(t.Key, "@")
	for _, person := range t.People {
		v = v.wants(s.dm(platform, person, ProposedMessage, t.Key, "proposed:"+t.Subject))
	}
	return v
}
