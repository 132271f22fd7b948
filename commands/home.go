package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/templates"
)

// Home draws a person's own page: what waits for them, and the active incidents
// that they may see. A private one is on it for its people alone, and without
// its title.
func (b *Bot) Home(ctx context.Context, r bot.Request) (templates.Message, error) {
	c := b.call(r)
	c.identify()
	open, err := c.open(ctx)
	if err != nil {
		return templates.Message{}, err
	}
	v := templates.View{Now: c.now, Person: c.actor.ID, Incidents: open, Zone: c.zone(incident.State{})}
	v.Answer = Me{ID: c.actor.ID, Known: c.known, Guest: c.actor.Guest}
	reply, err := c.render("home", v)
	return reply.Message, err
}
