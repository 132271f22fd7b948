package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

var planShow = Command{
	Verb: "plan show", Usage: "plan show", Says: "show what the plan holds and since when it is in force", Who: insiders, Anywhere: true,
	Examples: []string{"plan show"},
	Run: asked(func(_ context.Context, c *Call) (bot.Reply, error) {
		v := c.planView()
		v.Answer = c.inventory()
		return c.render("plan-show", v)
	}),
}

// insiders are who may ask the plan: it says where the organisation is weak.
const insiders = "everybody but guests"

// asked runs a question about the plan once nothing is missing. Guests are
// told nothing of it.
func asked(run func(context.Context, *Call) (bot.Reply, error)) func(context.Context, *Call) (bot.Reply, error) {
	return filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		if err := c.insider(ctx); err != nil {
			return bot.Reply{}, err
		}
		return run(ctx, c)
	})
}

// insider refuses guests and records that.
func (c *Call) insider(ctx context.Context) error {
	if !c.actor.Guest {
		return nil
	}
	if err := c.denied(ctx, "anyone"); err != nil {
		return err
	}
	return fault.Newf(fault.Role, "`/incident whoami` says how the plan knows you.", "@%s may not `%s`: this is for %s.", c.actor.ID, c.command.Verb, insiders)
}

// planView is the view of an answer about the plan, in the plan's zone.
func (c *Call) planView() templates.View {
	return templates.View{Now: c.now, Person: c.actor.ID, Zone: c.zone(c.seen)}
}

// mostOfTier is how many services of a tier are named.
const mostOfTier = 15

func (c *Call) inventory() templates.Inventory {
	p := c.plan
	all := templates.Inventory{Commit: p.Commit, Teams: len(p.Teams), People: len(p.People), Services: len(p.Services), Processes: len(p.Processes),
		Windows: len(p.Windows), Playbooks: len(p.Playbooks), Vendors: len(p.Vendors), Exercises: len(p.Exercises)}
	if since := p.Since; !since.IsZero() {
		all.Since = &since
	}
	for tier := range len(p.Policy.TierRTO) {
		t := templates.Tier{Tier: tier}
		for _, s := range p.Services {
			if s.Tier == tier {
				t.Services = append(t.Services, s.ID)
			}
		}
		if len(t.Services) > 0 {
			t.Services, t.More = capped(t.Services, mostOfTier)
			all.Tiers = append(all.Tiers, t)
		}
	}
	return all
}

// capped keeps the first of a list and says how many are left out. One is never
// left out: naming it takes no more room.
func capped[T any](all []T, most int) (kept []T, more int) {
	if len(all) <= most+1 {
		return all, 0
	}
	return all[:most], len(all) - most
}
