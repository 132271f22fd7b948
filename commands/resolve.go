package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var resolve = Command{
	Verb: "resolve", Usage: `resolve "summary" at:14:05`, Says: "say that the service is technically restored", Who: "the commander",
	Examples: []string{`resolve "failed over to B, payments flow again"`},
	Params: []Param{
		{Name: "summary", In: text, Label: "Summary", Required: true, Long: true},
		{Name: "at", In: key, Label: "Restored at", Reads: instant, Hint: "now when left out"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.Resolve{Summary: c.Arg("summary"), At: t})
	}),
}
