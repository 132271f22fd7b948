package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var follow = Command{
	Verb: "follow", Usage: "follow [#INC-42]", Says: "be told by direct message what of importance happens", Who: "anyone",
	Examples: []string{"follow"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.doAndSay(ctx, incident.Follow{}, "following")
	}),
}

var unfollow = Command{
	Verb: "unfollow", Usage: "unfollow [#INC-42]", Says: "be told no more", Who: "anyone", Examples: []string{"unfollow"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.Unfollow{})
	}),
}
