package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var severity = Command{
	Verb: "severity", Synonyms: []string{"sev"},
	Usage: `severity 1|2|3|4 because "..."`, Says: "change the severity", Who: "raising: anyone; lowering: the commander",
	Examples: []string{`severity 1 because "all regions"`, `severity 3 because "one customer only"`},
	Params:   []Param{{Name: "severity", In: word, Label: "Severity", Required: true, Hint: "1 is the worst"}, reason},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		n, err := c.severity("severity")
		if err != nil {
			return bot.Reply{}, err
		}
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		p := c.pinned(ctx, s)
		reply, err := c.do(ctx, incident.SetSeverity{Severity: n, Because: c.args.Because,
			Page: targetsOf(p, p.Paged(s.Services, n)...), Ticket: p.TicketProject(n) != ""})
		if c.args.Because == "" && fault.CodeOf(err) == fault.Missing {
			return c.ask(ctx, c.require("because")) // of who may lower it
		}
		return reply, err
	}),
}
