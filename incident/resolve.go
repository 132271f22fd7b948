package incident

import (
	"fmt"
	"strings"
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
	v = v.and(s.comment("resolved", a.Summary)...)
	for _, o := range s.Owners {
		v = v.and(s.tell(o, "verify-please", ""))
	}
	return v
}

// comment tells every ticket that something has ended. What of a private
// incident the tracker may know is for whoever performs it to say.
func (s State) comment(what, details string) []journal.Fact {
	text := s.ID + " " + what + ": " + details
	var facts []journal.Fact
	for _, t := range s.Tickets {
		if t.Key != "" && !s.Drill {
			facts = append(facts, s.want(journal.Effect{Type: journal.Comment, To: t.Key, Text: text, Droppable: true}, what+":"+t.Key))
		}
	}
	return facts
}

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
	return accept(r, &Verified{Person: c.Actor.ID, Owner: len(s.Owners) > 0}).happened(tv)
}

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
		// At once and not as an effect: a process that starts right after this
		// finds its open incidents in the register.
		v.Register = []Statement{{Fact: &Resumed{ID: s.ID}}}
		for _, t := range s.Outbox.Open() {
			if t.Type == journal.Register {
				v = v.and(&journal.Abandoned{Type: t.Type, Key: t.Key, Reason: "reopened"})
			}
		}
	}
	return v.and(s.post("reopened", ""))
}

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
		if f.Owner == "" {
			ids = append(ids, f.ID)
		}
	}
	return ids
}

// end closes. Nobody is called any more for a false alarm. The register is
// told when every effect is over, so that a restart still finds those that
// wait.
func (a Close) end(s State) Verdict {
	v := accept(ruleCommander)
	for _, o := range s.Offers {
		v = v.and(lapsed(o, "closed"))
	}
	v.Statements = append(v.Statements, Statement{Fact: &Closed{As: a.As}, Because: a.Because})
	if a.As == FalseAlarm {
		for _, t := range s.Outbox.Open() {
			if t.Type == journal.Page {
				v = v.and(&journal.Abandoned{Type: t.Type, Key: t.Key, Reason: FalseAlarm})
			}
		}
		v = v.and(s.comment(FalseAlarm, a.Because)...)
	}
	last := s.post("closed", "")
	v = v.and(last)
	var open []string
	for _, t := range s.Outbox.Open() {
		open = append(open, t.Key)
	}
	return v.and(s.want(journal.Effect{Type: journal.Register, To: RegisterJournal, Text: "closed", After: append(open, last.Key)}, "closed"))
}
