package incident

import (
	"holdfast/internal/fault"
	"holdfast/journal"
)

// AsMerged is how an incident is closed that goes on in another one.
const AsMerged = "merged"

// Merge says that this incident turns out to be part of another one and goes
// on there. It is closed; what changes in the other one's journal is an effect,
// see Absorb.
type Merge struct {
	Into    State    // the other one, as it was when the command was read
	Page    []Target // the teams of both, for the graver severity of the two
	Because string
}

func (Merge) verb() string { return "merge" }

func (a Merge) decide(s State, c Context) Verdict {
	switch {
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander)
	case a.Into.ID == s.ID:
		return refuse(fault.Range, "Name the incident that it is part of.", "%s cannot be merged into itself.", s.ID)
	case !MaySee(a.Into, c.Actor):
		v := deny(s, c, a, ruleSee)
		v.Refusal = fault.Newf(fault.Role, "Ask its commander for an invitation.", "%s is private.", a.Into.ID)
		return v
	case a.Into.newer != "":
		return refuse(fault.Newer, "Upgrade Holdfast to merge into it.",
			"%s holds a fact of kind %q, which this version does not know.", a.Into.ID, a.Into.newer)
	}
	if err := a.Into.takes(s.ID, s.Drill, s.Phase == PhaseResolved); err != nil {
		return Verdict{Refusal: err}
	}
	into := a.Into.ID
	fact := &Merged{Into: into, Room: a.Into.Room, Page: a.called(s)}
	if a.Into.Private {
		fact.Room = "" // which is named after the title
	}
	v := accept(ruleCommander).and(s.offersLapse()...).and(s.voidAll("merged into "+into, always)...)
	v.Statements = append(v.Statements, Statement{Fact: fact, Because: a.Because}, Statement{Fact: &Closed{As: AsMerged}})
	v = v.and(s.noMoreCalls("merged into " + into)...).and(s.comment(AsMerged, "it goes on in "+into)...).and(s.moveMain(TurnClosed)...)
	return s.lastWords(v, false, s.post("merged", into), s.want(journal.Effect{Type: journal.Merge, To: into}, into))
}

// called names whom the other one calls in turn: who waits for a call already,
// and whom the graver severity asks for.
func (a Merge) called(s State) []Target {
	var waiting []Target
	for _, t := range s.Outbox.Open() {
		if t.Type == journal.Page {
			waiting = append(waiting, Target{To: t.To, Fallback: t.People, Mail: t.Mail})
		}
	}
	if min(s.Severity, a.Into.Severity) > a.Into.Terms.PageSeverity || s.Retro || a.Into.Retro {
		return waiting
	}
	return eachOnce(waiting, a.Page)
}

// takes says why this incident cannot take another one in; nil when it can.
func (s State) takes(other string, drill, resolved bool) error {
	switch {
	case !s.Open() && s.MergedInto == other:
		return fault.Newf(fault.Range, "`/incident reopen #"+s.ID+"` comes first.", "%s was merged into %s, so the other way round is a circle.", s.ID, other)
	case !s.Open() && s.MergedInto != "":
		return fault.Newf(fault.Closed, "`/incident merge #"+s.MergedInto+"` goes there at once.", "%s is closed: it goes on in %s.", s.ID, s.MergedInto)
	case !s.Open():
		return fault.Newf(fault.Closed, "`/incident reopen #"+s.ID+"` opens it again.", "%s is closed.", s.ID)
	case s.Drill && !drill:
		return fault.Newf(fault.Range, "What is real goes on in what is real.", "%s is a drill, and %s is not.", s.ID, other)
	case drill && !s.Drill:
		return fault.Newf(fault.Range, "A drill goes on in a drill.", "%s is a drill, and %s is not.", other, s.ID)
	case s.Phase == PhaseResolved && !resolved:
		return fault.Newf(fault.NotOpen, "`/incident reopen #"+s.ID+"` comes first.", "%s is resolved, and %s is not.", s.ID, other)
	}
	return nil
}

// notMerged opens an incident again that the other one could not take in:
// nobody would work on it.
func (s State) notMerged(v Verdict, a Fail) Verdict {
	if s.ClosedAs != AsMerged {
		return v
	}
	v.Statements = append(v.Statements, Statement{Fact: &Reopened{}, Because: a.Reason})
	return s.takeUp(v, a.Key).and(s.moveMain(TurnReopened)...).and(s.post("reopened", ""))
}
