package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var phase = Command{
	Verb: "phase", Usage: "phase investigating|identified|recovering|monitoring", Says: "say where the work stands", Who: "the commander",
	Examples: []string{"phase identified"},
	Params:   []Param{{Name: "phase", In: word, Label: "Phase", Required: true, Options: incident.Phases}, reason},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.SetPhase{Phase: choose(c.Arg("phase"), incident.Phases), Because: c.args.Because})
	}),
}
