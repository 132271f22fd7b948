package plan

import (
	"maps"
	"slices"
	"strings"

	"holdfast/internal/nearest"
)

// maxGuesses bounds the search for near names: a file of a hundred thousand
// wrong ones must not hold up whoever checks it.
const maxGuesses = 200

// checkReferences reports every id that is used and not defined.
func (l *loader) checkReferences() {
	known := map[kind][]string{}
	for k, places := range l.defined {
		known[k] = slices.Sorted(maps.Keys(places))
	}
	guesses := maxGuesses
	for _, u := range l.uses {
		if _, ok := l.defined[u.kind][u.id]; ok || l.blind[u.kind] {
			continue
		}
		all := known[u.kind]
		fix := listing(u.kind, all)
		if guesses--; guesses >= 0 {
			fix = nearest.Sentence(u.id, all, fix)
		}
		l.report(Error, codeUnknownID, u.at, fix, "There is no %s %q in the plan.", u.kind, u.id)
	}
}

// checkTiers reports services that may be away longer, or lose more, than their
// tier allows, and notes those that would fit a more critical one.
func (l *loader) checkTiers() {
	policy := l.plan.Policy
	for _, s := range l.services {
		if !s.hasTier {
			continue
		}
		if ceiling := policy.TierRTO[s.Tier]; s.rtoAt.Line > 0 && s.RTO > ceiling {
			l.report(Error, codeTier, s.rtoAt, "Shorten the RTO, or choose a tier with a higher number.",
				"The RTO %s of %s is too long: tier %d allows at most %s.", FormatDuration(s.RTO), s.ID, s.Tier, FormatDuration(ceiling))
		}
		if ceiling := policy.TierRPO[s.Tier]; ceiling > 0 && s.HasRPO && s.RPO > ceiling {
			l.report(Error, codeTier, s.rpoAt, "Shorten the RPO, or choose a tier with a higher number.",
				"The RPO %s of %s is too long: tier %d allows at most %s.", FormatDuration(s.RPO), s.ID, s.Tier, FormatDuration(ceiling))
		}
		// Tier 0 is declared, never derived.
		if s.Tier >= 2 && s.rtoAt.Line > 0 && s.HasRPO && s.RTO <= policy.TierRTO[s.Tier-1] && s.RPO <= policy.TierRPO[s.Tier-1] {
			l.report(Note, codeTier, s.rtoAt, "", "The RTO %s and RPO %s of %s would do for tier %d.", FormatDuration(s.RTO), FormatDuration(s.RPO), s.ID, s.Tier-1)
		}
	}
}

// finish puts the plan into the form it promises: sorted by id, names filled.
func (l *loader) finish() {
	p := l.plan
	for _, s := range l.services {
		if s.Name == "" {
			s.Name = s.ID
		}
		p.Services = append(p.Services, s.Service)
	}
	for i := range p.People {
		if p.People[i].Name == "" {
			p.People[i].Name = p.People[i].ID
		}
	}
	for i := range p.Teams {
		t := &p.Teams[i]
		if t.Name == "" {
			t.Name = t.ID
		}
		if t.PageTo == "" {
			t.PageTo = t.ID
		}
	}
	byID(p.Processes, func(x *Process) string { return x.ID })
	byID(p.Windows, func(x *Window) string { return x.ID })
	byID(p.Regimes, func(x *Regime) string { return x.ID })
	byID(p.Holidays, func(x *Holidays) string { return x.Name })
	byID(p.Playbooks, func(x *Playbook) string { return x.ID })
	byID(p.Vendors, func(x *Vendor) string { return x.ID })
	byID(p.Exercises, func(x *Exercise) string { return x.ID })
	slices.SortFunc(p.Services, func(a, b Service) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(p.People, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(p.Teams, func(a, b Team) int { return strings.Compare(a.ID, b.ID) })
}

func byID[T any](all []T, id func(*T) string) {
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(id(&a), id(&b)) })
}
