package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// recorded renders what a command has added: its reference and what was asked
// for. The outcomes follow privately and in the headline.
func (c *Call) recorded(r engine.Result, template string) (bot.Reply, error) {
	v := c.view(r.State)
	v.Ref, v.Entries, v.Joined, v.Lines = r.Ref(), r.Entries, r.Joined, c.redactions()
	reply, err := c.render(template, v)
	if err != nil {
		return reply, err
	}
	reply.Ref, reply.Journal = r.Ref(), r.Journal
	if c.bot.Follow != nil && !r.Duplicate {
		c.bot.Follow.Track(c.request, r.State, r.Entries, c.now)
	}
	return reply, nil
}

// previewed renders what a command would do, and that nothing was done.
func (c *Call) previewed(r engine.Result) (bot.Reply, error) {
	v := c.view(r.State)
	v.Entries, v.Joined, v.Lines = r.Entries, r.Joined, c.redactions()
	return c.render("dry-run", v)
}

// redactions says what was taken out of the words before they were stored.
func (c *Call) redactions() []string {
	var lines []string
	for _, kind := range slices.Compact(slices.Sorted(slices.Values(c.redacted))) {
		lines = append(lines, templates.LeftOut(kind))
	}
	return lines
}

func (c *Call) view(s incident.State) templates.View {
	v := templates.ViewOf(s, c.now)
	v.Zone, v.Person = c.zone(s), c.actor.ID
	if c.bot.Plans != nil {
		standing := c.bot.Plans.Standing()
		v.Plan = &standing
	}
	return v
}

func (c *Call) render(name string, v templates.View) (bot.Reply, error) {
	m, err := c.bot.Templates().Render(name, v)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("render the reply %s: %w", name, err)
	}
	if id := v.Incident.ID; id != "" && c.request.Room != v.Incident.Room {
		m = bot.Bound(m, id)
	}
	return bot.Reply{Message: m, Journal: v.Incident.ID}, nil
}

// refused renders what is wrong and what to do next.
func (c *Call) refused(err error) bot.Reply {
	f := fault.From(err)
	if f.Err != nil && c.bot.Log != nil {
		c.bot.Log.Error("command failed", "verb", c.command.Verb, "code", f.Code, "err", f.Err)
	}
	v := templates.View{Now: c.now, Error: string(f.Code), Wrong: f.Text, Next: f.Next, Person: c.actor.ID, Lines: c.redactions()}
	if boss := c.seen.InCommand(); f.Code == fault.Role && f.Next == "" && c.root == IncidentRoot && boss != "" && boss != c.actor.ID && c.maySee(c.seen) {
		v.Next = "Ask @" + boss + ", who is in command."
	}
	m, renderErr := c.bot.Templates().Render("refused", v)
	if renderErr != nil {
		m = templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: templates.Inert(f.Text), Data: true}}}}}
	}
	return bot.Reply{Message: m, Code: f.Code, Journal: c.incident}
}

// ask opens the form of a command, with what was typed filled in. Nobody is
// asked for what is refused anyway.
func (c *Call) ask(ctx context.Context, f *bot.Form) (bot.Reply, error) {
	if err := c.insider(ctx); err != nil {
		return bot.Reply{}, err
	}
	v := templates.View{Now: c.now, Text: f.Title, Lines: c.redactions()}
	for _, field := range f.Fields {
		if field.Error != "" && !slices.Contains(v.Lines, field.Error) {
			v.Lines = append(v.Lines, field.Error)
		}
	}
	reply, err := c.render("form", v)
	reply.Form = f
	return reply, err
}

// bare answers the root alone: in an incident's room what can be done there,
// elsewhere the active incidents and a way to declare one.
func (c *Call) bare(ctx context.Context) (bot.Reply, error) {
	if c.incident == "" {
		return c.list(ctx, "active")
	}
	if err := c.admit(ctx); err != nil {
		return bot.Reply{}, err
	}
	return c.show(ctx, "tray")
}

// offered is how many incidents a question names.
const offered = 5

// whichIncident asks outside a room: one button for each of the last five, the
// same words with the incident added.
func (c *Call) whichIncident(ctx context.Context) (bot.Reply, error) {
	open, err := c.open(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	v := templates.View{Now: c.now, Person: c.actor.ID, Lines: c.redactions()}
	v.Incidents = open[max(0, len(open)-offered):]
	reply, err := c.render("which", v)
	reply.Code = fault.Missing
	i := 0
	for _, b := range reply.Message.Blocks {
		for j := range b.Buttons {
			if i < len(v.Incidents) {
				b.Buttons[j].Command = c.wordsAbout(v.Incidents[i].ID)
				i++
			}
		}
	}
	return reply, err
}

// wordsAbout is what was typed, with the incident added. The word again has to
// stay the last.
func (c *Call) wordsAbout(id string) string {
	words := strings.TrimSpace(c.line)
	if c.root != IncidentRoot {
		words = "/" + c.root + " " + words
	}
	if c.args.Again {
		return words[:len(words)-len(again)] + "#" + id + " " + again
	}
	return words + " #" + id
}
