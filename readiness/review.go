package readiness

import (
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Confirm is an owner's word that the rating which rules is still right.
type Confirm struct {
	At      time.Time // when it was assessed; zero: now
	Because string    // may be empty
	Card    string    // the plan's commit on the card that was answered
	Subject Subject
}

func (Confirm) verb() string { return "review" }

func (a Confirm) decide(s State, c Context) Verdict {
	x := a.Subject
	if !slices.Contains(x.Owners, c.Actor.ID) {
		return deny(s, c, a, ruleOwner, ruleOwner.says+" ("+all(x.Owners)+")")
	}
	if d, disputed := s.OpenDispute(x.Service); disputed {
		return refuse(fault.Disputed, "`/continuity decide "+d.ID+" ...` by "+at(d.Decider)+", or state your rating again.",
			"%s is disputed (%s: %s against %s); while it is, nobody confirms.", x.Service, d.ID, d.IT.Standard, d.Business.Standard)
	}
	if stale, is := s.stale(x, a.Card, c.Actor.ID); is {
		return stale
	}
	if err := notFuture(a.At, c.Now); err != nil {
		return Verdict{Refusal: err}
	}
	rules, _ := s.Rules(x.Plan, x.Service, c.Now)
	v := accept(ruleOwner, &RatingConfirmed{Service: x.Service, Standard: rules, Plan: x.Plan}, &ReviewConfirmed{Service: x.Service, Standard: rules})
	return v.since(a.Because).happened(a.At)
}

// happened sets when the statements happened.
func (v Verdict) happened(at time.Time) Verdict {
	for i := range v.Statements {
		if _, isEffect := v.Statements[i].Fact.(*journal.Requested); !isEffect && !at.IsZero() {
			v.Statements[i].At = at
		}
	}
	return v
}

// notFuture refuses an assessment that has not been made yet. A minute of clock
// difference between machines passes.
func notFuture(at, now time.Time) error {
	if at.After(now.Add(time.Minute)) {
		return fault.Newf(fault.Future, "Record what has been assessed; the next one falls due by itself.", "The assessment lies in the future: %s, now it is %s.",
			at.UTC().Format("2006-01-02 15:04Z"), now.UTC().Format("2006-01-02 15:04Z"))
	}
	return nil
}

// Change is an owner's review that ends in another rating: what is stated is
// weighed as any rating is.
type Change struct {
	Standard
	Because string
	Card    string
	Subject Subject
}

func (Change) verb() string { return "review" }

func (a Change) decide(s State, c Context) Verdict {
	x := a.Subject
	if !slices.Contains(x.Owners, c.Actor.ID) {
		return deny(s, c, a, ruleOwner, ruleOwner.says+" ("+all(x.Owners)+")")
	}
	v := Rate{Standard: a.Standard, Because: a.Because, Side: Business, Card: a.Card, Subject: x}.decide(s, c)
	if v.Refusal != nil {
		return v
	}
	changed := journal.Statement{Fact: &ReviewChanged{Service: x.Service, Standard: a.Standard}, Because: strings.TrimSpace(a.Because)}
	v.Statements = slices.Insert(v.Statements, 1, changed)
	v.Rule = ruleOwner.name
	disputed := slices.ContainsFunc(v.Statements, func(st journal.Statement) bool { _, is := st.Fact.(*DisputeOpened); return is })
	if _, open := s.OpenDispute(x.Service); x.Proposes && !open && !disputed && a.Standard != x.Plan {
		v = v.wants(s.propose(x, "review:"+x.Service+":"+x.Commit, a.Standard, c.Actor.ID))
	}
	return v
}
