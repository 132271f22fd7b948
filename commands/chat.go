package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
	"holdfast/internal/redact"
	"holdfast/journal"
)

// changed keeps the record in step with what people have said in an incident's
// room. A message of which nothing was made is none of ours. Whoever takes a
// reaction back is answered; who only mends their own words is not, whatever
// comes of it.
func (c *Call) changed(ctx context.Context) bot.Reply {
	c.identify()
	reply, err := c.followed(ctx)
	switch {
	case err == nil:
		return reply
	case c.request.Change.What == bot.Unreacted:
		return c.refused(err)
	}
	code := fault.From(err).Code
	if c.bot.Log != nil {
		c.bot.Log.Warn("a message was changed in chat, and the record does not follow", "incident", c.incident, "change", c.request.Change.What, "code", code, "err", err)
	}
	return bot.Reply{Code: code, Journal: c.incident}
}

func (c *Call) followed(ctx context.Context) (bot.Reply, error) {
	var err error
	if c.incident, err = c.room(ctx); err != nil || c.incident == "" || c.request.Message == nil {
		return bot.Reply{}, err
	}
	// Another replica may have made the entry a moment ago.
	s, err := c.bot.Engine.State(ctx, c.incident)
	if err != nil || len(s.MadeOf(c.request.Message.ID)) == 0 {
		return bot.Reply{}, err
	}
	c.command = correct
	change := c.request.Change
	switch change.What {
	case bot.Unreacted:
		if len(s.MadeBy(c.actor.ID, *c.request.Message)) == 0 {
			return bot.Reply{}, nil
		}
		if err := c.admit(ctx); err != nil {
			return bot.Reply{}, err
		}
		result, err := c.bot.Engine.Do(ctx, c.engineCommand(incident.Withdraw{Message: *c.request.Message}))
		if err != nil || len(result.Entries) == 0 {
			return bot.Reply{}, err
		}
		return c.recorded(result, "recorded")
	case bot.Edited:
		text, _ := redact.Secrets(plaintext.Clean(change.Text))
		return c.reworded(ctx, incident.Reword{Message: c.request.Message.ID, Text: strings.TrimSpace(text), At: change.At})
	case bot.Deleted:
		// It need not have been its author.
		c.actor = incident.Person{ID: journal.Bot}
		return c.reworded(ctx, incident.Reword{Message: c.request.Message.ID, Deleted: true, At: change.At})
	}
	return bot.Reply{}, fault.Newf(fault.Usage, "Leave it out.", "A message cannot be %q.", change.What)
}

// reworded records a change that nobody waits to hear about.
func (c *Call) reworded(ctx context.Context, a incident.Reword) (bot.Reply, error) {
	result, err := c.bot.Engine.Do(ctx, c.engineCommand(a))
	return bot.Reply{Ref: result.Ref(), Journal: c.incident}, err
}
