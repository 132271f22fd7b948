package readiness

import (
	"slices"
	"time"

	"holdfast/plan"
)

// survey is where all services of a plan stand at an instant, worked out once
// for everybody who is told: a plan may have thousands of services and hundreds
// of owners.
type survey struct {
	state     State
	plan      *plan.Plan
	reviews   []Review         // of each service, in the plan's order
	owned     map[string][]int // services, by place, that a person owns
	unrated   []bool           // nobody has confirmed it, and it is not disputed
	deciders  []string
	confirmed Share
	current   Share
}

func surveyOf(s State, p *plan.Plan, now time.Time) survey {
	n := len(p.Services)
	v := survey{state: s, plan: p, reviews: make([]Review, n), owned: map[string][]int{}, unrated: make([]bool, n), deciders: decidersOf(p),
		confirmed: Share{All: n}, current: Share{All: n}}
	processes := processesByService(p)
	for i, x := range p.Services {
		v.reviews[i] = s.review(p, processes[x.ID], x.ID, now)
		for _, person := range ownersAmong(x, processes[x.ID]) {
			v.owned[person] = append(v.owned[person], i)
		}
		confirmed := s.Confirmed(p, x, now)
		_, disputed := s.OpenDispute(x.ID)
		v.unrated[i] = !disputed && !confirmed
		if confirmed {
			v.confirmed.Of++
		}
		if v.reviews[i].Current() {
			v.current.Of++
		}
	}
	return v
}

// digest is what of it waits for a person.
func (v survey) digest(person string) Digest {
	d := Digest{Person: person, Confirmed: v.confirmed, Current: v.current}
	for _, i := range v.owned[person] {
		switch r := v.reviews[i]; {
		case r.Overdue() > 0:
			d.Late = append(d.Late, r)
		case !r.Due.IsZero() && daysBetween(r.Today, r.Due) <= soon:
			d.Soon = append(d.Soon, r)
		}
		if v.unrated[i] {
			d.Unrated = append(d.Unrated, v.plan.Services[i].ID)
		}
	}
	slices.SortStableFunc(d.Late, func(a, b Review) int { return b.Overdue() - a.Overdue() })
	for _, x := range v.state.Disputes {
		if x.State == Open && (Subject{Deciders: v.deciders}).thirdPerson(x) == person {
			d.Disputes = append(d.Disputes, x)
		}
	}
	if slices.Contains(v.deciders, person) {
		d.Escalated = v.overdue()
	}
	return d
}

// overdue are the assessments whose grace has passed, the longest first: what
// those who may decide are told of everybody.
func (v survey) overdue() []Review {
	return slices.DeleteFunc(sorted(slices.Clone(v.reviews)), func(r Review) bool { return r.Overdue() == 0 || !r.Today.After(r.Grace) })
}
