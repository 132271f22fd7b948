package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var invite = Command{
	Verb: "invite", Usage: "invite @u", Says: "ask somebody into the room; into a private incident it lets them in", Who: "the commander",
	Examples: []string{"invite @dan"},
	Params:   []Param{{Name: "person", In: person, Label: "Who", Required: true}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		who, err := c.someone("person")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.Invite{Who: *who})
	}),
}
