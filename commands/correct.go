package commands

import (
	"context"
	"strconv"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var correct = Command{
	Verb: "correct", Usage: `correct 41 "text" because "..."`, Says: "supersede the text of an entry; both stay on the record", Who: "anyone",
	Examples: []string{`correct 41 "lag was 12 s" because "misread the chart"`},
	Params: []Param{
		{Name: "entry", In: word, Label: "Entry number", Required: true},
		{Name: "text", In: text, Label: "Corrected text", Required: true, Long: true}, reason,
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		of, number, isRef := strings.Cut(strings.ToUpper(c.Arg("entry")), "#")
		switch {
		case !isRef:
			number = of
		case of != "" && of != strings.ToUpper(c.incident):
			return bot.Reply{}, fault.Newf(fault.UnknownID, "Add #"+of+" to the words to correct it.", "%s is not an entry of %s.", c.Arg("entry"), c.incident)
		}
		seq, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return bot.Reply{}, fault.Newf(fault.UnknownID, "`/incident timeline` shows the numbers.", "%q is not the number of an entry.", c.Arg("entry"))
		}
		return c.do(ctx, incident.Correct{Seq: seq, Text: c.Arg("text"), Because: c.args.Because})
	}),
}
