package plan

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// northbridge is the example plan, which must load without an error or a
// warning.
func northbridge(t *testing.T) *Plan {
	t.Helper()
	p, findings := Load("../examples/northbridge")
	for _, f := range findings {
		if f.Level != Note {
			t.Errorf("finding in the example plan: %s", f)
		}
	}
	if p == nil {
		t.FailNow()
	}
	return p
}

func TestTheExamplePlanHoldsItsElevenServices(t *testing.T) {
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	type row struct {
		ID        string
		Tier      int
		RTO, RPO  time.Duration
		Work      time.Duration
		Team      string
		DependsOn []string
	}
	want := []row{
		{"db-payments", 1, minutes(90), minutes(5), minutes(30), "dba", []string{"san", "directory"}},
		{"directory", 0, minutes(45), 0, minutes(15), "identity", []string{"net-core", "dns"}},
		{"dns", 0, minutes(20), 0, minutes(5), "net", []string{"net-core"}},
		{"idp", 1, minutes(60), minutes(5), minutes(5), "identity", []string{"directory"}},
		{"ledger", 2, minutes(240), minutes(60), minutes(25), "dba", []string{"san", "directory"}},
		{"mq", 1, minutes(60), minutes(5), minutes(10), "app", []string{"san", "directory"}},
		{"net-core", 0, minutes(15), 0, minutes(10), "net", nil},
		{"payments-api", 1, minutes(90), minutes(5), minutes(10), "app", []string{"db-payments", "mq", "idp"}},
		{"reporting", 3, minutes(1440), minutes(1440), minutes(60), "dba", []string{"db-payments", "ledger"}},
		{"san", 0, minutes(40), 0, minutes(20), "storage", []string{"net-core"}},
		{"web-portal", 1, minutes(120), minutes(5), minutes(10), "app", []string{"payments-api"}},
	}
	var got []row
	for _, s := range northbridge(t).Services {
		var deps []string
		for _, d := range s.Deps {
			if d.Kind != Hard {
				t.Errorf("%s depends on %s as %q, want hard", s.ID, d.To, d.Kind)
			}
			deps = append(deps, d.To)
		}
		got = append(got, row{s.ID, s.Tier, s.RTO, s.RPO, s.RecoveryWork, s.Team, deps})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("services differ (-want +got):\n%s", diff)
	}
}

func TestTheExamplePlanStaffsEveryGroup(t *testing.T) {
	p := northbridge(t)
	if empty := p.Unstaffed(); len(empty) > 0 {
		t.Errorf("nobody is in %v", empty)
	}
	var commanders []string
	for _, person := range p.People {
		if person.In("commanders") {
			commanders = append(commanders, person.ID)
		}
	}
	if want := []string{"alice", "bob", "carol", "dan", "erin", "frank", "gina", "heidi"}; !slices.Equal(commanders, want) {
		t.Errorf("commanders are %v, want %v", commanders, want)
	}
	if guest, _ := p.Person("vera"); !guest.Guest || guest.In("responders") {
		t.Errorf("vera must be a guest and in no group, is %+v", guest)
	}
}

func TestADeclarationHasTheConsequencesThePlanStates(t *testing.T) {
	p := northbridge(t)
	checkout := []string{"payments-api"}
	two := []string{"payments-api", "ledger", "no-such-service"}
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"a SEV1 on payments-api pages exactly its team", p.Paged(checkout, 1), []string{"team:app"}},
		{"SEV2 pages each team once, sorted", p.Paged(two, 2), []string{"team:app", "team:dba"}},
		{"SEV3 pages nobody", p.Paged(checkout, 3), []string(nil)},
		{"no one is paged for command unless the policy says so", p.PagedForCommand(1), ""},
		{"the teams' people are invited", p.Invited(two), []string{"dan", "dora", "erin", "mallory"}},
		{"owners verify", p.OwnersOf(two), []string{"olga", "oscar"}},
		{"SEV3 opens a ticket", p.TicketProject(3), "OPS"},
		{"SEV4 opens none", p.TicketProject(4), ""},
		{"an unconfirmed page goes to the team in on-call order", p.Fallback("team:duty-command"), []string{"alice", "bob", "carol", "heidi"}},
		{"or to the person it was for", p.Fallback("@ivan"), []string{"ivan"}},
		{"or to the service's team", p.Fallback("service:ledger"), []string{"dan", "dora"}},
		{"executives hear every 30 minutes at SEV1", p.Policy.Every("exec", 1), 30 * time.Minute},
		{"and never at SEV3", p.Policy.Every("exec", 3), time.Duration(0)},
		{"executives' room", p.Policy.RoomExec, "#exec-updates"},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

func TestSeverityFollowsHealthAndTheTightestTier(t *testing.T) {
	p := northbridge(t)
	tests := []struct {
		services []string
		health   string
		want     int
		assumed  bool
	}{
		{[]string{"net-core"}, "outage", 1, false},
		{[]string{"payments-api"}, "outage", 1, false},
		{[]string{"payments-api"}, "degraded", 2, false},
		{[]string{"payments-api"}, "at_risk", 3, false},
		{[]string{"ledger"}, "outage", 2, false},
		{[]string{"ledger"}, "degraded", 3, false},
		{[]string{"ledger"}, "unknown", 4, false},
		{[]string{"reporting"}, "outage", 4, false},
		{[]string{"reporting", "payments-api"}, "outage", 1, false},
		{[]string{"payments-api", "reporting"}, "degraded", 2, false},
		{[]string{"payments-api"}, "", 3, true},
		{nil, "outage", 3, true},
	}
	for _, test := range tests {
		sev, assumed := p.ProposeSeverity(test.services, test.health)
		if sev != test.want || assumed != test.assumed {
			t.Errorf("%v %q: SEV%d assumed %t, want SEV%d assumed %t", test.services, test.health, sev, assumed, test.want, test.assumed)
		}
	}
}
