package order_test

import (
	"fmt"
	"testing"

	"holdfast/plan"
	"holdfast/plan/order"
)

func TestWhoIsTheOnlyOneForAFoundationIsFound(t *testing.T) {
	p := plan.Empty()
	p.People = []plan.Person{{ID: "ann"}, {ID: "ben"}, {ID: "vera", Guest: true}}
	p.Services = []plan.Service{
		{ID: "app", Tier: 1, Team: "two", Deps: []plan.Dep{{To: "db", Kind: plan.Hard}}},
		{ID: "db", Tier: 1, Team: "one", Deps: []plan.Dep{{To: "net", Kind: plan.Hard}}},
		{ID: "net", Tier: 0, Team: "one"},
		{ID: "paper", Tier: 3, Team: "late", Deps: []plan.Dep{{To: "app", Kind: plan.Data}}},
		{ID: "wiki", Tier: 2, Team: "late", Deps: []plan.Dep{{To: "db", Kind: plan.Soft}}},
	}
	for _, x := range []struct {
		why  string
		one  plan.Team
		want string
	}{
		{"the only member", plan.Team{Members: []string{"ann"}}, "[{ann one false [db net] 2}]"},
		{"the only one on call", plan.Team{Members: []string{"ann", "ben"}, OnCall: []string{"ben"}}, "[{ben one true [db net] 2}]"},
		{"beside a guest", plan.Team{Members: []string{"ann", "vera"}}, "[{ann one false [db net] 2}]"},
		{"two", plan.Team{Members: []string{"ann", "ben"}}, "[]"},
		{"nobody, which is another gap", plan.Team{}, "[]"},
	} {
		one := x.one
		one.ID = "one"
		p.Teams = []plan.Team{{ID: "late", Members: []string{"ann"}}, one, {ID: "two", Members: []string{"ann", "ben"}}}
		if got := fmt.Sprint(order.LonePeople(p)); got != x.want {
			t.Errorf("%s: %s, not %s", x.why, got, x.want)
		}
	}
}
