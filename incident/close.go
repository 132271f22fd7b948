package incident

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// FalseAlarm is the one way to close without resolving.
const FalseAlarm = "false-alarm"

// Close ends the incident.
type Close struct {
	As      string // FalseAlarm, or empty
	Because string
}

func (Close) verb() string { return "close" }

func (a Close) decide(s State, c Context) Verdict {
	if a.As != "" && a.As != FalseAlarm {
		return refuse(fault.Range, "`/incident close as:false-alarm because \"...\"`", "An incident is not closed as %q.", a.As)
	}
	if !ruleCommander.permits(s, c) {
		return deny(s, c, a, ruleCommander)
	}
	if a.As == FalseAlarm {
		if strings.TrimSpace(a.Because) == "" {
			return refuse(fault.Missing, "`/incident close as:false-alarm because \"...\"`", "Say why it was a false alarm.")
		}
		return a.end(s)
	}
	switch unowned := s.unowned(); {
	case s.Phase != PhaseResolved:
		return refuse(fault.NotOpen, "`/incident resolve \"...\"`, then `/incident verify`; a false alarm: `/incident close as:false-alarm because \"...\"`.", "%s is not resolved.", s.ID)
	case s.TV == nil:
		return refuse(fault.NotOpen, "`/incident verify` by "+s.verifier()+" comes first.", "%s is not verified.", s.ID)
	case len(unowned) > 0:
		return refuse(fault.Missing, fmt.Sprintf("`/incident followup own %s @somebody`", unowned[0]), "No owner: follow-up %s.", strings.Join(unowned, ", "))
	case s.Severity == 1 && s.VerifiedBy == c.Actor.ID:
		return refuse(fault.TwoPerson, "Ask a second person to close it.", "Closing SEV1 takes two people; %s verified it.", at(c.Actor.ID))
	}
	return a.end(s)
}

func (s State) verifier() string {
	if len(s.Owners) > 0 {
		return ruleOwner.whoMay(s)
	}
	return ruleNotHolder.says
}

func (s State) unowned() []string {
	var ids []string
	for _, f := range s.Followups {
		if f.Owner == "" && !f.Withdrawn {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// end closes. Nobody is called any more for a false alarm.
func (a Close) end(s State) Verdict {
	v := accept(ruleCommander).and(s.offersLapse()...).and(s.voidAll("closed", always)...)
	v.Statements = append(v.Statements, Statement{Fact: &Closed{As: a.As}, Because: a.Because})
	if a.As == FalseAlarm {
		v = v.and(s.noMoreCalls(FalseAlarm)...).and(s.comment(FalseAlarm, a.Because)...)
	}
	if a.As != FalseAlarm {
		v = v.and(s.missed()...)
	}
	v = v.and(s.moveMain(TurnClosed)...)
	return s.lastWords(v, s.Terms.Archive, s.post("closed", ""))
}

func always(Approval) bool { return true }

func (s State) offersLapse() []journal.Fact {
	var facts []journal.Fact
	for _, o := range s.Offers {
		facts = append(facts, lapsed(o, "closed"))
	}
	return facts
}

// noMoreCalls abandons every page that the pager has not accepted yet.
func (s State) noMoreCalls(why string) []journal.Fact {
	var facts []journal.Fact
	for _, t := range s.Outbox.Open() {
		if t.Type == journal.Page {
			facts = append(facts, &journal.Abandoned{Type: t.Type, Key: t.Key, Reason: why})
		}
	}
	return facts
}

// lastWords are the effects that an end still wants. The register is told when
// every effect is over, so that a restart still finds those that wait. The room
// is archived before that, when nothing is left that could be said in it.
func (s State) lastWords(v Verdict, archive bool, wanted ...*journal.Requested) Verdict {
	var before []string
	for _, t := range s.Outbox.Open() {
		before = append(before, t.Key)
	}
	for _, w := range append(wanted, s.digests()...) {
		v = v.and(w)
		before = append(before, w.Key)
	}
	if archive {
		last := s.archive(slices.Clone(before))
		v, before = v.and(last), append(before, last.Key)
	}
	return v.and(s.want(journal.Effect{Type: journal.Register, To: RegisterJournal, Text: "closed", After: before}, "closed"))
}
