package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var reopen = Command{
	Verb: "reopen", Usage: `reopen because "..."`, Says: "take a resolved or closed incident up again", Who: "the commander, or members of the commanders group",
	Examples: []string{`reopen because "errors are back"`},
	Params:   []Param{{Name: "because", In: because, Label: "Why", Required: true, Long: true}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.Reopen{Because: c.args.Because})
	}),
}
