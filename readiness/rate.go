package readiness

import (
	"fmt"
	"slices"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Rate states how the actor's side rates a service. Ratings that are too far
// apart are a dispute, which a third person decides.
type Rate struct {
	Standard
	Because string
	Side    string // it, business, or empty for the one the actor belongs to
	Card    string // the plan's commit on the card that was answered; empty for no card
	Subject Subject
}

func (Rate) verb() string { return "rate" }

func (a Rate) decide(s State, c Context) Verdict {
	for _, err := range []error{a.check(), reasoned(a.Because), sideKnown(a.Side)} {
		if err != nil {
			return Verdict{Refusal: err}
		}
	}
	side := a.Subject.side(c.Actor.ID, a.Side)
	if side == "" {
		return notOwner(a.Subject, c.Actor.ID)
	}
	if stale, is := s.stale(a.Subject, a.Card, c.Actor.ID); is {
		return stale
	}
	return a.state(s, c, side)
}

// state appends what one side says, and what follows from it.
func (a Rate) state(s State, c Context, side string) Verdict {
	x := a.Subject
	v := accept(ruleRater, &RatingStated{Service: x.Service, Side: side, Standard: a.Standard, Plan: x.Plan}).since(a.Because)
	it, business, both := s.sides(x)
	if side == IT {
		it = Side{a.Standard, c.Actor.ID}
	} else {
		business, both = Side{a.Standard, c.Actor.ID}, true
	}
	open, disputed := s.OpenDispute(x.Service)
	switch differ := both && it.Disputes(business.Standard, x.Apart); {
	case disputed && !differ:
		return v.and(&DisputeWithdrawn{ID: open.ID, Service: x.Service})
	case disputed || !differ:
		return v
	}
	d := DisputeOpened{
		ID: fmt.Sprintf("D-%d", len(s.Disputes)+1), Service: x.Service, IT: it, Business: business, Plan: x.Plan,
		Due:     plusBusinessDays(dayOf(c.Now, x.Zone), x.DecideWithin, x.Holidays),
		Decider: x.decider(it.By, business.By),
	}
	v = v.and(&d)
	if d.Decider == "" {
		return v
	}
	return v.wants(s.dm(x.Platform, d.Decider, disputeTemplate, d.ID, "dispute:"+d.ID))
}

// sides are the ratings that stand against each other now: what IT has said last
// or else the plan's own values, and what the business has. both says that there
// is one of the business.
func (s State) sides(x Subject) (it, business Side, both bool) {
	st := s.Standing(x.Service)
	it = Side{Standard: x.Plan}
	if st.IT != nil && st.IT.Plan == x.Plan { // a later plan goes before what was said of an earlier one
		it = Side{st.IT.Standard, st.IT.By}
	}
	if st.Business != nil {
		return it, Side{st.Business.Standard, st.Business.By}, true
	}
	return it, business, false
}

func notOwner(x Subject, person string) Verdict {
	return refuse(fault.RateNotOwner, "Ask "+all(x.Owners)+" of the business, or "+all(x.Team)+" of the team that runs it.",
		"%s owns no process that needs %s, and does not run it.", at(person), x.Service)
}

func sideKnown(side string) error {
	if side != "" && side != IT && side != Business {
		return fault.Newf(fault.Range, "`side:it` or `side:business`.", "There is no side %q.", side)
	}
	return nil
}

// stale refuses an answer to a card of an earlier plan, and asks for a new card.
func (s State) stale(x Subject, card, person string) (Verdict, bool) {
	if card == "" || card == x.Commit {
		return Verdict{}, false
	}
	v := refuse(fault.StaleCard, "A new card is on its way.", "The card is of plan %s; in force is %s.", card, x.Commit)
	if s.hasCard(x, person) {
		v.Refusal = fault.Newf(fault.StaleCard, "The newer card is among your direct messages.", "The card is of plan %s; in force is %s.", card, x.Commit)
		return v, true
	}
	return v.wants(s.card(x, person)), true
}

// hasCard says that a person has been sent the card of this commit already.
func (s State) hasCard(x Subject, person string) bool {
	return slices.ContainsFunc(s.Outbox.All(), func(t journal.Tracked) bool {
		return t.Template == CardMessage && t.Subject == x.Service && t.To == at(person) && t.Text == x.Commit && t.Outcome != journal.Dead
	})
}
