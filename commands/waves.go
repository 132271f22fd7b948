package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/export/picture"
	"holdfast/incident"
	"holdfast/plan"
	"holdfast/plan/order"
	"holdfast/templates"
)

var waves = Command{
	Verb: "waves", Synonyms: []string{"order"}, Usage: "waves [picture|schedule]", Says: "show in which waves services come back, and whether that is soon enough", Who: insiders, Anywhere: true,
	Examples: []string{"waves", "waves picture", "waves schedule"},
	Params:   []Param{{Name: "as", In: word, Label: "As", Options: []string{"picture", "schedule"}, Hint: "words when left out"}},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		r, err := c.recovery(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		switch choose(c.Arg("as"), []string{"picture", "schedule"}) {
		case "picture":
			return c.pictured("waves.png", func(v picture.View) (*picture.Scene, error) { return picture.Waves(r.plan, nil, v) })
		case "schedule":
			return c.pictured("schedule.png", func(v picture.View) (*picture.Scene, error) { return picture.Schedule(r.plan, r.graph, r.schedule, v) })
		}
		o := r.order(r.plan.ServiceIDs(), "")
		o.Makespan = incident.Dur(r.schedule.Makespan)
		if len(r.list) > 0 {
			left, of := order.Budget(r.list)
			o.Budget, o.Tightest = incident.Dur(left), named(of)
		}
		for _, j := range r.schedule.Breaches() {
			o.Breaches = append(o.Breaches, r.step(j.ID))
		}
		o.Breaches, o.MoreLate = capped(o.Breaches, mostNames)
		o.Shortest = incident.Dur(order.Makespan(r.list))
		r.critical(&o, r.last())
		v := c.planView()
		v.Answer = o
		return c.render("waves", v)
	}),
}

var deps = Command{
	Verb: "deps", Synonyms: []string{"dependencies"}, Usage: "deps SERVICE", Says: "show what a service needs, and what needs it", Who: insiders, Anywhere: true,
	Examples: []string{"deps payments-api"},
	Params:   []Param{{Name: "service", In: word, Label: "Service", Required: true}},
	Run: askedOf("deps", func(_ context.Context, _ *Call, s plan.Service, r recovery) any {
		below, above := r.graph.Foundation(s.ID), r.graph.Impact(s.ID)
		o := r.order(slices.Concat(below, []string{s.ID}, above), s.ID)
		o.Name, o.Needs, o.NeededBy = s.Name, len(below), len(above)
		o.Soft = named(soft(r.plan, s))
		r.critical(&o, s.ID)
		return o
	}),
}

// service is the service that the words name.
func (c *Call) service() (plan.Service, error) {
	return c.plan.FindService(strings.ToLower(c.Arg("service")))
}

// order shows services in their waves; of is the one that is asked about.
func (r recovery) order(ids []string, of string) templates.Order {
	o := templates.Order{Of: of, Services: len(ids)}
	seen := map[int]bool{}
	for _, id := range ids {
		seen[r.times[id].Wave] = true
	}
	o.Waves = len(seen)
	o.Ranks, o.More = r.ranks(ids, of)
	return o
}

// mostPaths is how many critical paths an answer shows.
const mostPaths = 4

// critical adds the chains that decide when a service can be back.
func (r recovery) critical(o *templates.Order, id string) {
	if id == "" {
		return
	}
	paths, more := r.graph.Critical(id, mostPaths)
	for _, p := range paths {
		o.Paths = append(o.Paths, strings.Join(p, " > "))
	}
	o.MorePaths, o.Length = more, incident.Dur(r.times[id].Finish)
}

// last is the service that can be back last, first by id.
func (r recovery) last() string {
	var last order.Times
	for _, t := range r.list {
		if last.ID == "" || t.Finish > last.Finish {
			last = t
		}
	}
	return last.ID
}

// soft lists what a service is only degraded without, and what is degraded
// without it.
func soft(p *plan.Plan, s plan.Service) []string {
	var all []string
	for _, d := range s.Deps {
		if d.Kind == plan.Soft {
			all = append(all, d.To)
		}
	}
	return append(all, degrades(p, s.ID)...)
}

// degrades lists the services that are only degraded without one.
func degrades(p *plan.Plan, id string) []string {
	var all []string
	for _, s := range p.Services {
		if slices.ContainsFunc(s.Deps, func(d plan.Dep) bool { return d.To == id && d.Kind == plan.Soft }) {
			all = append(all, s.ID)
		}
	}
	return all
}

// mostNames is how many names stand in one line.
const mostNames = 12

// named keeps a list of names short enough for a line.
func named(all []string) []string {
	kept, more := capped(all, mostNames)
	if more > 0 {
		return append(slices.Clip(kept), templates.More(more))
	}
	return kept
}
