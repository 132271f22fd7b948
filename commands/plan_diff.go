package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/plan/diff"
	"holdfast/templates"
)

var planDiff = Command{
	Verb: "plan diff", Usage: "plan diff [service|playbook|...] [commit..commit]", Says: "show what is different between two commits of the plan", Who: insiders, Anywhere: true,
	Examples: []string{"plan diff a1b2c3d..main", "plan diff db-failover a1b2c3d..main"},
	Params:   []Param{{Name: "what", In: text, Label: "What", Hint: "an id, two commits with two dots between, or both; in an incident's room from its plan to the one in force"}},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		from, to, of, err := c.span(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		old, err := c.commitNamed(ctx, from)
		if err != nil {
			return bot.Reply{}, err
		}
		now, err := c.commitNamed(ctx, to)
		if err != nil {
			return bot.Reply{}, err
		}
		changes := diff.Between(old, now)
		if of != "" {
			changes = diff.Of(changes, of)
		}
		answer := templates.PlanChanges{From: old.Commit, To: now.Commit, Of: of}
		for _, change := range changes {
			answer.Changes = append(answer.Changes, change.String())
		}
		answer.Changes, answer.More = capped(answer.Changes, mostChanges)
		v := c.planView()
		v.Answer = answer
		return c.render("plan-diff", v)
	}),
}

// mostChanges is how many changes one answer names.
const mostChanges = 30

// span reads what is to be compared: two commits with two dots between, of which
// an empty one is the plan in force, and what of them. Without commits it is the
// incident's plan and the one in force.
func (c *Call) span(ctx context.Context) (from, to, of string, err error) {
	spans := 0
	for _, w := range strings.Fields(c.Arg("what")) {
		if a, b, isSpan := strings.Cut(w, ".."); isSpan {
			from, to = a, b
			spans++
			continue
		}
		if of != "" {
			return "", "", "", fault.Newf(fault.Usage, "Name one id, and two commits as a1b2c3d..e4f5a6b.", "%q and %q are two things.", of, w)
		}
		of = strings.ToLower(w)
	}
	switch {
	case spans > 1:
		return "", "", "", fault.New(fault.Usage, "Write a1b2c3d..e4f5a6b once.", "Two spans of commits are given.")
	case spans == 1:
		return from, to, of, nil
	case c.incident == "":
		return "", "", "", fault.New(fault.Missing, "It is not said which commits to compare.", "Write `/continuity plan diff a1b2c3d..main`; an empty side is the plan in force.")
	}
	if err := c.admitted(ctx); err != nil {
		return "", "", "", err
	}
	return c.seen.Plan.Commit, "", of, nil
}
