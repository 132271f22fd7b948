package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

// Look returns an incident as `status` shows it, for programs. Who may not see
// it is refused, and that is recorded.
func (b *Bot) Look(ctx context.Context, r bot.Request, id string) (incident.State, error) {
	c := b.call(r)
	c.identify()
	c.command, c.incident = status, id
	if err := c.admit(ctx); err != nil {
		return incident.State{}, err
	}
	return c.state(ctx)
}

// List returns the incidents that `list` shows, for programs: the active ones,
// or all. Private ones that do not concern the person show no more than that
// they are there.
func (b *Bot) List(ctx context.Context, r bot.Request, all bool) ([]incident.State, error) {
	c := b.call(r)
	c.identify()
	which := "active"
	if all {
		which = "all"
	}
	states, err := c.listed(ctx, which)
	if err != nil {
		return nil, err
	}
	for i, s := range states {
		if s.Private && !c.maySee(s) {
			states[i] = incident.State{ID: s.ID, Title: s.Title, Severity: s.Severity, Phase: s.Phase, Drill: s.Drill, Private: true}
		}
	}
	return append([]incident.State{}, states...), nil
}
