package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/plan"
	"holdfast/readiness"
	"holdfast/templates"
)

var planAcks = Command{
	Verb: "plan acks", Usage: "plan acks [PLAYBOOK]", Says: "show who holds the current version of a playbook, of those who have to know it", Who: insiders, Anywhere: true,
	Examples: []string{"plan acks", "plan acks db-failover"},
	Params:   []Param{{Name: "playbook", In: word, Label: "Playbook", Hint: "all of them when left out"}},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		asked := c.plan.Playbooks
		if id := c.Arg("playbook"); id != "" {
			b, err := c.plan.FindPlaybook(strings.ToLower(id))
			if err != nil {
				return bot.Reply{}, err
			}
			asked = []plan.Playbook{b}
		}
		s, v, err := c.ratings(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		answer := templates.Acks{One: c.Arg("playbook") != "", Commit: c.plan.Commit}
		for _, b := range asked {
			answer.Playbooks = append(answer.Playbooks, readiness.HeldOf(s, c.plan, b))
		}
		if answer.One {
			held := answer.Playbooks[0]
			answer.Asks = slices.Contains(held.Missing, c.actor.ID)
			if i := slices.IndexFunc(held.Older, func(a readiness.Ack) bool { return a.Person == c.actor.ID }); i >= 0 {
				answer.Since = plan.ShortCommit(held.Older[i].Plan) + ".."
			}
		}
		answer.Playbooks, answer.More = capped(answer.Playbooks, mostPlaybooks)
		v.Answer = answer
		return c.render("plan-acks", v)
	}),
}

// mostPlaybooks is how many playbooks one answer names.
const mostPlaybooks = 20

var planAck = Command{
	Verb: "plan ack", Usage: "plan ack PLAYBOOK", Says: "say that you have read a playbook as it is now, and go by it", Who: insiders, Anywhere: true,
	Examples: []string{"plan ack db-failover"},
	Params: []Param{{Name: "playbook", In: word, Label: "Playbook", Required: true},
		{Name: "version", In: key, Label: "Version", Hint: "the one that was shown; filled by the button"}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		b, err := c.plan.FindPlaybook(strings.ToLower(c.Arg("playbook")))
		if err != nil {
			return bot.Reply{}, err
		}
		return c.rate(ctx, readiness.Acknowledge{Playbook: b.ID, Digest: b.Digest(), Read: c.Arg("version")})
	}),
}
