package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var verify = Command{
	Verb: "verify", Usage: "verify at:14:20", Says: "say that the business has its service back",
	Who: "a business owner of the services; where the plan names none, anyone but who resolved it", Examples: []string{"verify"},
	Params: []Param{{Name: "at", In: key, Label: "Verified at", Reads: instant, Hint: "now when left out"}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.Verify{At: t})
	}),
}
