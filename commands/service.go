package commands

import (
	"cmp"
	"context"
	"slices"

	"holdfast/incident"
	"holdfast/plan"
	"holdfast/readiness"
	"holdfast/templates"
)

var service = Command{
	Verb: "service", Usage: "service SERVICE", Says: "show what the plan says about a service", Who: insiders, Anywhere: true,
	Examples: []string{"service db-payments"},
	Params:   []Param{{Name: "service", In: word, Label: "Service", Required: true}},
	Run: askedOf("service", func(ctx context.Context, c *Call, s plan.Service, r recovery) any {
		card := r.card(s.ID)
		if ratings, err := c.bot.Engine.RecentReadiness(ctx); err == nil {
			if d, open := ratings.OpenDispute(s.ID); open {
				card.Disputed, card.Plan = &d, d.Plan.String()
			}
		}
		return card
	}),
}

func (r recovery) card(id string) templates.ServiceCard {
	s, _ := r.plan.Service(id)
	team, _ := r.plan.Team(s.Team)
	t := r.times[id]
	card := templates.ServiceCard{ID: s.ID, Name: s.Name, Kind: s.Kind, Tier: s.Tier, RTO: incident.Dur(s.RTO), RPO: incident.Dur(t.RPO), HasRPO: t.HasRPO,
		Work: incident.Dur(s.RecoveryWork), Team: s.Team, TeamName: team.Name, Owners: s.Owners, Takes: len(r.graph.Impact(id)), Step: r.step(id)}
	if !s.HasRPO || t.RPO < s.RPO {
		card.RPOThrough = t.RPOThrough
	}
	for _, d := range s.Deps {
		card.Needs = append(card.Needs, templates.Edge{ID: d.To, Kind: string(d.Kind)})
	}
	for _, other := range r.plan.Services {
		for _, d := range other.Deps {
			if d.To == id {
				card.NeededBy = append(card.NeededBy, templates.Edge{ID: other.ID, Kind: string(d.Kind)})
			}
		}
	}
	card.NeededBy, card.MoreNeed = capped(card.NeededBy, mostNames)
	card.Processes = named(processesOn(r.plan, id))
	for _, w := range r.plan.Windows {
		if slices.Contains(w.Services, id) {
			card.Windows = append(card.Windows, w.ID)
		}
	}
	card.Windows = named(card.Windows)
	return card
}

// processesOn lists the processes that cannot do without any of these services.
func processesOn(p *plan.Plan, services ...string) []string {
	var all []string
	for _, x := range p.Processes {
		if slices.ContainsFunc(x.Services, func(id string) bool { return slices.Contains(services, id) }) {
			all = append(all, x.ID)
		}
	}
	return all
}

// ownersToTell are who owns one of the services, or a process that stops with
// one, sorted.
func ownersToTell(p *plan.Plan, services []string) []string {
	var all []string
	for _, id := range services {
		all = append(all, readiness.SubjectOf(p, id, "").Owners...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var impact = Command{
	Verb: "impact", Synonyms: []string{"blast"}, Usage: "impact SERVICE", Says: "show what goes down with a service", Who: insiders, Anywhere: true,
	Examples: []string{"impact san"},
	Params:   []Param{{Name: "service", In: word, Label: "Service", Required: true}},
	Run:      askedOf("impact", func(_ context.Context, _ *Call, s plan.Service, r recovery) any { return r.blast(s.ID) }),
}

func (r recovery) blast(id string) templates.Blast {
	down := r.graph.Impact(id)
	all := append([]string{id}, down...)
	b := templates.Blast{ID: id, Takes: len(down), Others: len(r.plan.Services) - 1, Processes: named(processesOn(r.plan, all...)), Owners: ownersToTell(r.plan, all)}
	b.Ranks, b.More = r.ranks(down, "")
	for _, degraded := range all {
		for _, x := range degrades(r.plan, degraded) {
			if !slices.Contains(all, x) && !slices.Contains(b.Degrades, x) {
				b.Degrades = append(b.Degrades, x)
			}
		}
	}
	slices.Sort(b.Degrades)
	b.Degrades = named(b.Degrades)
	b.Owners, b.MoreOwners = capped(b.Owners, mostNames)
	first := slices.MinFunc(all, func(x, y string) int {
		return cmp.Or(cmp.Compare(r.times[x].Latest, r.times[y].Latest), cmp.Compare(x, y))
	})
	b.Tightest, b.RTO = first, incident.Dur(r.times[first].Latest)
	return b
}
