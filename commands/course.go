package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

// filled runs the rest of a command once nothing is missing, and opens its
// form otherwise.
func filled(run func(ctx context.Context, c *Call) (bot.Reply, error)) func(context.Context, *Call) (bot.Reply, error) {
	return func(ctx context.Context, c *Call) (bot.Reply, error) {
		form, err := c.complete()
		switch {
		case err != nil:
			return bot.Reply{}, err
		case form != nil:
			return c.ask(form)
		}
		return run(ctx, c)
	}
}

var reason = Param{Name: "because", In: because, Label: "Why", Long: true}

var severity = Command{
	Verb: "severity", Synonyms: []string{"sev"},
	Usage: `severity 1|2|3|4 because "..."`, Says: "change the severity", Who: "raising: anyone; lowering: the commander",
	Examples: []string{`severity 1 because "all regions"`, `severity 3 because "one customer only"`},
	Params:   []Param{{Name: "severity", In: word, Label: "Severity", Required: true, Hint: "1 is the worst"}, reason},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		n, err := c.severity("severity")
		if err != nil {
			return bot.Reply{}, err
		}
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		if n > s.Severity && c.args.Because == "" {
			return c.ask(c.require("because"))
		}
		return c.do(ctx, incident.SetSeverity{Severity: n, Because: c.args.Because,
			Page: c.targets(c.plan.Paged(s.Services, n)...), Ticket: c.plan.TicketProject(n) != ""})
	}),
}

// require is the command's form with one more field that must be filled.
func (c *Call) require(name string) *bot.Form {
	f := c.form()
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			f.Fields[i].Required = true
		}
	}
	return f
}

var phase = Command{
	Verb: "phase", Usage: "phase investigating|identified|recovering|monitoring", Says: "say where the work stands", Who: "the commander",
	Examples: []string{"phase identified"},
	Params:   []Param{{Name: "phase", In: word, Label: "Phase", Required: true, Options: incident.Phases}, reason},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.SetPhase{Phase: choose(c.Arg("phase"), incident.Phases), Because: c.args.Because})
	}),
}

// choose completes an unambiguous prefix that complete has accepted.
func choose(v string, options []string) string {
	for _, o := range options {
		if v != "" && strings.HasPrefix(o, strings.ToLower(v)) {
			return o
		}
	}
	return v
}

var edit = Command{
	Verb: "edit", Usage: `edit title|services|impact ...`, Says: "change title, services or impact", Who: "the commander",
	Examples: []string{`edit title "checkout failing in all regions"`, "edit services payments-api,web-portal", `edit impact "no customer can pay"`},
	Params: []Param{
		{Name: "what", In: word, Label: "What", Required: true, Options: []string{"title", "services", "impact"}},
		{Name: "value", In: text, Label: "New value", Required: true, Long: true},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		switch choose(c.Arg("what"), []string{"title", "services", "impact"}) {
		case "title":
			return c.do(ctx, incident.Retitle{Title: c.Arg("value")})
		case "impact":
			return c.do(ctx, incident.DescribeImpact{Impact: c.Arg("value")})
		}
		ids, err := c.services("value")
		if err != nil {
			return bot.Reply{}, err
		}
		s, err := c.state(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		p := c.plan
		return c.do(ctx, incident.Rescope{Services: ids, Owners: p.OwnersOf(ids), Page: c.targets(p.Paged(ids, s.Severity)...), Invite: p.Invited(ids)})
	}),
}

var timePoint = Command{
	Verb: "time", Usage: `time t0|td|tk|tc|tr|tv|tx 13:50 because "..."`, Says: "correct a time point", Who: "the commander",
	Examples: []string{`time t0 13:50 because "first error in the log"`, "time td -20m"},
	Params: []Param{
		{Name: "point", In: word, Label: "Time point", Required: true, Options: incident.Points},
		{Name: "at", In: word, Label: "Time", Required: true, Hint: "14:05, -10m or RFC 3339"}, reason,
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.SetTime{Point: strings.ToLower(c.Arg("point")), At: t, Because: c.args.Because})
	}),
}

var resolve = Command{
	Verb: "resolve", Usage: `resolve "summary" at:14:05`, Says: "say that the service is technically restored", Who: "the commander",
	Examples: []string{`resolve "failed over to B, payments flow again"`},
	Params: []Param{
		{Name: "summary", In: text, Label: "Summary", Required: true, Long: true},
		{Name: "at", In: key, Label: "Restored at", Hint: "now when left out"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.Resolve{Summary: c.Arg("summary"), At: t})
	}),
}

var verify = Command{
	Verb: "verify", Usage: "verify at:14:20", Says: "say that the business has its service back",
	Who: "a business owner of the services; where the plan names none, anyone but who resolved it", Examples: []string{"verify"},
	Params: []Param{{Name: "at", In: key, Label: "Verified at", Hint: "now when left out"}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.Verify{At: t})
	}),
}

var reopen = Command{
	Verb: "reopen", Usage: `reopen because "..."`, Says: "take a resolved or closed incident up again", Who: "the commander, or members of the commanders group",
	Examples: []string{`reopen because "errors are back"`},
	Params:   []Param{{Name: "because", In: because, Label: "Why", Required: true, Long: true}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.Reopen{Because: c.args.Because})
	}),
}

var closeIncident = Command{
	Verb: "close", Usage: `close [as:false-alarm because "..."]`, Says: "close the incident", Who: "the commander; at SEV1 not who verified it",
	Examples: []string{"close", `close as:false-alarm because "planned restart"`},
	Params:   []Param{{Name: "as", In: key, Label: "As", Options: []string{incident.FalseAlarm}}, reason},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		if _, err := c.complete(); err != nil {
			return bot.Reply{}, err
		}
		as := c.Arg("as")
		if as != "" {
			as = incident.FalseAlarm
			if c.args.Because == "" {
				return c.ask(c.require("because"))
			}
		}
		return c.do(ctx, incident.Close{As: as, Because: c.args.Because})
	},
}

var page = Command{
	Verb: "page", Synonyms: []string{"escalate"}, Usage: `page service:x|team:y|@u "why"`, Says: "page a team, a service's team or a person",
	Who: "any responder", Once: true, Examples: []string{`page team:dba "replica lag unknown"`, `page @dan "need a DBA"`},
	Params: []Param{
		{Name: "team", In: key, Label: "Team"}, {Name: "service", In: key, Label: "Service"}, {Name: "person", In: person, Label: "Person"},
		{Name: "why", In: text, Label: "Why", Required: true},
	},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		to, err := c.pageTarget()
		if err != nil {
			return bot.Reply{}, err
		}
		form, err := c.complete()
		switch {
		case err != nil:
			return bot.Reply{}, err
		case form != nil || to == "":
			return c.ask(c.form())
		}
		return c.do(ctx, incident.PagePeople{To: c.targets(to)[0], Why: c.Arg("why")})
	},
}

// pageTarget reads whom to page: exactly one of team, service and person.
func (c *Call) pageTarget() (string, error) {
	var found []string
	if v := c.Arg("team"); v != "" {
		t, err := c.plan.FindTeam(strings.ToLower(v))
		if err != nil {
			return "", err
		}
		found = append(found, "team:"+t.ID)
	}
	if v := c.Arg("service"); v != "" {
		s, err := c.plan.FindService(strings.ToLower(v))
		if err != nil {
			return "", err
		}
		found = append(found, "service:"+s.ID)
	}
	if v, err := c.someone("person"); err != nil {
		return "", err
	} else if v != nil {
		found = append(found, "@"+v.ID)
	}
	switch len(found) {
	case 0:
		return "", nil
	case 1:
		return found[0], nil
	}
	return "", fault.Newf(fault.Ambiguous, "Page one at a time.", "That names %s.", strings.Join(found, " and "))
}

var pageAck = Command{
	Verb: "page ack", Usage: "page ack [PG-1]", Says: "say that you are on it", Who: "any responder", Examples: []string{"page ack PG-1"},
	Params: []Param{{Name: "page", In: word, Label: "Page"}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.AcknowledgePage{Page: c.Arg("page")})
	}),
}
