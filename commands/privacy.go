package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var makePrivate = Command{
	Verb: "private", Usage: `private because "..."`, Says: "withhold the incident from all who are not in it", Who: "the commander",
	Examples: []string{`private because "customer data is involved"`},
	Params:   []Param{{Name: "because", In: because, Label: "Why", Required: true, Long: true}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.doAndSay(ctx, incident.MakePrivate{Because: c.args.Because}, "withheld")
	}),
}

var makePublic = Command{
	Verb: "public", Usage: `public because "..."`, Says: "show a private incident to everybody", Who: "the commander",
	Examples: []string{`public because "customers have been told"`},
	Params:   []Param{{Name: "because", In: because, Label: "Why", Required: true, Long: true}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.doAndSay(ctx, incident.MakePublic{Because: c.args.Because}, "disclosed")
	}),
}
