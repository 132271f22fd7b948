package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var note = Command{
	Verb: "note", Synonyms: []string{"log"}, Usage: `note "text" at:14:05 tag:finding`, Says: "put a remark on the record", Who: "anyone",
	Examples: []string{`note "replica lag is 2 s" tag:finding`},
	Params: []Param{
		{Name: "text", In: text, Label: "Note", Required: true, Long: true},
		{Name: "at", In: key, Label: "When", Reads: instant, Hint: "14:05, -10m or RFC 3339; now when left out"},
		{Name: "tag", In: key, Label: "Tag"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.AddNote{Text: c.Arg("text"), Tag: c.Arg("tag"), At: t})
	}),
}
