package plan

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatATargetIsInPagerDuty(t *testing.T) {
	p := Empty()
	p.People = []Person{{ID: "dan", PagerDuty: "PUSERDAN"}, {ID: "eve"}}
	p.Teams = []Team{{ID: "app"}, {ID: "dba", PagerDuty: InPagerDuty{EscalationPolicy, "PPOLICY1"}}}
	p.Services = []Service{{ID: "ledger", Team: "dba"}, {ID: "payments", Team: "dba", PagerDuty: InPagerDuty{PagerDutyService, "PSERVICE"}}}
	for target, want := range map[string]struct {
		in   InPagerDuty
		user string
	}{
		"@dan":             {user: "PUSERDAN"},
		"@eve":             {},
		"@nobody":          {},
		"team:dba":         {in: InPagerDuty{EscalationPolicy, "PPOLICY1"}},
		"team:app":         {},
		"service:payments": {in: InPagerDuty{PagerDutyService, "PSERVICE"}},
		"service:ledger":   {in: InPagerDuty{EscalationPolicy, "PPOLICY1"}},
		"service:nothing":  {},
		"nobody at all":    {},
	} {
		if in, user := p.PagerDutyOf(target); in != want.in || user != want.user {
			t.Errorf("%s is %+v, %q", target, in, user)
		}
	}
	if x, found := p.PersonOfPagerDuty("PUSERDAN"); !found || x.ID != "dan" {
		t.Errorf("found %+v, %t", x, found)
	}
	if x, found := p.PersonOfPagerDuty(""); found {
		t.Errorf("nobody is %+v", x)
	}
}

func TestIDsOfPagerDutyAreReadFromThePlan(t *testing.T) {
	for text, test := range map[string]struct {
		team InPagerDuty
		says string
	}{
		"PABC123":            {team: InPagerDuty{EscalationPolicy, "PABC123"}},
		"policy:PABC123":     {team: InPagerDuty{EscalationPolicy, "PABC123"}},
		"schedule:PABC123":   {team: InPagerDuty{PagerDutySchedule, "PABC123"}},
		"service:PABC123":    {team: InPagerDuty{PagerDutyService, "PABC123"}},
		"rota:PABC123":       {says: `"rota:PABC123" is no id of PagerDuty.`},
		"schedule:pabc123":   {says: "is no id of PagerDuty."},
		"Database on-call":   {says: "is no id of PagerDuty."},
		`"PABC123/../users"`: {says: "is no id of PagerDuty."},
	} {
		p, findings := LoadFS(fstest.MapFS{
			"people.yaml":       {Data: []byte("people:\n  - {id: dan, pagerduty: PUSERDAN}\n")},
			"teams.yaml":        {Data: []byte("teams:\n  - id: dba\n    members: [dan]\n    pagerduty: " + text + "\n")},
			"services/pay.yaml": {Data: []byte("id: pay\ntier: 1\nrto: 1h\nteam: dba\npagerduty: PSERVICE\n")},
		})
		said := ""
		for _, f := range findings {
			said += f.String() + "\n"
		}
		if test.says != "" {
			if !strings.Contains(said, test.says) {
				t.Errorf("%s: %s", text, said)
			}
			continue
		}
		dba, _ := p.Team("dba")
		pay, _ := p.Service("pay")
		if dba.PagerDuty != test.team || pay.PagerDuty != (InPagerDuty{PagerDutyService, "PSERVICE"}) || p.People[0].PagerDuty != "PUSERDAN" {
			t.Errorf("%s: %+v, %+v, %+v; %s", text, dba.PagerDuty, pay.PagerDuty, p.People[0], said)
		}
	}
}

func TestTwoPeopleAreNotOneUserOfPagerDuty(t *testing.T) {
	_, findings := LoadFS(fstest.MapFS{
		"people.yaml": {Data: []byte("people:\n  - {id: dan, pagerduty: PUSERDAN}\n  - {id: eve, pagerduty: PUSERDAN}\n")},
	})
	for _, f := range findings {
		if strings.Contains(f.String(), "PUSERDAN") {
			return
		}
	}
	t.Errorf("nothing is said of it: %v", findings)
}
