package commands_test

import (
	"testing"

	"holdfast/incident"
	"holdfast/internal/fault"
)

func TestAGivenButEmptyValueIsRefusedAndOpensNoForm(t *testing.T) {
	for _, words := range []string{
		`note ""`, `note "  "`, `note "x" tag:""`, `note "x" tag:`, `note "x" --tag ""`, `decide ""`, `decide "x" because ""`, `decide "x" alternatives ""`,
		`severity ""`, `severity 3 because ""`, `phase ""`, `edit "" "x"`, `edit title ""`, `edit services ","`, `time "" 10:00`, `time t0 ""`, `update ""`, `update "x" audience:`,
		`update send ""`, `update skip ""`, `page team:"" "x"`, `page team:dba ""`, `task add ""`, `task add "x" due:`, `task done ""`, `task block T1 because ""`,
		`followup add ""`, `followup own "" @dan`, `ticket open ""`, `ticket link ""`, `resolve ""`, `resolve "x" at:`, `verify at:`, `reopen because ""`,
		`close as:`, `close as:false-alarm because ""`, `correct "" "x"`, `correct 1 ""`, `role "" @bob`, `role claim ""`, `role accept ""`, `handover "" @bob`,
		`export format:`, `page ack ""`, `declare ""`, `declare "x" service:`, `declare "x" service:","`, `declare "x" --commander ""`,
	} {
		t.Run(words, func(t *testing.T) {
			d := declared(t)
			d.unchanged(words, func() { d.refused(fault.Missing, "alice", war, words) })
		})
	}
}

func TestAnUnknownValueIsRefusedBeforeAnyForm(t *testing.T) {
	for words, code := range map[string]fault.Code{
		"declare service:paymnts-api":   fault.UnknownID,
		"declare --commander @bobb":     fault.UnknownID,
		"declare sev:7":                 fault.Range,
		"declare health:sick":           fault.Range,
		"declare at:soon":               fault.Usage,
		"role comms @hanna":             fault.UnknownID,
		"role captain":                  fault.UnknownID,
		"role lead:dbs":                 fault.UnknownID,
		"role claim captain":            fault.UnknownID,
		"handover @hanna":               fault.UnknownID,
		"page team:dbs":                 fault.UnknownID,
		"page service:ldger":            fault.UnknownID,
		"page @dann":                    fault.UnknownID,
		"task add @dann":                fault.UnknownID,
		"task add due:soon":             fault.Usage,
		"task add due:+10":              fault.Duration,
		"followup add @dann":            fault.UnknownID,
		"followup add due:tomorrow":     fault.Usage,
		"followup own @dann":            fault.UnknownID,
		"note at:25:99":                 fault.Range,
		"note at:-10":                   fault.Duration,
		"resolve at:soon":               fault.Usage,
		"update audience:mars":          fault.Range,
		"update next:30":                fault.Duration,
		"update send next:30":           fault.Duration,
		"update skip mars":              fault.Range,
		"phase over":                    fault.Range,
		"invite @dann":                  fault.UnknownID,
		"edit colour":                   fault.Range,
		"time t9":                       fault.Range,
		"decide --reversible maybe":     fault.Range,
		`decide "x" --reversible maybe`: fault.Range,
		"close as:done":                 fault.Range,
	} {
		t.Run(words, func(t *testing.T) {
			d := declared(t)
			d.unchanged(words, func() { d.refused(code, "alice", war, words) })
		})
	}
}

func TestADecisionsReasonIsAskedForOnce(t *testing.T) {
	d := declared(t)
	d.say("alice", war, `decide "fail over to B"`).asked()
	d.submit("alice", nil).accepted()
	if e := d.last("decision.made"); e.Because != "no reason given" {
		t.Errorf("stored because %q", e.Because)
	}
	d.ok("alice", war, `decide "stay on B" because "it holds"`)
	if e := d.last("decision.made"); e.Because != "it holds" {
		t.Errorf("stored because %q", e.Because)
	}
}

func TestLoweringTheSeverityAsksForTheReasonAndRaisingDoesNot(t *testing.T) {
	d := declared(t)
	if f := d.say("alice", war, "severity 3").field("because"); !f.Required {
		t.Error("the reason may be left empty")
	}
	d.submit("alice", map[string]string{"because": "one customer"}).accepted()
	d.ok("mallory", war, "severity 1")
	if e := d.last("severity.set"); e.Because != "" {
		t.Errorf("stored because %q", e.Because)
	}
}

func TestWhoMayNotIsToldSoBeforeBeingAskedWhy(t *testing.T) {
	d := declared(t)
	d.refused(fault.Role, "mallory", war, "severity 4").says("@alice")
	d.refused(fault.Role, "mallory", war, "close as:false-alarm").says("@alice")
	if n := d.count("INC-1", "access.denied"); n != 1 {
		t.Errorf("%d denials, want one a person, rule and minute", n)
	}
}

func TestAFormThatComesBackHalfEmptySaysWhatIsMissing(t *testing.T) {
	d := declared(t)
	d.say("alice", war, "task block").asked()
	r, err := d.chat.Fill("alice", map[string]string{"id": "T1"})
	if err != nil {
		t.Fatal(err)
	}
	a := d.deliver(r).asked()
	if f := a.field("because"); f.Error == "" {
		t.Error("the empty field says nothing")
	}
	if f := a.field("id"); f.Error != "" || f.Value != "T1" {
		t.Errorf("what was filled is %+v", f)
	}
	// What was filled does not slip into the place of what was not.
	d.say("alice", war, "time").asked()
	if r, err = d.chat.Fill("alice", map[string]string{"at": "-10m"}); err != nil {
		t.Fatal(err)
	}
	if a := d.deliver(r).says("Time point"); a.Code() != fault.Missing {
		t.Errorf("a time without its point: code %q", a.Code())
	}
	d.say("alice", war, `page "lag"`).asked()
	d.submit("alice", nil).asked().says("team, a service or a person")
}

func TestAFormsChoicesTakeWhatWasTyped(t *testing.T) {
	d := declared(t)
	d.say("alice", war, `decide "x" --reversible N`).asked()
	d.submit("alice", nil).accepted()
	d.say("alice", ops, "declare sev:SEV-3 health:DEG").asked()
	d.submit("alice", map[string]string{"title": "slow"}).accepted().says("INC-2", "SEV3")
}

func TestWhatStoodInAFormIsNotLostWhenSomethingInItIsRefused(t *testing.T) {
	d := declared(t)
	d.say("alice", war, "task add").asked()
	long := "check the lag,\nthen the queue; password: hunter2"
	a := d.submit("alice", map[string]string{"text": long, "due": "tomorrow", "owner": "dan"})
	if a.Code() != fault.Usage || a.form() == nil {
		t.Fatalf("code %q, form %v", a.Code(), a.form())
	}
	a.says("secret").hides("hunter2")
	r, err := d.chat.Fill("alice", map[string]string{"due": "+30m"})
	if err != nil {
		t.Fatal(err)
	}
	d.deliver(r).accepted()
	f := d.last("task.added").Fact.(*incident.TaskAdded)
	if f.Text != "check the lag,\nthen the queue; password: [redacted password]" || f.Owner != "dan" {
		t.Errorf("recorded %+v", f)
	}

	d.say("alice", war, "note").asked()
	d.store.Refuse(true)
	if a := d.submit("alice", map[string]string{"text": "lag is 2 s"}); a.Code() != fault.Store || a.form() == nil {
		t.Errorf("a store that is down: code %q, form %v", a.Code(), a.form())
	}
	d.store.Refuse(false)
	d.submit("alice", nil).accepted()

	d.say("mallory", war, "phase").asked()
	d.submit("mallory", map[string]string{"phase": "identified"}).refused(fault.Role)
}
