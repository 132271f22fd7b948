package lint

import (
	"strings"

	"holdfast/plan"
	"holdfast/plan/order"
)

// mostOfChain is how many services of a chain are named.
const mostOfChain = 8

// order reports what the dependencies demand: inversions, objectives that
// cannot be met, tiers that are not inherited.
func (r *report) order() {
	g, err := order.New(r.plan.Services)
	if err != nil {
		return // a circle, which the loader reports
	}
	all := g.Times(nil)
	at := make(map[string]order.Times, len(all))
	for _, x := range all {
		at[x.ID] = x
	}
	for i, x := range all {
		r.inversion(x, at)
		r.infeasible(g, x, at)
		r.loss(r.plan.Services[i], x)
	}
	for _, x := range g.Loose() {
		r.say(plan.Error, codeTierLooser, "service/"+x.ID+".tier", "Give it tier "+number(x.Needs)+" or a lower number.",
			"%s has tier %d, and %s of tier %d stands on it.", x.ID, x.Tier, x.Dependant, x.Needs)
	}
}

func (r *report) inversion(x order.Times, at map[string]order.Times) {
	if !x.Inverted {
		return
	}
	by := at[x.Through]
	hard := ""
	if x.Hard {
		hard = " It does not even promise less than " + x.HardBy + "."
	}
	fix := "Shorten it to " + length(x.Latest) + ", or give " + x.Through + " more time."
	if x.Latest < 0 {
		fix = "Give " + x.Through + " more time."
	}
	r.say(plan.Warning, codeInversion, "service/"+x.ID+".rto", fix, "%s has RTO %s but eff %s, because of %s: %s-%s.%s",
		x.ID, length(x.Deadline), length(x.Latest), x.Through, length(by.Latest), length(by.Work), hard)
}

func (r *report) infeasible(g *order.Graph, x order.Times, at map[string]order.Times) {
	if !x.Infeasible {
		return
	}
	if x.Finish > x.Deadline {
		path := "its own work"
		if behind := longestPath(g, at, x); len(behind) > 1 {
			path = strings.Join(behind, " -> ")
		}
		r.say(plan.Error, codeInfeasible, "service/"+x.ID+".rto", "Give it more time, or shorten the work before it.",
			"No order meets the RTO %s of %s: it is up after %s at the earliest (%s).", length(x.Deadline), x.ID, length(x.Finish), path)
	}
	if x.Latest < 0 {
		r.say(plan.Error, codeInfeasible, "service/"+x.ID+".rto", "Give "+x.Through+" more time, or shorten the work before it.",
			"No order is fast enough: %s would have to be up %s before the impact begins, because of %s.", x.ID, length(-x.Latest), x.Through)
	}
}

// longestPath returns one of the chains before a service that take as long as it
// has to wait, and the service itself. Of a long one only the end is
// walked and told.
func longestPath(g *order.Graph, at map[string]order.Times, x order.Times) []string {
	path := []string{x.ID}
	for len(path) <= mostOfChain {
		next := ""
		for _, id := range g.Needs(path[0]) {
			if at[id].Finish == at[path[0]].Start {
				next = id
				break
			}
		}
		if next == "" {
			return path
		}
		path = append([]string{next}, path...)
	}
	return append([]string{"..."}, path[1:]...)
}

func (r *report) loss(s plan.Service, x order.Times) {
	if s.HasRPO && x.RPO < s.RPO {
		r.say(plan.Warning, codeRPOInversion, "service/"+s.ID+".rpo", "Shorten it to "+length(x.RPO)+".",
			"%s has RPO %s but eff %s, because %s takes its data from it.", s.ID, length(s.RPO), length(x.RPO), x.RPOThrough)
	}
}
