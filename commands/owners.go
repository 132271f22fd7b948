package commands

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/plan"
	"holdfast/plan/order"
	"holdfast/templates"
)

var owners = Command{
	Verb: "owners", Usage: "owners [gaps]", Says: "show who owns what, what nobody owns, and where one person or line is all there is", Who: insiders, Anywhere: true,
	Examples: []string{"owners", "owners gaps"},
	Params:   []Param{{Name: "what", In: word, Label: "What", Options: []string{"gaps"}}},
	Run: asked(func(_ context.Context, c *Call) (bot.Reply, error) {
		v := c.planView()
		all := stewards(c.plan)
		all.Only = c.Arg("what") != ""
		v.Answer = all
		return c.render("owners", v)
	}),
}

// How much an answer about owners names.
const (
	mostOwners = 15
	mostOfOne  = 12
	mostGaps   = 12
)

// stewards gathers what each person owns, who owns most first.
func stewards(p *plan.Plan) templates.Stewards {
	by := map[string]*templates.Steward{}
	of := func(id string) *templates.Steward {
		if by[id] == nil {
			by[id] = &templates.Steward{ID: id}
		}
		return by[id]
	}
	all := templates.Stewards{Of: len(p.Services)}
	for _, s := range p.Services {
		if len(s.Owners) > 0 {
			all.Owned++
		}
		for _, id := range s.Owners {
			of(id).Services = append(of(id).Services, s.ID)
		}
	}
	for _, x := range p.Processes {
		if x.Owner != "" {
			of(x.Owner).Processes = append(of(x.Owner).Processes, x.ID)
		}
	}
	list := slices.SortedFunc(maps.Values(by), func(a, b *templates.Steward) int {
		return cmp.Or(cmp.Compare(len(b.Services), len(a.Services)), cmp.Compare(a.ID, b.ID))
	})
	list, all.More = capped(list, mostOwners)
	for _, s := range list {
		s.Services, s.More = capped(s.Services, mostOfOne)
		all.Owners = append(all.Owners, *s)
	}
	all.Gaps, all.Left = capped(slices.Concat(ownerless(p), single(p)), mostGaps)
	return all
}

// ownerless says what nobody answers for.
func ownerless(p *plan.Plan) []string {
	var gaps []string
	say := func(format string, args ...any) { gaps = append(gaps, fmt.Sprintf(format, args...)) }
	for _, s := range p.Services {
		if len(s.Owners) == 0 {
			say("%s (tier %d) has no owner.", s.ID, s.Tier)
		}
	}
	for _, x := range p.Processes {
		switch {
		case x.Owner == "":
			say("The process %s has no owner.", x.ID)
		case x.AssessedAt.IsZero():
			say("The process %s was never assessed.", x.ID)
		}
	}
	for _, t := range p.Teams {
		switch {
		case len(t.People()) == 0:
			say("Nobody is in the team %s.", t.ID)
		case len(t.OnCall) == 0:
			say("Nobody is named on call in the team %s.", t.ID)
		}
	}
	return gaps
}

// single says where one person or one line is all there is.
func single(p *plan.Plan) []string {
	var gaps []string
	for _, a := range order.LonePeople(p) {
		where := "in"
		if a.OnCall {
			where = "on call in"
		}
		services, more := capped(a.Services, mostOfOne)
		if more > 0 {
			services = append(slices.Clip(services), templates.More(more))
		}
		gap := fmt.Sprintf("Only @%s is %s the team %s, which runs %s", a.Person, where, a.Team, strings.Join(services, ", "))
		switch a.Impact {
		case 0:
		case 1:
			gap += "; 1 other stands on that"
		default:
			gap += fmt.Sprintf("; %d others stand on that", a.Impact)
		}
		gaps = append(gaps, gap+".")
	}
	for _, l := range plan.LoneLines(p) {
		if l.Path != "" {
			gaps = append(gaps, fmt.Sprintf("The circuits %s between %s and %s share the path %s.", strings.Join(l.Circuits, ", "), l.AEnd, l.ZEnd, l.Path))
			continue
		}
		gaps = append(gaps, fmt.Sprintf("%s is the only circuit between %s and %s.", l.Circuits[0], l.AEnd, l.ZEnd))
	}
	return gaps
}
