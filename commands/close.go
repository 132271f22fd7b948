package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var closeIncident = Command{
	Verb: "close", Usage: `close [as:false-alarm because "..."]`, Says: "close the incident", Who: "the commander; at SEV1 not who verified it",
	Examples: []string{"close", `close as:false-alarm because "planned restart"`},
	Params:   []Param{{Name: "as", In: key, Label: "As", Options: []string{incident.FalseAlarm}}, reason},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		if _, err := c.complete(); err != nil {
			return bot.Reply{}, err
		}
		as := c.Arg("as")
		if as != "" {
			as = incident.FalseAlarm
		}
		reply, err := c.do(ctx, incident.Close{As: as, Because: c.args.Because})
		if as != "" && c.args.Because == "" && fault.CodeOf(err) == fault.Missing {
			return c.ask(ctx, c.require("because")) // of who may close it
		}
		return reply, err
	},
}
