package bot_test

import (
	"slices"
	"testing"

	"holdfast/bot"
	"holdfast/plan"
)

// told are memberships by person.
type told map[string][]bot.Membership

func (t told) StandingOf(person string) []bot.Membership { return t[person] }

func (t told) Staffed(group string) bool {
	for _, all := range t {
		if slices.ContainsFunc(all, func(m bot.Membership) bool { return m.Group == group }) {
			return true
		}
	}
	return false
}

func TestAPlatformsGroupsAreAddedToThePlans(t *testing.T) {
	by := told{
		"alice": {{Group: "commanders", By: "x"}, {Group: "comms", By: "x"}}, "bob": {{Group: "commanders", By: "x"}},
		"vera": {{Group: "commanders", By: "x"}}, "": {{Group: "commanders", By: "x"}},
	}
	for _, c := range []struct {
		person plan.Person
		want   []string
	}{
		{plan.Person{ID: "alice", Groups: []string{"responders", "comms"}}, []string{"responders", "comms", "commanders"}},
		{plan.Person{ID: "bob"}, []string{"responders", "commanders"}},
		{plan.Person{ID: "carol", Groups: []string{"execs"}}, []string{"execs"}},
		{plan.Person{ID: "dan"}, nil},
		{plan.Person{ID: "vera", Guest: true}, nil},
		{plan.Person{}, nil},
	} {
		if got := bot.GroupsOf(c.person, by); !slices.Equal(got, c.want) {
			t.Errorf("%+v is in %q, want %q", c.person, got, c.want)
		}
	}
	mine := make([]string, 1, 8)
	mine[0] = "execs"
	bot.GroupsOf(plan.Person{ID: "bob", Groups: mine}, by)
	if got := mine[:2][1]; got != "" {
		t.Errorf("the plan's own list has grown by %q", got)
	}
	if got := bot.GroupsOf(plan.Person{ID: "alice", Groups: mine}, nil); !slices.Equal(got, mine) {
		t.Errorf("without a platform: %q", got)
	}
}

func TestAGroupThatAPlatformStaffsIsStaffed(t *testing.T) {
	p := plan.Empty()
	if got := bot.Unstaffed(p, nil); !slices.Contains(got, "commanders") {
		t.Errorf("without a platform: %q", got)
	}
	if got := bot.Unstaffed(p, told{"bob": {{Group: "commanders"}}}); slices.Contains(got, "commanders") || !slices.Contains(got, "comms") {
		t.Errorf("unstaffed: %q", got)
	}
}
