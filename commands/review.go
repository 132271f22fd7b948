package commands

import (
	"context"
	"slices"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/readiness"
	"holdfast/templates"
)

var reviewDue = Command{
	Verb: "review due", Usage: "review due [all]", Says: "show which assessments are due", Who: insiders, Anywhere: true,
	Examples: []string{"review due", "review due all"},
	Params:   []Param{{Name: "which", In: word, Label: "Which", Options: []string{"all"}}},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, v, err := c.ratings(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		answer := templates.Reviews{}
		for _, r := range readiness.Reviews(s, c.plan, c.now) {
			if c.Arg("which") != "" || r.Soon() {
				card := readiness.CardOf(s, c.plan, r.Service, c.now)
				answer.Reviews = append(answer.Reviews, templates.Reviewed{Service: r.Service, Review: r, Owners: card.Owners, Asked: card.Asked})
			}
		}
		answer.Reviews, answer.More = capped(answer.Reviews, mostReviews)
		answer.Confirmed, answer.Current = readiness.Coverage(s, c.plan, c.now)
		v.Answer = answer
		return c.render("review-due", v)
	}),
}

// mostReviews is how many reviews one answer names.
const mostReviews = 25

var review = Command{
	Verb: "review", Usage: `review SERVICE [confirm [at:...] | change tier:1 rto:1h because "..." | reopen kind:change ref:CHG-881 [at:...]]`, Anywhere: true,
	Says: "show a service's card, confirm its rating, change it, or say what has reopened it", Who: "showing and reopening: everybody but guests; confirming and changing: the business owners",
	Examples: []string{"review payments-api", "review payments-api confirm", `review payments-api change tier:1 rto:1h because "two outages in a month"`, "review db-payments reopen kind:change ref:CHG-881"},
	Params: []Param{
		rated, {Name: "do", In: word, Label: "Do", Options: []string{"confirm", "change", "reopen"}},
		{Name: "tier", In: key, Label: "Tier", Options: tierOf.Options}, {Name: "rto", In: key, Label: "RTO", Reads: length},
		{Name: "kind", In: key, Label: "Reopened by", Options: readiness.TriggerKinds[1:]}, {Name: "ref", In: key, Label: "Which"},
		{Name: "at", In: key, Label: "At", Reads: instant, Hint: "now when left out"}, reason, cardOf,
	},
	Run: filled(runReview),
}

func runReview(ctx context.Context, c *Call) (bot.Reply, error) {
	x, err := c.subject("service")
	if err != nil {
		return bot.Reply{}, err
	}
	at, err := c.past("at", c.zone(c.seen))
	if err != nil {
		return bot.Reply{}, err
	}
	switch choose(c.Arg("do"), []string{"confirm", "change", "reopen"}) {
	case "confirm":
		return c.rate(ctx, readiness.Confirm{At: at, Because: c.args.Because, Card: c.Arg("card"), Subject: x})
	case "change":
		for _, needed := range []string{"tier", "rto", "because"} {
			if c.Arg(needed) == "" {
				return c.ask(ctx, c.require(needed))
			}
		}
		standard, err := c.standard()
		if err != nil {
			return bot.Reply{}, err
		}
		return c.rate(ctx, readiness.Change{Standard: standard, Because: c.args.Because, Card: c.Arg("card"), Subject: x})
	case "reopen":
		kind := c.Arg("kind")
		if kind == "" || c.Arg("ref") == "" {
			return bot.Reply{}, withUsage(fault.New(fault.Missing, "It is not said what has reopened it: kind: and ref: are missing.", ""), c.command)
		}
		return c.rate(ctx, readiness.Reopen{Kind: choose(kind, readiness.TriggerKinds[1:]), Ref: c.Arg("ref"), At: at, Because: c.args.Because, Subject: x})
	}
	if err := c.insider(ctx); err != nil {
		return bot.Reply{}, err
	}
	s, v, err := c.ratings(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	card := readiness.CardOf(s, c.plan, x.Service, c.now)
	if !slices.Contains(card.Owners, c.actor.ID) && !slices.Contains(x.Team, c.actor.ID) {
		card.Shown = true // there is nothing for them to press
	}
	v.Answer = card
	return c.render(readiness.CardMessage, v)
}
