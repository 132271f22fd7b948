package commands

import (
	"context"
	"slices"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/templates"
)

var status = Command{
	Verb: "status", Usage: "status [#INC-42]", Says: "show where an incident stands", Who: "anyone", Examples: []string{"status", "status #INC-42"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.render("status", c.view(s))
	}),
}

var list = Command{
	Verb: "list", Usage: "list [all|closed]", Says: "list incidents", Who: "anyone", Anywhere: true, Examples: []string{"list", "list all"},
	Params: []Param{{Name: "which", In: word, Label: "Which", Options: []string{"active", "all", "closed"}}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		which := c.Arg("which")
		if which == "" {
			which = "active"
		}
		return c.list(ctx, choose(which, []string{"active", "all", "closed"}))
	}),
}

func (c *Call) list(ctx context.Context, which string) (bot.Reply, error) {
	lines, err := c.listed(ctx, which)
	if err != nil {
		return bot.Reply{}, err
	}
	v := templates.View{Now: c.now, Person: c.actor.ID, Incidents: lines, Text: which, Zone: c.zone(incident.State{})}
	return c.render("list", v)
}

// listed returns the incidents that are active, closed, or all, oldest first;
// of those that are closed no more than the register says.
func (c *Call) listed(ctx context.Context, which string) ([]incident.State, error) {
	all, err := c.bot.Engine.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	var lines []incident.State
	for _, l := range all {
		s := l.State()
		if !l.Closed {
			if s, err = c.bot.Engine.StateOf(ctx, l); err != nil {
				return nil, err
			}
		}
		if open := s.Phase != incident.PhaseClosed && s.Phase != incident.PhaseLost; which == "all" || (which == "active") == open {
			lines = append(lines, c.discreet(s))
		}
	}
	return lines, nil
}

// discreet takes the title out of a private incident for who is not in it.
func (c *Call) discreet(s incident.State) incident.State {
	if !c.maySee(s) || s.Private {
		s.Title, s.Impact, s.Services = "private", "", nil
	}
	return s
}

// maySee says whether the person may read a private incident: who was in it,
// and auditors.
func (c *Call) maySee(s incident.State) bool {
	return incident.MaySee(s, c.actor)
}

// open returns the states of the incidents that are not closed and that the
// person may see, oldest first.
func (c *Call) open(ctx context.Context) ([]incident.State, error) {
	all, err := c.bot.Engine.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	var states []incident.State
	for _, l := range all {
		if l.Closed {
			continue
		}
		s, err := c.bot.Engine.StateOf(ctx, l)
		if err != nil {
			return nil, err
		}
		if s.Open() && c.maySee(s) {
			states = append(states, s)
		}
	}
	return states, nil
}

var mine = Command{
	Verb: "mine", Usage: "mine", Says: "show what is yours: roles, offers, tasks, follow-ups", Who: "anyone", Anywhere: true, Examples: []string{"mine"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		open, err := c.open(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		me := c.actor.ID
		open = slices.DeleteFunc(open, func(s incident.State) bool { return len(s.Duties(me)) == 0 })
		v := templates.View{Now: c.now, Person: me, Incidents: open, Zone: c.zone(incident.State{})}
		return c.render("mine", v)
	}),
}

var taskList = Command{
	Verb: "task list", Usage: "task list", Says: "list the tasks", Who: "anyone", Examples: []string{"task list"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) { return c.show(ctx, "tasks") }),
}

var followupList = Command{
	Verb: "followup list", Usage: "followup list", Says: "list the follow-ups", Who: "anyone", Examples: []string{"followup list"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) { return c.show(ctx, "followups") }),
}

var ticketList = Command{
	Verb: "ticket list", Usage: "ticket list", Says: "list the tickets", Who: "anyone", Examples: []string{"ticket list"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) { return c.show(ctx, "tickets") }),
}

// show renders one view of the incident's state.
func (c *Call) show(ctx context.Context, name string) (bot.Reply, error) {
	s, err := c.state(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	return c.render(name, c.view(s))
}
