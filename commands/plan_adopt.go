package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/plan"
)

var planAdopt = Command{
	Verb: "plan adopt", Usage: `plan adopt [commit] because "..."`, Says: "have the incident go by another commit of the plan", Who: "the commander",
	Examples: []string{`plan adopt e4f5a6b because "step 4 was wrong"`, `plan adopt because "the new cadence suits us"`},
	Params:   []Param{{Name: "commit", In: word, Label: "Commit", Hint: "the one in force when left out"}, reason},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		p, err := c.commitNamed(ctx, c.Arg("commit"))
		if err != nil {
			return bot.Reply{}, err
		}
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		reply, err := c.do(ctx, incident.AdoptPlan{Commit: p.Commit, Because: c.args.Because, Owners: p.OwnersOf(s.Services), Terms: c.under(p).terms()})
		if c.args.Because == "" && fault.CodeOf(err) == fault.Missing {
			return c.ask(ctx, c.require("because")) // of who may adopt it
		}
		return reply, err
	}),
}

// commitNamed returns the plan of a commit that a person has named; the one in
// force for nothing.
func (c *Call) commitNamed(ctx context.Context, name string) (*plan.Plan, error) {
	if name == "" || name == c.plan.Commit || name == plan.ShortCommit(c.plan.Commit) {
		return c.plan, nil
	}
	return c.bot.planAt(ctx, name)
}
