package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var follow = Command{
	Verb: "follow", Usage: "follow [by:mail] [#INC-42]", Says: "be told by direct message, or by mail, what of importance happens", Who: "anyone",
	Examples: []string{"follow", "follow by:mail"},
	Params:   []Param{{Name: "by", In: key, Label: "By", Options: []string{"mail"}}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		by := incident.Follow{Mail: c.Arg("by") == "mail"}
		if by.Mail && c.plan.MailOf(c.actor.ID) == "" {
			return bot.Reply{}, fault.Newf(fault.Missing, "Follow without by:mail, or have your `mail` added to the plan's people.yaml.", "The plan has no mail address for @%s.", c.actor.ID)
		}
		return c.doAndSay(ctx, by, "following")
	}),
}

var unfollow = Command{
	Verb: "unfollow", Usage: "unfollow [#INC-42]", Says: "be told no more", Who: "anyone", Examples: []string{"unfollow"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.Unfollow{})
	}),
}
