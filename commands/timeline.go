package commands

import (
	"context"
	"fmt"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// timelineMax is how many of the latest entries one reply shows.
const timelineMax = 40

var timeline = Command{
	Verb: "timeline", Usage: "timeline", Says: "show what has happened, with entry numbers", Who: "anyone", Examples: []string{"timeline"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) { return c.history(ctx, 0) }),
}

var catchup = Command{
	Verb: "catchup", Usage: "catchup", Says: "show what has happened since you last did something here", Who: "anyone", Examples: []string{"catchup"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.history(ctx, s.LastSeq(c.actor.ID))
	}),
}

// history renders the entries after a position that people want to read.
func (c *Call) history(ctx context.Context, after uint64) (bot.Reply, error) {
	s, err := c.state(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	v := c.view(s)
	for e, err := range c.bot.Engine.Entries(ctx, s.ID, after) {
		if err != nil {
			return bot.Reply{}, err
		}
		if !worthTelling(e) {
			continue
		}
		v.Lines = append(v.Lines, fmt.Sprintf("#%d %s %s", e.Seq, e.At.In(v.Zone).Format("15:04:05"), templates.Sentence(e)))
	}
	if n := len(v.Lines); n > timelineMax {
		v.Text = templates.Earlier(n - timelineMax)
		v.Lines = v.Lines[n-timelineMax:]
	}
	v.Ref = journal.Ref(s.ID, s.Entries)
	return c.render("timeline", v)
}

// worthTelling leaves the housekeeping of chat out: requests, what became of
// posts and invitations, and who looks on. The export has it all.
func worthTelling(e journal.Entry) bool {
	switch f := e.Fact.(type) {
	case *journal.Requested:
		return f.Type == journal.Page
	case *journal.Settled:
		return f.Type == journal.Page || f.Type == journal.Ticket
	case *incident.AccessDenied, *incident.FollowStarted, *incident.FollowEnded:
		return false
	}
	return true
}
