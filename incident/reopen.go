package incident

import (
	"strings"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Reopen takes a resolved or closed incident up again.
type Reopen struct{ Because string }

func (Reopen) verb() string { return "reopen" }

func (a Reopen) decide(s State, c Context) Verdict {
	switch {
	case s.Phase != PhaseResolved && s.Phase != PhaseClosed:
		return refuse(fault.NotOpen, "", "%s is open: %s.", s.ID, s.Phase)
	case !ruleReopen.permits(s, c):
		return deny(s, c, a, ruleReopen)
	case strings.TrimSpace(a.Because) == "":
		return refuse(fault.Missing, "`/incident reopen because \"...\"`", "Say why it is opened again.")
	}
	v := accept(ruleReopen, &Reopened{}).since(a.Because)
	if s.Phase == PhaseClosed {
		v = s.takeUp(v, "")
		s, v = s.roomAgain(v)
	}
	if s.MergedRoom != "" {
		v = v.and(s.postIn(s.MergedRoom, "reopened", s.MergedInto))
	}
	return v.and(s.moveMain(TurnReopened)...).and(s.post("reopened", ""))
}

// takeUp tells the register that a closed incident is open again: at once and
// not as an effect, so that a process that starts right after this finds its
// open incidents in the register. What only the end has asked for is wanted no
// longer; over is the key of an effect that has just ended.
func (s State) takeUp(v Verdict, over string) Verdict {
	v.Register = []Statement{{Fact: &Resumed{ID: s.ID}}}
	for _, t := range s.Outbox.Open() {
		if (journal.Own(t.Type) || t.Type == journal.Archive) && t.Key != over {
			v = v.and(&journal.Abandoned{Type: t.Type, Key: t.Key, Reason: "reopened"})
		}
	}
	return v
}
