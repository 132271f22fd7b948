package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var merge = Command{
	Verb: "merge", Usage: `merge #INC-41 [#INC-42] because "..."`,
	Says: "close the incident as part of another one, which is named first", Who: "the commander",
	Examples: []string{"merge #INC-41", `merge #INC-41 #INC-42 because "the same switch"`},
	Params:   []Param{{Name: "into", In: word, Label: "Into", Required: true, Reads: another, Hint: "INC-41: the incident that goes on"}, reason},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		into, err := c.another(ctx, "into")
		if err != nil {
			return bot.Reply{}, err
		}
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(s.Services, into.Services))))
		p := c.pinned(ctx, into)
		page := p.Paged(all, min(s.Severity, into.Severity))
		return c.do(ctx, incident.Merge{Into: into, Page: targetsOf(p, page...), Because: c.args.Because})
	}),
}

// another reads another incident by its number or its room.
func (c *Call) another(ctx context.Context, name string) (incident.State, error) {
	typed := "#" + strings.TrimPrefix(c.Arg(name), "#")
	id, isNumber := grammar.Incident(typed)
	if !isNumber {
		id = roomIncident(strings.ToLower(typed))
	}
	unknown := fault.Newf(fault.UnknownID, "`/incident list all` lists them.", "There is no incident %s.", c.Arg(name))
	if id == "" {
		return incident.State{}, unknown
	}
	s, err := c.bot.Engine.State(ctx, id)
	if err == nil && !isNumber && s.Room != strings.ToLower(typed) {
		return incident.State{}, unknown
	}
	return s, err
}
