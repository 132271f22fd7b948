package commands

import (
	"cmp"
	"context"
	"slices"

	"holdfast/bot"
	"holdfast/templates"
)

var inversions = Command{
	Verb: "inversions", Usage: "inversions", Says: "show the services that may be away longer than those that need them can wait", Who: insiders, Anywhere: true,
	Examples: []string{"inversions"},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		r, err := c.recovery(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.planView()
		v.Answer = r.inversions()
		return c.render("inversions", v)
	}),
}

// mostInversions is how many of each kind an answer names.
const mostInversions = 12

func (r recovery) inversions() templates.Inversions {
	all := templates.Inversions{Services: len(r.list)}
	for _, t := range r.list {
		if t.Inverted {
			all.Inverted = append(all.Inverted, r.step(t.ID))
		}
		if t.Infeasible {
			all.Infeasible = append(all.Infeasible, r.step(t.ID))
		}
	}
	all.Count = len(all.Inverted)
	slices.SortStableFunc(all.Inverted, func(a, b templates.Step) int { return cmp.Compare(b.RTO-b.Within, a.RTO-a.Within) })
	all.Inverted, all.More = capped(all.Inverted, mostInversions)
	all.Infeasible, all.MoreInfeasible = capped(all.Infeasible, mostInversions)
	return all
}
