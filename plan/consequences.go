package plan

import (
	"slices"
	"time"
)

// AssumedSeverity is the severity of an incident about which too little is
// said to propose one.
const AssumedSeverity = 3

// ProposeSeverity derives a severity from what people say about the health of
// the services: outage, degraded, at_risk or unknown. The tightest tier among
// them decides. assumed is true when there is no health, or no known service,
// to go by.
func (p *Plan) ProposeSeverity(services []string, health string) (sev int, assumed bool) {
	tier := 5
	for _, s := range p.known(services) {
		tier = min(tier, s.Tier)
	}
	if health == "" || tier == 5 {
		return AssumedSeverity, true
	}
	foundation, second := tier <= 1, tier == 2
	switch {
	case health == "outage" && foundation:
		return 1, false
	case health == "outage" && second, health == "degraded" && foundation:
		return 2, false
	case health == "degraded" && second, (health == "at_risk" || health == "unknown") && foundation:
		return 3, false
	}
	return 4, false
}

// TeamsOf returns the teams that run the services, sorted. Unknown services
// count for nothing, here and below.
func (p *Plan) TeamsOf(services []string) []string {
	return collect(p.known(services), func(s Service) []string { return []string{s.Team} })
}

// OwnersOf returns the business owners of the services, sorted.
func (p *Plan) OwnersOf(services []string) []string {
	return collect(p.known(services), func(s Service) []string { return s.Owners })
}

// Invited returns who is asked into the incident's room: everybody in the
// teams that run the services, sorted.
func (p *Plan) Invited(services []string) []string {
	var all []Team
	for _, id := range p.TeamsOf(services) {
		if t, ok := p.Team(id); ok {
			all = append(all, t)
		}
	}
	return collect(all, Team.People)
}

// Paged returns the targets that a declaration pages for its services, such as
// "team:app", sorted; none at severities milder than page.severity.
func (p *Plan) Paged(services []string, sev int) []string {
	if !upTo(sev, p.Policy.PageSeverity) {
		return nil
	}
	var targets []string
	for _, id := range p.TeamsOf(services) {
		targets = append(targets, "team:"+id)
	}
	return targets
}

// PagedForCommand returns the target that a declaration pages for command, or
// "" when the plan names none or the severity is too mild.
func (p *Plan) PagedForCommand(sev int) string {
	if !upTo(sev, p.Policy.PageSeverity) {
		return ""
	}
	return p.Policy.PageCommand
}

// TicketProject returns the project in which a declaration opens a ticket, or
// "" when it opens none.
func (p *Plan) TicketProject(sev int) string {
	if !upTo(sev, p.Policy.TicketSeverity) {
		return ""
	}
	return p.Policy.TicketProject
}

// Fallback returns who is told in chat when a page to the target is not
// confirmed, first the one to try first: page.fallback, or else the people
// behind the target.
func (p *Plan) Fallback(target string) []string {
	if len(p.Policy.PageFallback) > 0 {
		return p.Policy.PageFallback
	}
	k, id := splitTarget(target)
	switch k {
	case person:
		if _, ok := p.Person(id); ok {
			return []string{id}
		}
	case team:
		t, _ := p.Team(id)
		return t.People()
	case service:
		var all []string
		for _, id := range p.TeamsOf([]string{id}) {
			t, _ := p.Team(id)
			all = append(all, t.People()...)
		}
		return all
	}
	return nil
}

// People returns everybody in the team: first those on call in their order,
// then the other members in theirs.
func (t Team) People() []string {
	all := slices.Clone(t.OnCall)
	for _, m := range t.Members {
		if !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// Cadences returns for each audience the time between updates at SEV1 to SEV4;
// zero means that none is due.
func (p *Plan) Cadences() map[string][4]time.Duration {
	return p.Policy.Cadence
}

// Unstaffed returns the standing groups that nobody in the plan belongs to,
// sorted.
func (p *Plan) Unstaffed() []string {
	var empty []string
	for _, g := range Groups {
		if !slices.ContainsFunc(p.People, func(x Person) bool { return x.In(g) }) {
			empty = append(empty, g)
		}
	}
	slices.Sort(empty)
	return empty
}

// known returns the services of the plan among the ids.
func (p *Plan) known(services []string) []Service {
	var all []Service
	for _, id := range services {
		if s, ok := p.Service(id); ok {
			all = append(all, s)
		}
	}
	return all
}

// upTo reports whether a severity is at least as grave as the mildest one that
// something applies to; 0 as the mildest means that it never applies.
func upTo(sev, mildest int) bool {
	return sev >= 1 && sev <= mildest
}

// collect gathers words from each x, sorted, each once.
func collect[T any](all []T, from func(T) []string) []string {
	var words []string
	for _, x := range all {
		words = append(words, from(x)...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}
