package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/templates"
)

var planVersion = Command{
	Verb: "plan version", Usage: "plan version", Says: "show which commit of the plan is in force, who approved it, and what is behind", Who: insiders, Anywhere: true,
	Examples: []string{"plan version"},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		open, err := c.open(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.planView()
		standing := c.standing()
		v.Plan, v.Answer = &standing, &standing
		for _, s := range open {
			if s.Plan.Commit != "" && s.Plan.Commit != c.plan.Commit {
				v.Incidents = append(v.Incidents, s)
			}
		}
		return c.render("plan-version", v)
	}),
}

// standing says where the plan stands; of a bot that knows no more, only what is
// in force.
func (c *Call) standing() templates.PlanStanding {
	if c.bot.Plans == nil {
		return templates.PlanStanding{Commit: c.plan.Commit, Since: c.plan.Since, Current: c.now, Checked: c.now, From: "the folder"}
	}
	return c.bot.Plans.Standing()
}
