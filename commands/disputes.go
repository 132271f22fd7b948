package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/readiness"
	"holdfast/templates"
)

var disputes = Command{
	Verb: "disputes", Usage: "disputes [all]", Says: "show which services IT and the business rate too differently", Who: insiders, Anywhere: true,
	Examples: []string{"disputes", "disputes all"},
	Params:   []Param{{Name: "which", In: word, Label: "Which", Options: []string{"all", "open"}}},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, v, err := c.ratings(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		answer := templates.Disputes{All: strings.HasPrefix(c.Arg("which"), "a"), Disputes: slices.Clone(s.Disputes)}
		if !answer.All {
			answer.Disputes = slices.DeleteFunc(answer.Disputes, func(d readiness.Dispute) bool { return d.State != readiness.Open })
		}
		answer.Confirmed, _ = readiness.Coverage(s, c.plan, c.now)
		v.Answer = answer
		return c.render("disputes", v)
	}),
}

var decideDispute = Command{
	Verb: "decide", Usage: `decide D-1 tier:2 rto:8h because "..." [accept-risk-until:2027-06-01]`, Says: "decide between two ratings of a service", Anywhere: true,
	Who:      "the third person whom the dispute names, or another executive; neither party",
	Examples: []string{`decide D-1 tier:2 rto:8h because "manual orders work for a day" accept-risk-until:2027-06-01`},
	Params: []Param{
		{Name: "dispute", In: word, Label: "Dispute", Required: true, Hint: "such as D-1"}, tierOf, rtoOf, whyRated,
		{Name: "accept-risk-until", In: key, Label: "Risk accepted until", Reads: deadline, Hint: "a day within a year, where it is looser than the business asks for"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, _, err := c.ratings(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		id := strings.ToUpper(c.Arg("dispute"))
		d, _ := s.Dispute(id)
		a := readiness.DecideDispute{ID: id, Because: c.args.Because, Subject: c.subjectOf(d.Service)}
		if a.Standard, err = c.standard(); err != nil {
			return bot.Reply{}, err
		}
		if a.AcceptUntil, err = c.due("accept-risk-until", c.zone(c.seen)); err != nil {
			return bot.Reply{}, err
		}
		return c.rate(ctx, a)
	}),
}
