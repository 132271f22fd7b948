package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
)

var decide = Command{
	Verb: "decide", Usage: `decide "fail over to B" because "..." alternatives "wait 20m" --reversible no`, Says: "record a decision with its reason",
	Who: "the commander or the deputy", Examples: []string{`decide "fail over to B" because "replica lag 2 s"`},
	Params: []Param{
		{Name: "text", In: text, Label: "Decision", Required: true, Long: true},
		{Name: "because", In: because, Label: "Why", Long: true, Hint: "asked once; left empty it is stored as: no reason given"},
		{Name: "alternatives", In: key, Bare: true, Label: "Alternatives", Hint: "separate several with ;"},
		{Name: "reversible", In: key, Label: "Reversible", Options: yesNo},
	},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		// A decision's reason is asked for once: a form that comes back without
		// one is taken as it is.
		if c.request.Form == nil {
			form, err := c.complete()
			switch {
			case err != nil:
				return bot.Reply{}, err
			case form != nil || c.args.Because == "":
				return c.ask(ctx, c.form())
			}
		}
		var alternatives []string
		for _, a := range strings.Split(c.Arg("alternatives"), ";") {
			if a = strings.TrimSpace(a); a != "" {
				alternatives = append(alternatives, a)
			}
		}
		return c.do(ctx, incident.MakeDecision{Text: c.Arg("text"), Because: c.args.Because, Alternatives: alternatives,
			Reversible: choose(c.Arg("reversible"), yesNo)})
	},
}
