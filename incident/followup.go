package incident

import (
	"slices"
	"time"

	"holdfast/internal/fault"
)

// AddFollowup notes work for after the incident. It must be owned before the
// incident is closed.
type AddFollowup struct {
	Text  string
	Owner *Person
	Due   time.Time
}

func (AddFollowup) verb() string { return "followup add" }

func (a AddFollowup) decide(s State, c Context) Verdict {
	if err := textWithin("follow-up", a.Text, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	if !a.Due.IsZero() && !a.Due.After(c.Now) {
		return refuse(fault.Range, "Give a date to come, such as due:2026-12-10.", "The follow-up would be due at %s, which is past.", stamp(a.Due))
	}
	added := &FollowupAdded{ID: nth("F", len(s.Followups)), Text: a.Text, Due: instant(a.Due)}
	if a.Owner != nil {
		added.Owner = a.Owner.ID
	}
	return accept(ruleAnyone, added)
}

// OwnFollowup gives a follow-up to a person.
type OwnFollowup struct {
	ID    string
	Owner Person
}

func (OwnFollowup) verb() string { return "followup own" }

func (a OwnFollowup) decide(s State, c Context) Verdict {
	f, v, ok := s.followup(a.ID)
	if !ok {
		return v
	}
	if f.Owner == a.Owner.ID {
		return refuse(fault.NotOpen, "", "%s belongs to %s already.", f.ID, at(f.Owner))
	}
	return accept(ruleAnyone, &FollowupOwned{ID: f.ID, Owner: a.Owner.ID})
}

// FinishFollowup marks a follow-up done.
type FinishFollowup struct{ ID string }

func (FinishFollowup) verb() string { return "followup done" }

func (a FinishFollowup) decide(s State, c Context) Verdict {
	f, v, ok := s.followup(a.ID)
	switch {
	case !ok:
		return v
	case f.State == "done":
		return refuse(fault.NotOpen, "", "%s is done already.", f.ID)
	}
	return accept(ruleAnyone, &FollowupDone{ID: f.ID})
}

func (s State) followup(id string) (Followup, Verdict, bool) {
	i := slices.IndexFunc(s.Followups, func(f Followup) bool { return f.ID == id })
	if i < 0 {
		return Followup{}, refuse(fault.UnknownID, "`/incident followup list` lists them.", "%s has no follow-up %q.", s.ID, id), false
	}
	return s.Followups[i], Verdict{}, true
}
