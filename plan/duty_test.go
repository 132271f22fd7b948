package plan

import (
	"strings"
	"testing"

	"holdfast/internal/fault"
)

func TestWhoIsOnCallIsWhomThePlanNamesFirst(t *testing.T) {
	p, found := Load("../examples/northbridge")
	if HasErrors(found) {
		t.Fatal(found)
	}
	unnamed := *p
	unnamed.Teams = []Team{{ID: "app", Name: "Applications", Members: []string{"mallory", "erin"}}, {ID: "net", Name: "Network"}}
	escalating := *p
	escalating.Policy.PageEscalate = "team:comms"
	paging := escalating
	paging.Policy.PageCommand = "@gina"
	through := *p
	through.Policy.PageCommand = "service:ledger"
	nobody := Empty()
	for name, tt := range map[string]struct {
		duty   Duty
		target string
		people string
		onCall bool
	}{
		"of a team":                           {p.TeamDuty("dba"), "team:dba", "dan dora", true},
		"the members, where nobody is named":  {unnamed.TeamDuty("app"), "team:app", "mallory erin", false},
		"nobody, where there is nobody":       {unnamed.TeamDuty("net"), "team:net", "", false},
		"of command: whoever is paged for it": {paging.CommandDuty(), "@gina", "gina", true},
		"or whom it is escalated to":          {escalating.CommandDuty(), "team:comms", "hana carol", true},
		"or the team of a service":            {through.CommandDuty(), "team:dba", "dan dora", true},
		"or else all who may hold it":         {p.CommandDuty(), "", "alice bob carol dan erin frank gina heidi", false},
		"nobody, in a plan that knows nobody": {nobody.CommandDuty(), "", "", false},
	} {
		var people []string
		for _, x := range tt.duty.People {
			people = append(people, x.ID)
		}
		if got := strings.Join(people, " "); got != tt.people || tt.duty.Target != tt.target || tt.duty.OnCall != tt.onCall {
			t.Errorf("%s: %q for %q, on call %t; want %q for %q, %t", name, got, tt.duty.Target, tt.duty.OnCall, tt.people, tt.target, tt.onCall)
		}
	}
}

func TestADutyIsFoundByServiceOrTeam(t *testing.T) {
	p, _ := Load("../examples/northbridge")
	for id, target := range map[string]string{"payments-api": "team:app", "dba": "team:dba", "net-core": "team:net"} {
		if d, err := p.FindDuty(id); err != nil || d.Target != target {
			t.Errorf("%s: %s, %v", id, d.Target, err)
		}
	}
	for id, near := range map[string]string{"paymnts-api": "payments-api", "dbb": "dba", "zzzzzz": "The plan's teams: app, "} {
		if _, err := p.FindDuty(id); fault.CodeOf(err) != fault.UnknownID || !strings.Contains(err.Error(), near) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
