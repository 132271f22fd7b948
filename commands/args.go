package commands

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/plan"
)

// Arg returns what was given for a parameter, or "". The words before a text
// parameter each fill one; the text takes the rest.
func (c *Call) Arg(name string) string {
	at := 0
	if team, ok := c.args.Keys[leadKey]; ok && name == "role" {
		return incident.Lead + team
	}
	for _, p := range c.command.Params {
		switch p.In {
		case word:
			if p.Name == name {
				return c.args.Text(at)
			}
			at++
		case text:
			if p.Name == name {
				return c.args.Rest(at)
			}
		}
		if p.Name != name {
			continue
		}
		switch p.In {
		case key:
			return c.args.Keys[name]
		case flag:
			if c.args.Flags[name] {
				return "yes"
			}
		case because:
			return c.args.Because
		case person:
			if len(c.args.People) > 0 {
				return "@" + c.args.People[0]
			}
		}
	}
	return ""
}

// words returns the positional words.
func (c *Call) words() []string {
	var all []string
	for _, w := range c.args.Positional {
		all = append(all, w.Text)
	}
	return all
}

func withUsage(err error, cmd Command) error {
	f := *fault.From(err)
	usage := "Usage: `/" + cmd.Root + " " + cmd.Usage + "`"
	if !strings.Contains(f.Next, usage) {
		f.Next = strings.TrimSpace(f.Next + " " + usage)
	}
	return &f
}

// zone is where wall-clock times are read: the incident's room, else the plan.
func (c *Call) zone(s incident.State) *time.Location {
	name := s.Zone
	if name == "" {
		name = c.plan.Policy.Zone
	}
	if z, err := time.LoadLocation(name); err == nil {
		return z
	}
	return time.UTC
}

// past reads a time that has been; zero when it was not given.
func (c *Call) past(name string, z *time.Location) (time.Time, error) {
	v := c.Arg(name)
	if v == "" {
		return time.Time{}, nil
	}
	return grammar.Time(v, c.now, z)
}

// when is past in the zone of the call's incident.
func (c *Call) when(ctx context.Context, name string) (time.Time, error) {
	s, err := c.recent(ctx, c.incident)
	if err != nil {
		return time.Time{}, err
	}
	return c.past(name, c.zone(s))
}

// due reads a time to come; zero when it was not given.
func (c *Call) due(name string, z *time.Location) (time.Time, error) {
	v := c.Arg(name)
	if v == "" {
		return time.Time{}, nil
	}
	return grammar.Due(v, c.now, z)
}

// length reads a duration; zero when it was not given.
func (c *Call) length(name string) (time.Duration, error) {
	v := c.Arg(name)
	if v == "" {
		return 0, nil
	}
	return plan.ParseDuration(v)
}

// severity reads 1, SEV1 or sev-1; zero when it was not given.
func (c *Call) severity(name string) (int, error) {
	v := strings.TrimLeft(strings.TrimPrefix(strings.ToLower(c.Arg(name)), "sev"), "-")
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 4 {
		return 0, fault.Newf(fault.Range, "SEV1 is the worst, SEV4 the mildest.", "There is no severity %q: it is 1, 2, 3 or 4.", c.Arg(name))
	}
	return n, nil
}

// someone looks a person up; nil when none was named.
func (c *Call) someone(name string) (*incident.Person, error) {
	v := c.Arg(name)
	if v == "" {
		return nil, nil
	}
	p, err := c.plan.FindPerson(strings.ToLower(v))
	if err != nil {
		return nil, err
	}
	return &incident.Person{ID: p.ID, Groups: bot.GroupsOf(p, c.bot.Standing), Guest: p.Guest}, nil
}

// services reads "a,b" and checks each against the plan; none when it was not
// given.
func (c *Call) services(name string) ([]string, error) {
	var ids []string
	for _, id := range strings.FieldsFunc(c.Arg(name), func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		s, err := c.plan.FindService(strings.ToLower(id))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, s.ID) {
			ids = append(ids, s.ID)
		}
	}
	if c.Arg(name) != "" && len(ids) == 0 {
		return nil, withUsage(fault.New(fault.Missing, "No service is named.", ""), c.command)
	}
	return ids, nil
}

// role reads a role's name: commander, comms, deputy, scribe or lead:TEAM.
func (c *Call) role(v string) (string, error) {
	v = strings.ToLower(v)
	if team, ok := strings.CutPrefix(v, incident.Lead); ok {
		t, err := c.plan.FindTeam(team)
		if err != nil {
			return "", err
		}
		return incident.Lead + t.ID, nil
	}
	names := []string{incident.Commander, incident.Comms, incident.Deputy, incident.Scribe}
	if v == "ic" {
		return incident.Commander, nil
	}
	name, err := pickOption(v, names)
	if err != nil {
		return "", fault.Newf(fault.UnknownID, "Roles are commander, comms, deputy, scribe and lead:TEAM.", "There is no role %q.", v)
	}
	return name, nil
}
