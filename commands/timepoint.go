package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
)

var timePoint = Command{
	Verb: "time", Usage: `time t0|td|tk|tc|tr|tv|tx 13:50 because "..."`, Says: "correct a time point", Who: "the commander",
	Examples: []string{`time t0 13:50 because "first error in the log"`, "time td -20m"},
	Params: []Param{
		{Name: "point", In: word, Label: "Time point", Required: true, Options: incident.Points},
		{Name: "at", In: word, Label: "Time", Required: true, Reads: instant, Hint: "14:05, -10m or RFC 3339"}, reason,
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.SetTime{Point: strings.ToLower(c.Arg("point")), At: t, Because: c.args.Because})
	}),
}
