package incident

import (
	"slices"
	"strings"

	"holdfast/internal/fault"
)

// SetPhase says where the work stands.
type SetPhase struct {
	Phase   string
	Because string
}

func (SetPhase) verb() string { return "phase" }

func (a SetPhase) decide(s State, c Context) Verdict {
	switch {
	case !slices.Contains(Phases, a.Phase):
		next := "One of " + strings.Join(Phases, ", ") + "; `/incident resolve` is the only way to resolve."
		return refuse(fault.Range, next, "There is no phase %q.", a.Phase)
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander)
	case s.Phase == PhaseResolved:
		return refuse(fault.NotOpen, "`/incident reopen` takes it up again.", "%s is resolved.", s.ID)
	case s.Phase == a.Phase:
		return refuse(fault.Range, "", "%s is in phase %s already.", s.ID, s.Phase)
	}
	return accept(ruleCommander, &PhaseSet{Phase: a.Phase, From: s.Phase}).since(a.Because)
}
