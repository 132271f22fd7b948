package bot

import (
	"slices"

	"holdfast/plan"
)

// Membership is a standing group that a person is in by the word of a platform.
type Membership struct {
	Group string // commanders
	By    string // what says so, for people: "the user group S0123ABCD of Slack"
}

// Standing is a platform whose own groups may stand for standing groups of the
// plan. It answers from memory.
type Standing interface {
	// StandingOf returns the standing groups that a person of the plan is in by
	// the platform's word, sorted by group.
	StandingOf(person string) []Membership
	// Staffed says whether anybody of the plan is in a standing group so.
	Staffed(group string) bool
}

// GroupsOf returns the standing groups of a person: those that the plan gives
// them, and those that a platform adds. A guest, and whom the plan does not
// know, is in none by a platform's word. standing may be nil.
func GroupsOf(p plan.Person, standing Standing) []string {
	if standing == nil || p.ID == "" || p.Guest {
		return p.Groups
	}
	groups := p.Groups
	for _, m := range standing.StandingOf(p.ID) {
		if len(groups) == 0 {
			groups = []string{"responders"} // as who is in no group is
		}
		if !slices.Contains(groups, m.Group) {
			groups = append(slices.Clip(groups), m.Group)
		}
	}
	return groups
}

// Unstaffed returns the standing groups that nobody belongs to, neither by the
// plan nor by a platform. standing may be nil.
func Unstaffed(p *plan.Plan, standing Standing) []string {
	empty := p.Unstaffed()
	if standing == nil {
		return empty
	}
	return slices.DeleteFunc(empty, standing.Staffed)
}
