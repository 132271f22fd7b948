package order

import (
	"slices"

	"holdfast/plan"
)

// Alone is a person who is the only one to be reached for services of tier 0
// and 1. Every service that others need is a single point of failure by that
// alone, see Impact; this is the one that a second person mends.
type Alone struct {
	Person   string
	Team     string
	OnCall   bool     // the team names who is on call, and it is this one; else it has nobody else
	Services []string // of tier 0 and 1 that the team runs, by id
	Impact   int      // how many other services cannot work without one of them
}

// LonePeople finds them, by team. Those on call count, or the members of a team
// that names nobody on call; guests do not.
func LonePeople(p *plan.Plan) []Alone {
	g, err := New(p.Services)
	if err != nil {
		return nil // a circle, which the check of the plan names
	}
	var found []Alone
	for _, t := range p.Teams {
		reached := t.OnCall
		if len(reached) == 0 {
			reached = t.Members
		}
		reached = slices.DeleteFunc(slices.Clone(reached), func(id string) bool {
			x, known := p.Person(id)
			return !known || x.Guest
		})
		if len(reached) != 1 {
			continue
		}
		a := Alone{Person: reached[0], Team: t.ID, OnCall: len(t.OnCall) > 0}
		down := map[string]bool{}
		for _, s := range p.Services {
			if s.Team == t.ID && s.Tier <= 1 {
				a.Services = append(a.Services, s.ID)
				for _, id := range g.Impact(s.ID) {
					down[id] = true
				}
			}
		}
		for _, id := range a.Services {
			delete(down, id)
		}
		if a.Impact = len(down); len(a.Services) > 0 {
			found = append(found, a)
		}
	}
	return found
}
