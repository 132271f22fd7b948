package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

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
		if err == nil && to == "" {
			form = c.whom()
		}
		if form != nil || err != nil {
			return c.orAsk(ctx, form, err)
		}
		return c.do(ctx, incident.PagePeople{To: c.targets(to)[0], Why: c.Arg("why")})
	},
}

// whom is the form that asks for the target too.
func (c *Call) whom() *bot.Form {
	f := c.form()
	for i := range f.Fields {
		if f.Fields[i].Name != "why" && c.request.Form != nil {
			f.Fields[i].Error = "Name a team, a service or a person."
		}
	}
	return f
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
