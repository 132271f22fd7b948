package readiness

import (
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Reopen says that something has happened after which a rating has to be looked
// at. The same cause counts once for a service.
type Reopen struct {
	Kind    string // see TriggerKinds, but the calendar
	Ref     string
	At      time.Time // zero: now
	Because string
	TTR     time.Duration // of an incident, with its RTO
	RTO     time.Duration
	Subject Subject // of another journal's wish only the service is known
}

func (Reopen) verb() string { return "review" }

func (a Reopen) decide(s State, c Context) Verdict {
	x := a.Subject
	switch {
	case !slices.Contains(TriggerKinds[1:], a.Kind):
		return refuse(fault.Range, "Causes are "+strings.Join(TriggerKinds[1:], ", ")+".", "%q is nothing that makes a review due.", a.Kind)
	case strings.TrimSpace(a.Ref) == "":
		return refuse(fault.Missing, "Such as CHG-881, INC-7 or the id of a service.", "Say which %s it was.", a.Kind)
	}
	if err := notFuture(a.At, c.Now); err != nil {
		return Verdict{Refusal: err}
	}
	for _, t := range s.Standing(x.Service).Triggers {
		if t.Kind == a.Kind && t.Ref == a.Ref {
			if c.bot() {
				return Verdict{Rule: ruleEngine.name}
			}
			return refuse(fault.Repeat, "`/continuity review due` shows it.", "already recorded as %s", journal.Ref(Journal, t.seq))
		}
	}
	f := &ReviewTriggered{Service: x.Service, Trigger: a.Kind, Ref: a.Ref}
	if a.Kind == ByIncident && a.TTR > 0 && a.RTO > 0 {
		ttr, rto := journal.Dur(a.TTR), journal.Dur(a.RTO)
		f.TTR, f.RTO = &ttr, &rto
	}
	r := ruleAnyone
	if c.bot() {
		r = ruleEngine
	}
	return accept(r, f).since(a.Because).happened(a.At).wants(s.cards(x)...)
}

// Ask sends the owners of a service its card, because something has made a
// review due that could not say whom to ask.
type Ask struct{ Subject Subject }

func (Ask) verb() string { return "ask" }

func (a Ask) decide(s State, c Context) Verdict {
	if !c.bot() || !s.Standing(a.Subject.Service).unasked() {
		return Verdict{Rule: ruleEngine.name}
	}
	return accept(ruleEngine).wants(s.cards(a.Subject)...)
}

// unasked says that a review was triggered and no card has gone out since.
func (x Standing) unasked() bool {
	return slices.ContainsFunc(x.Triggers, func(t Trigger) bool { return t.seq > x.carded })
}
