package readiness

import (
	"fmt"
	"slices"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// DecideDispute ends a dispute. Less than the business asks for is a risk that
// the decider accepts until a day, within the months that the policy allows.
type DecideDispute struct {
	ID string
	Standard
	Because     string
	AcceptUntil time.Time // the end of the day; zero: no risk is accepted
	Subject     Subject
}

func (DecideDispute) verb() string { return "decide" }

func (a DecideDispute) decide(s State, c Context) Verdict {
	d, known := s.Dispute(a.ID)
	switch {
	case !known:
		return refuse(fault.UnknownID, "`/continuity disputes` lists them.", "There is no dispute %q.", a.ID)
	case d.Decision != nil:
		return refuse(fault.NotOpen, "`/continuity disputes` lists what is open.", "%s is decided: %s, by %s.", d.ID, d.InForce, at(d.Decision.By))
	case d.State != Open:
		return refuse(fault.NotOpen, "`/continuity disputes` lists what is open.", "%s is %s.", d.ID, d.State)
	case d.isParty(c.Actor.ID):
		return refuse(fault.RateSelf, a.other(d), "%s has stated one of the two ratings; a third person decides.", at(c.Actor.ID))
	case c.Actor.ID != d.Decider && !slices.Contains(a.Subject.Deciders, c.Actor.ID):
		return deny(s, c, a, ruleDecider, a.who(d))
	}
	for _, err := range []error{a.check(), reasoned(a.Because), a.risk(d, c.Now)} {
		if err != nil {
			return Verdict{Refusal: err}
		}
	}
	decided := &DisputeDecided{ID: d.ID, Service: d.Service, Standard: a.Standard}
	if a.LooserThan(d.Business.Standard) {
		until := a.AcceptUntil
		decided.AcceptUntil = &until
	}
	v := accept(ruleDecider, decided).since(a.Because)
	for _, person := range told(d, a.Subject) {
		v = v.wants(s.dm(a.Subject.Platform, person, decidedTemplate, d.ID, "decided:"+d.ID))
	}
	if a.Subject.Proposes && a.Standard != a.Subject.Plan {
		v = v.wants(s.propose(a.Subject, d.ID, a.Standard, c.Actor.ID))
	}
	return v
}

// risk refuses what is looser than the business asks for without a day until
// which somebody bears it.
func (a DecideDispute) risk(d Dispute, now time.Time) error {
	if !a.LooserThan(d.Business.Standard) {
		return nil
	}
	today := dayOf(now, a.Subject.Zone)
	last := plusMonths(today, a.Subject.RiskMonths)
	switch day := dayOf(a.AcceptUntil.Add(-time.Nanosecond), a.Subject.Zone); {
	case a.AcceptUntil.IsZero():
		return fault.Newf(fault.Missing, "Add accept-risk-until:"+last.Format(time.DateOnly)+", or an earlier day.",
			"%s is looser than the business's %s: say until when you accept that risk.", a.Standard, d.Business.Standard)
	case !a.AcceptUntil.After(now), day.After(last):
		return fault.Newf(fault.Range, "Name a day from "+today.Format(time.DateOnly)+" to "+last.Format(time.DateOnly)+".",
			"A risk is accepted for %d months at most, not until %s.", a.Subject.RiskMonths, day.Format(time.DateOnly))
	}
	return nil
}

// who may decide, by name where the plan knows somebody.
func (a DecideDispute) who(d Dispute) string {
	var others []string
	for _, x := range a.Subject.Deciders {
		if !d.isParty(x) {
			others = append(others, x)
		}
	}
	if len(others) == 0 {
		return ruleDecider.says + "; the plan knows nobody (`rating.deciders`)"
	}
	return ruleDecider.says + " (" + all(others) + ")"
}

// other is whom to ask instead of a party.
func (a DecideDispute) other(d Dispute) string {
	if who := a.Subject.thirdPerson(d); who != "" {
		return "Ask " + at(who) + "."
	}
	return "The plan names nobody who could: set `rating.deciders`."
}

// told are those whom a decision concerns: who has stated a rating, and the
// owners.
func told(d Dispute, x Subject) []string {
	var people []string
	for _, person := range append([]string{d.IT.By, d.Business.By}, x.Owners...) {
		if person != "" && !slices.Contains(people, person) {
			people = append(people, person)
		}
	}
	return people
}

// propose asks for a branch of the plan's repository in which a value is
// changed, with the person as author.
func (s State) propose(x Subject, about string, to Standard, author string) *journal.Requested {
	key := Journal + "/" + journal.Propose + ":" + about
	if _, taken := s.Outbox.Get(keyOn(key, x.Platform)); taken {
		key = fmt.Sprintf("%s-%d", key, s.Entries+1)
	}
	return &journal.Requested{Effect: journal.Effect{Key: keyOn(key, x.Platform), Type: journal.Propose, To: "plan",
		Subject: x.Service, Text: to.String(), People: []string{author}}}
}

// Overdue says that nobody has decided a dispute in time, and asks again.
type Overdue struct {
	ID      string
	Subject Subject
}

func (Overdue) verb() string { return "overdue" }

func (a Overdue) decide(s State, c Context) Verdict {
	d, known := s.Dispute(a.ID)
	if !c.bot() || !known || d.State != Open || d.Overdue {
		return Verdict{Rule: ruleEngine.name}
	}
	v := accept(ruleEngine, &DisputeOverdue{ID: d.ID, Due: d.Due})
	who := a.Subject.thirdPerson(d)
	if who == "" {
		return v
	}
	return v.wants(s.dm(a.Subject.Platform, who, disputeTemplate, d.ID, "overdue:"+d.ID))
}

// ExpireRisk says that the day has passed until which a risk was accepted: what
// is stricter rules again, and somebody has to decide anew.
type ExpireRisk struct {
	ID      string
	Subject Subject
}

func (ExpireRisk) verb() string { return "expire" }

func (a ExpireRisk) decide(s State, c Context) Verdict {
	d, known := s.Dispute(a.ID)
	if !c.bot() || !known || d.Decision == nil || d.Decision.AcceptUntil == nil || d.Decision.Expired {
		return Verdict{Rule: ruleEngine.name}
	}
	v := accept(ruleEngine, &RiskExpired{ID: d.ID, Service: d.Service, Until: *d.Decision.AcceptUntil})
	for _, person := range append([]string{d.Decision.By}, a.Subject.Owners...) {
		v = v.wants(s.dm(a.Subject.Platform, person, expiredTemplate, d.ID, "expired:"+d.ID))
	}
	return v
}
