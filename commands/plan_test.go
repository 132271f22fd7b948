package commands_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/incident"
	"holdfast/internal/fault"
)

// moves puts another commit of the plan in force and has it followed.
func (d *desk) moves(to string) {
	d.Helper()
	d.plan = d.plans[to]
	for range 2 { // a second look has nothing to add
		if err := d.bot.FollowPlan(d.Context()); err != nil {
			d.Fatal(err)
		}
	}
	d.settle()
}

// underOld returns a desk with INC-1 declared under a1b2c3d.
func underOld(t *testing.T) *desk {
	t.Helper()
	d := quiet(t)
	d.plan = d.plans["a1b2c3d"]
	d.ok("alice", ops, `declare "checkout failing" sev:3 service:payments-api`)
	return d
}

func (d *desk) pin() incident.Pin {
	d.Helper()
	s, err := d.engine.State(d.Context(), "INC-1")
	if err != nil {
		d.Fatal(err)
	}
	return s.Plan
}

func TestAnOpenIncidentIsToldOnceThatThePlanHasMovedOn(t *testing.T) {
	d := underOld(t)
	d.ok("bob", ops, `declare "switch down" sev:3 service:net-core`)
	d.moves("e4f5a6b")
	if n := d.count("INC-1", "plan.pinned"); n != 1 {
		t.Errorf("INC-1 was told %d times", n)
	}
	p := d.pin()
	if p.Commit != "a1b2c3d" || p.Newer != "e4f5a6b" || len(p.Changes) != 2 {
		t.Errorf("INC-1 goes by %+v", p)
	}
	want := []string{"policy: cadence.team 10m, 10m, none, none, was 30m, 1h, 4h, none", "service payments-api: team dba, was app; owners dan, was olga"}
	if fmt.Sprint(p.Changes) != fmt.Sprint(want) {
		t.Errorf("it was told %q", p.Changes)
	}
	d.ok("bob", war, "status")
}

func TestAChangeThatIsTakenBackIsNotSaidToBeInForce(t *testing.T) {
	for _, back := range []string{"a1b2c3d", "0ddba11"} { // the old commit, or a new one that says the same
		d := underOld(t)
		reverted := *d.plans["a1b2c3d"]
		reverted.Commit = back
		d.plans[back] = &reverted
		d.moves("e4f5a6b")
		d.ok("bob", war, "status").says("is in force")
		d.moves(back)
		if p := d.pin(); p.Newer != "" || p.Commit != "a1b2c3d" {
			t.Errorf("INC-1 goes by %+v", p)
		}
		if got := d.ok("bob", war, "status").text(); strings.Contains(got, "is in force") {
			t.Errorf("status says %s", got)
		}
	}
}

func TestWhatConcernsNobodyIsNotSaid(t *testing.T) {
	d := underOld(t)
	third := *d.plans["a1b2c3d"]
	third.Commit = "0ddba11"
	third.Templates = map[string]string{"headline": "x"}
	d.plans["0ddba11"] = &third
	d.moves("0ddba11")
	if n := d.count("INC-1", "plan.pinned"); n != 0 {
		t.Errorf("INC-1 was told %d times", n)
	}
}

func TestTheCommanderAdoptsTheNewerPlan(t *testing.T) {
	d := underOld(t)
	d.ok("bob", war, "role claim commander")
	d.moves("e4f5a6b")
	d.refused(fault.Role, "dan", war, `plan adopt e4f5a6b because "x"`)
	d.refused(fault.CommitMissing, "bob", war, `plan adopt 0123456 because "x"`)
	if a := d.line("bob", war, "/incident plan adopt e4f5a6b"); a.form() == nil {
		t.Errorf("nobody is asked for the reason: %s", a.text())
	}
	d.ok("bob", war, `plan adopt e4f5a6b because "step 4 was wrong"`)
	s, err := d.engine.State(t.Context(), "INC-1")
	if err != nil {
		t.Fatal(err)
	}
	if s.Plan.Commit != "e4f5a6b" || fmt.Sprint(s.Owners) != "[dan]" || s.Terms.Every(incident.Team, 1) != 10*minute {
		t.Errorf("it goes by %+v, owners %v, every %s", s.Plan, s.Owners, s.Terms.Every(incident.Team, 1))
	}
	d.refused(fault.NotOpen, "bob", war, `plan adopt main because "again"`)
}

func TestSeverityPagesByThePlanTheIncidentGoesBy(t *testing.T) {
	d := underOld(t)
	d.moves("e4f5a6b")
	d.reached = nil
	d.ok("alice", war, `severity 1 because "all regions"`)
	d.settle()
	for _, e := range d.reached {
		if e.To == "team:dba" {
			t.Error("team:dba was paged, which runs payments-api only in the newer plan")
		}
	}
	if len(d.reached) == 0 {
		t.Error("nobody was paged")
	}
}

func TestAPlanThatCannotBeHadHoldsNobodyUp(t *testing.T) {
	d := underOld(t)
	delete(d.plans, "a1b2c3d")
	d.moves("main")
	if p := d.pin(); p.Newer != "e4f5a6b" || len(p.Changes) != 1 {
		t.Errorf("it goes by %+v", p)
	}
	d.ok("alice", war, `severity 1 because "all regions"`)
}

func TestTwoCommitsAreCompared(t *testing.T) {
	d := underOld(t)
	d.moves("e4f5a6b")
	d.asks("bob", "plan diff a1b2c3d..main").accepted().says("a1b2c3d to e4f5a6b", "team dba, was app", "cadence.team")
	d.asks("bob", "plan diff payments-api a1b2c3d..").accepted().says("in payments-api", "team dba, was app").hides("cadence")
	d.asks("bob", "plan diff main..a1b2c3d policy").accepted().says("30m", "was 10m").hides("payments-api")
	d.asks("bob", "plan diff a1b2c3d..a1b2c3d").accepted().says("Nothing is.")
	d.line("bob", war, "/continuity plan diff").accepted().says("a1b2c3d to e4f5a6b", "team dba, was app")
	d.asks("bob", "plan diff").refused(fault.Missing).says("a1b2c3d..main")
	d.asks("bob", "plan diff one two a..b").refused(fault.Usage)
	d.asks("bob", "plan diff a..b c..d").refused(fault.Usage)
	d.asks("bob", "plan diff beef123..main").refused(fault.CommitMissing).says("beef123")
}

func TestTheVersionNamesTheIncidentsThatGoByAnother(t *testing.T) {
	d := underOld(t)
	d.asks("bob", "plan version").accepted().says("Plan a1b2c3d", "Behind the branch main", "no").hides("INC-1")
	d.moves("e4f5a6b")
	d.asks("bob", "plan version").accepted().says("Plan e4f5a6b", "INC-1", "goes by a1b2c3d, was told of e4f5a6b")
}

func TestAPlaybookIsAcknowledgedByThoseWhoWorkByIt(t *testing.T) {
	d := quiet(t)
	b, known := d.plan.Playbook("split-brain")
	if !known {
		t.Fatal("the plan has no split-brain")
	}
	missing := "missing: @" + strings.Join(d.plan.ReadersOf(b), ", @")
	d.asks("dan", "plan acks split-brain").accepted().says("split-brain: 0 of 4 people", missing, "I have read it").hides("db-failover", "What is different")
	d.asks("dan", "plan ack split-brain").accepted().says("@dan holds the playbook split-brain as it is", "readiness#1")
	d.asks("dan", "plan ack split-brain").refused(fault.Repeat)
	d.asks("dan", "plan acks").accepted().says("split-brain: 1 of 4 people", "db-failover: 0 of").hides("I have read it")
	d.asks("bob", "plan acks split-brain").accepted().hides("I have read it")
	d.asks("dora", "plan ack split-brain version:0123").refused(fault.StaleCard)
	d.asks("dora", "plan ack split-brain --dry-run").accepted().says("holds the playbook")
	d.asks("dora", "plan acks split-brain").accepted().says("1 of 4 people")
	d.asks("dora", "plan ack split-brian").refused(fault.UnknownID).says("split-brain")
	if n := d.count("readiness", "playbook.acknowledged"); n != 1 {
		t.Errorf("it is recorded %d times", n)
	}
}
