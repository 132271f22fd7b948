package commands

import (
	"context"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/plan"
)

// patience is how long the pager may take to say who is on call: somebody
// waits, and the plan knows it too.
const patience = 1500 * time.Millisecond

var oncall = Command{
	Verb: "oncall", Usage: "oncall [service|team]", Says: "show who is on call, with telephone numbers", Who: "any responder", Anywhere: true,
	Examples: []string{"oncall", "oncall payments-api", "oncall dba"},
	Params:   []Param{{Name: "of", In: word, Label: "Service or team", Hint: "the incident's services and command when left out"}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		if err := c.insider(ctx); err != nil {
			return bot.Reply{}, err
		}
		asked, about, err := c.rotas(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.view(about)
		watch := Watch{Rotas: c.live(ctx, asked), Commit: c.plan.Commit}
		if since := c.plan.Since; !since.IsZero() {
			watch.Since = &since
		}
		v.Answer = watch
		return c.render("oncall", v)
	}),
}

// Watch is what oncall shows.
type Watch struct {
	Rotas  []Rota
	Commit string     // of the plan
	Since  *time.Time // when it came into force; nil when nobody knows
}

// Rota is who is on call for one thing.
type Rota struct {
	For    string // payments-api, web-portal; command
	Name   string // Applications
	Phone  string
	People []Reachable
	From   string // where this is from, and what is to be known of it
	target string
}

// Reachable is a person with a number.
type Reachable struct {
	ID    string // empty for somebody the plan does not know
	Name  string
	Phone string
	Until *time.Time
}

// rotas says for what the call asks: a service or a team, else what the
// incident needs, else everything there is. The state is that of the incident,
// where it is about one.
func (c *Call) rotas(ctx context.Context) (all []Rota, about incident.State, err error) {
	if id := strings.ToLower(c.Arg("of")); id != "" {
		d, err := c.plan.FindDuty(id)
		return []Rota{planned(id, d)}, about, err
	}
	teams, services := c.plan.TeamIDs(), []string(nil)
	if c.incident != "" {
		if err := c.admitted(ctx); err != nil {
			return nil, about, err
		}
		about = c.seen
		services = about.Services
		teams = c.plan.TeamsOf(services)
	}
	for _, t := range teams {
		all = append(all, planned(c.runBy(t, services), c.plan.TeamDuty(t)))
	}
	return append(all, planned("command", c.plan.CommandDuty())), about, nil
}

// runBy names the services that a team runs, or the team when it is about none.
func (c *Call) runBy(team string, services []string) string {
	var run []string
	for _, id := range services {
		if s, _ := c.plan.Service(id); s.Team == team {
			run = append(run, id)
		}
	}
	if len(run) == 0 {
		return team
	}
	return strings.Join(run, ", ")
}

// planned is the plan's word.
func planned(of string, d plan.Duty) Rota {
	r := Rota{For: of, Name: d.Name, Phone: d.Phone, From: "from the plan", target: d.Target}
	for _, x := range d.People {
		r.People = append(r.People, Reachable{ID: x.ID, Name: x.Name, Phone: x.Phone})
	}
	switch {
	case len(r.People) == 0:
		r.From += ", which names nobody"
	case !d.OnCall:
		r.From += ", which names nobody on call: these are all"
	}
	return r
}

// live asks the pager, where it knows, and leaves the plan's word where it does
// not.
func (c *Call) live(ctx context.Context, all []Rota) []Rota {
	if c.bot.OnCall == nil {
		return all
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for i, r := range all {
		if r.target == "" {
			continue
		}
		now, err := c.bot.OnCall.OnCall(ctx, r.target)
		switch {
		case err != nil:
			all[i].From += "; the pager did not say"
		case len(now) == 0:
			all[i].From += "; the pager names nobody"
		default:
			all[i].From, all[i].People = "from the pager"+c.aged(now[0].AsOf), c.reachable(now)
		}
	}
	return all
}

// aged says how old an answer is that the pager gave before.
func (c *Call) aged(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return ", as it was " + incident.Dur(c.now.Sub(at).Round(time.Second)).String() + " ago"
}

func (c *Call) reachable(now []integrations.OnCall) []Reachable {
	var all []Reachable
	for _, x := range now {
		r := Reachable{Name: x.Name, Phone: x.Phone}
		if p, known := c.plan.Person(x.Person); known {
			r.ID, r.Name = p.ID, p.Name
			if r.Phone == "" {
				r.Phone = p.Phone
			}
		}
		if until := x.Until; !until.IsZero() {
			r.Until = &until
		}
		all = append(all, r)
	}
	return all
}
