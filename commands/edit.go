package commands

import (
	"context"
	"slices"

	"holdfast/bot"
	"holdfast/incident"
)

var edit = Command{
	Verb: "edit", Usage: `edit title|services|impact ...`, Says: "change title, services or impact", Who: "the commander",
	Examples: []string{`edit title "checkout failing in all regions"`, "edit services payments-api,web-portal", `edit impact "no customer can pay"`},
	Params: []Param{
		{Name: "what", In: word, Label: "What", Required: true, Options: []string{"title", "services", "impact"}},
		{Name: "value", In: text, Label: "New value", Required: true, Long: true},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		switch choose(c.Arg("what"), []string{"title", "services", "impact"}) {
		case "title":
			return c.do(ctx, incident.Retitle{Title: c.Arg("value")})
		case "impact":
			return c.do(ctx, incident.DescribeImpact{Impact: c.Arg("value")})
		}
		ids, err := c.services("value")
		if err != nil {
			return bot.Reply{}, err
		}
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		p := c.pinned(ctx, s)
		if slices.ContainsFunc(ids, func(id string) bool { _, known := p.Service(id); return !known }) {
			p = c.plan // it came with a later plan: better paged by that than by none
		}
		return c.do(ctx, incident.Rescope{Services: ids, Owners: p.OwnersOf(ids), Objectives: objectives(c.ruled(ctx), ids, *s.T0, c.now), Page: targetsOf(p, p.Paged(ids, s.Severity)...), Invite: p.Invited(ids)})
	}),
}
