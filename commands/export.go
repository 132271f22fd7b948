package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

// ExportFormats are the formats a record may be taken out in.
var ExportFormats = []string{"md", "html", "csv", "json", "jsonl"}

var export = Command{
	Verb: "export", Usage: "export format:md|html|csv|json|jsonl", Says: "take the record out", Who: "the commander, facilitators and auditors",
	Examples: []string{"export", "export format:html", "export format:jsonl"},
	Params:   []Param{{Name: "format", In: key, Label: "Format", Options: ExportFormats}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		asksOnly := c.args.Flags[dryRun]
		if !incident.MayExport(s, c.actor) {
			if err := c.denied(ctx, "export"); err != nil {
				return bot.Reply{}, err
			}
			return bot.Reply{}, fault.Newf(fault.Role, "", "@%s may not `export`: this is for %s.", c.actor.ID, incident.WhoMayExport(s))
		}
		format := choose(c.Arg("format"), ExportFormats)
		if format == "" {
			format = "md"
		}
		v := c.view(s)
		if asksOnly {
			v.Text = "hand out the record of " + s.ID + " as " + format
			return c.render("dry-run", v)
		}
		if c.bot.Export == nil {
			return bot.Reply{}, fault.New(fault.NotOpen, "Records cannot be handed out here.", "On the server: `holdfast export "+s.ID+"`.")
		}
		where, err := c.bot.Export(ctx, s.ID, format)
		if err != nil {
			return bot.Reply{}, err
		}
		v.Text = where
		reply, err := c.render("exported", v)
		reply.File = where
		return reply, err
	}),
}
