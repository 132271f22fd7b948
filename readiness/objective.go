package readiness

import (
	"slices"
	"time"

	"holdfast/plan"
)

// InForce returns the plan with the tiers and RTOs that rule now: the stricter
// of a disputed pair, and what was decided until the plan says so itself. Its
// commit is the plan's, since that is what people can look up. This is what
// severities, answers and calculators use.
func InForce(p *plan.Plan, s State, now time.Time) *plan.Plan {
	if len(s.Disputes) == 0 {
		return p
	}
	ruled := *p
	ruled.Services = slices.Clone(p.Services)
	for i, x := range ruled.Services {
		rules, _ := s.Rules(standardOf(x), x.ID, now)
		ruled.Services[i].Tier, ruled.Services[i].RTO = rules.Tier, time.Duration(rules.RTO)
	}
	return &ruled
}

// Rules returns what is demanded of a service of which the plan says this, and
// the dispute that makes it so, "" for none.
func (s State) Rules(planned Standard, service string, now time.Time) (Standard, string) {
	if d, disputed := s.OpenDispute(service); disputed {
		return d.InForce, d.ID
	}
	d, decided := s.decision(service)
	switch {
	case !decided:
		return planned, ""
	case d.lapsed(now):
		return planned.Stricter(d.Business.Standard), d.ID
	case planned != d.Plan:
		return planned, "" // the plan has followed, or gone its own way
	}
	return d.InForce, d.ID
}

// decision is the latest dispute about a service that was decided, unless the
// business has said something else since.
func (s State) decision(service string) (Dispute, bool) {
	d, decided := s.disputeIn(service, Decided)
	b := s.Standing(service).Business
	switch {
	case !decided, b == nil, !b.At.After(d.Decision.At), b.Standard == d.InForce:
		return d, decided
	case d.lapsed(b.At) && b.Standard == b.Plan.Stricter(d.Business.Standard):
		return d, true // the business has confirmed what rules since the risk ran out
	}
	return Dispute{}, false
}

// lapsed says that the risk which a decision has accepted is accepted no longer.
func (d Dispute) lapsed(now time.Time) bool {
	return d.Decision.AcceptUntil != nil && !now.Before(*d.Decision.AcceptUntil)
}

// Confirmed says whether the business stands behind what rules for a service: a
// third person has decided it, or the business has said so, or near enough, since
// the plan says what it says.
func (s State) Confirmed(p *plan.Plan, x plan.Service, now time.Time) bool {
	planned, service := standardOf(x), x.ID
	if _, disputed := s.OpenDispute(service); disputed {
		return false
	}
	if d, decided := s.decision(service); decided && (planned == d.Plan || planned == d.InForce) {
		return !d.lapsed(now)
	}
	b := s.Standing(service).Business
	return b != nil && b.Plan == planned && !b.Disputes(planned, p.Policy.RatingRatio)
}
