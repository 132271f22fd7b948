package plan_test

import (
	"fmt"
	"testing"
	"time"

	"holdfast/plan"
)

func failover() plan.Playbook {
	return plan.Playbook{ID: "db-failover", Service: "db", Role: "dba", Owner: "dan", Steps: []plan.Step{
		{ID: "1", Do: "Fence it.", Command: "fence", Timeout: 5 * time.Minute, Facts: []string{"host"}},
		{ID: "2", Do: "Drain it.", Timeout: time.Minute, Role: "app"},
	}, Script: &plan.Script{Path: "scripts/db", Exit: map[int]string{0: "done"}, ManualSteps: []plan.Step{{ID: "m1", Do: "Look.", Role: "net"}}}}
}

func TestTheDigestOfAPlaybookIsThatOfWhatItHasPeopleDo(t *testing.T) {
	was := failover().Digest()
	for what, change := range map[string]func(*plan.Playbook){
		"its owner": func(b *plan.Playbook) { b.Owner = "dora" }, "its review": func(b *plan.Playbook) { b.ReviewedAt = time.Now() },
		"an approval": func(b *plan.Playbook) { b.ApprovedBy, b.MinApprovals = []string{"erin"}, 1 }, "its version's name": func(b *plan.Playbook) { b.Version = "8" },
		"its file": func(b *plan.Playbook) { b.File = "playbooks/x.yaml" }, "a danger that is said to be none": func(b *plan.Playbook) { b.Steps[0].Danger = "none" },
		"an empty list": func(b *plan.Playbook) { b.Steps[1].Facts = []string{} },
	} {
		b := failover()
		if change(&b); b.Digest() != was {
			t.Errorf("%s makes it another one", what)
		}
	}
	for what, change := range map[string]func(*plan.Playbook){
		"a command": func(b *plan.Playbook) { b.Steps[0].Command = "fence --wait" }, "a timeout": func(b *plan.Playbook) { b.Steps[0].Timeout++ },
		"who does it": func(b *plan.Playbook) { b.Steps[1].Role = "dba" }, "the order": func(b *plan.Playbook) { b.Steps[0], b.Steps[1] = b.Steps[1], b.Steps[0] },
		"a step less": func(b *plan.Playbook) { b.Steps = b.Steps[:1] }, "a danger": func(b *plan.Playbook) { b.Steps[0].Danger = "confirm" },
		"the script's text": func(b *plan.Playbook) { b.Script.SHA256 = "00" }, "a manual step": func(b *plan.Playbook) { b.Script.ManualSteps[0].Do = "Look twice." },
		"no script": func(b *plan.Playbook) { b.Script = nil }, "when it is opened": func(b *plan.Playbook) { b.Trigger = "It is gone." },
		"one fact of two words": func(b *plan.Playbook) { b.Steps[0].Facts = []string{"host", "port"} },
	} {
		b := failover()
		if change(&b); b.Digest() == was {
			t.Errorf("%s leaves it the same", what)
		}
	}
	const written = "514f56f3f43564c34aacacde184e6ffd20de20b35454a548b5d706fbaca38686"
	if was != written {
		t.Errorf("it is %s now: whoever has acknowledged a playbook would have to do it again", was)
	}
}

func TestThoseHaveToKnowAPlaybookWhoWorkByIt(t *testing.T) {
	p := plan.Empty()
	p.People = []plan.Person{{ID: "dan"}, {ID: "dora"}, {ID: "erin"}, {ID: "niaj"}, {ID: "olga"}, {ID: "vera", Guest: true}}
	p.Teams = []plan.Team{{ID: "app", Members: []string{"erin", "dan"}}, {ID: "dba", Members: []string{"dora", "vera"}, OnCall: []string{"dan"}}, {ID: "net", OnCall: []string{"niaj"}}}
	p.Services = []plan.Service{{ID: "db", Team: "net"}}
	for _, x := range []struct {
		why    string
		change func(*plan.Playbook)
		want   string
	}{
		{"the team of its role, and of its steps'", func(*plan.Playbook) {}, "[dan dora erin niaj]"},
		{"the service's team, where the role is none", func(b *plan.Playbook) { b.Role, b.Steps, b.Script = "duty", nil, nil }, "[niaj]"},
		{"the role's team alone, whoever runs the service", func(b *plan.Playbook) { b.Steps, b.Script = nil, nil }, "[dan dora]"},
		{"its owner, where no team is named", func(b *plan.Playbook) { b.Role, b.Service, b.Steps, b.Script, b.Owner = "", "", nil, nil, "olga" }, "[olga]"},
	} {
		b := failover()
		x.change(&b)
		if got := fmt.Sprint(p.ReadersOf(b)); got != x.want {
			t.Errorf("%s: %s, not %s", x.why, got, x.want)
		}
	}
}
