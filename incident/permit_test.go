package incident_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
)

// Who may do what, while alice acts as commander, carol speaks, and olga owns
// the service. An action that is open to somebody may still be refused for
// another reason; what counts here is that it is not for want of a right.
func TestPermissions(t *testing.T) {
	eve := incident.Person{ID: "eve", Groups: []string{"commanders"}} // may command, holds nothing
	depute := func(s *story) {
		s.does(carol, incident.Claim{Role: incident.Comms})
		s.does(bob, incident.Claim{Role: incident.Deputy})
	}
	resolve := func(s *story) {
		depute(s)
		s.does(alice, incident.Resolve{Summary: "failed over"})
	}
	everybody := []incident.Person{alice, bob, carol, dan, eve, olga}
	tests := []struct {
		action incident.Action
		given  func(*story)
		may    []incident.Person // of everybody
	}{
		{incident.AddNote{Text: "x"}, depute, everybody},
		{incident.Correct{Seq: 1, Text: "x"}, depute, everybody},
		{incident.AddTask{Text: "x"}, depute, everybody},
		{incident.Follow{}, depute, everybody},
		{incident.Unfollow{}, depute, everybody},
		{incident.AddFollowup{Text: "x"}, depute, everybody},
		{incident.PagePeople{To: incident.Target{To: "@dan"}, Why: "x"}, depute, everybody},
		{incident.AcknowledgePage{}, depute, everybody},
		{incident.OpenTicket{}, depute, everybody},
		{incident.LinkTicket{Key: "OPS-311"}, depute, everybody},
		{incident.DraftUpdate{Audience: incident.Exec, Text: "x"}, depute, everybody},
		{incident.SendUpdate{Audience: incident.Team, Text: "x"}, depute, everybody},
		{incident.SendUpdate{Audience: incident.Exec, Text: "x"}, depute, []incident.Person{carol}},
		{incident.SendUpdate{Audience: incident.Customer, Text: "x"}, depute, []incident.Person{carol}},
		{incident.SkipUpdate{Audience: incident.Customer, Because: "x"}, depute, []incident.Person{carol}},
		{incident.SkipUpdate{Audience: incident.Exec, Because: "x"}, depute, []incident.Person{carol}},
		{incident.SetSeverity{Severity: 1}, depute, everybody},
		{incident.SetSeverity{Severity: 4, Because: "x"}, depute, []incident.Person{alice}},
		{incident.SetPhase{Phase: incident.Identified}, depute, []incident.Person{alice}},
		{incident.SetTime{Point: "t0", At: ten}, depute, []incident.Person{alice}},
		{incident.Retitle{Title: "x"}, depute, []incident.Person{alice}},
		{incident.Rescope{Services: []string{"mq"}}, depute, []incident.Person{alice}},
		{incident.DescribeImpact{Impact: "x"}, depute, []incident.Person{alice}},
		{incident.MakePrivate{Because: "x"}, depute, []incident.Person{alice}},
		{incident.MakePublic{Because: "x"}, depute, []incident.Person{alice}},
		{incident.Merge{Into: incident.State{ID: "INC-9", Entries: 1, Phase: incident.Investigating}}, depute, []incident.Person{alice}},
		{incident.Invite{Who: incident.Person{ID: "fay"}}, depute, []incident.Person{alice}},
		{incident.MakeDecision{Text: "x", Because: "y"}, depute, []incident.Person{alice, bob}},
		{incident.Assign{Role: incident.Scribe, To: gus}, depute, []incident.Person{}}, // a guest holds no role, whoever gives it
		{incident.Claim{Role: incident.Scribe}, depute, everybody},
		{incident.Claim{Role: incident.Commander}, depute, []incident.Person{bob, carol, eve}},
		{incident.Handover{Role: incident.Commander, To: eve}, depute, []incident.Person{alice}},
		{incident.Handover{Role: incident.Comms, To: eve}, depute, []incident.Person{alice, carol}},
		{incident.Resolve{Summary: "x"}, depute, []incident.Person{alice}},
		{incident.Close{As: incident.FalseAlarm, Because: "x"}, depute, []incident.Person{alice}},
		{incident.Verify{}, resolve, []incident.Person{olga}},
		{incident.Reopen{Because: "x"}, resolve, []incident.Person{alice, bob, carol, eve}},
	}
	for _, tt := range tests {
		for _, who := range append(everybody, gus) {
			s := begin(t, severity(2))
			tt.given(s)
			v := incident.Decide(s.state, s.context(who), tt.action)
			allowed := false
			for _, p := range tt.may {
				allowed = allowed || p.ID == who.ID
			}
			if denied := fault.CodeOf(v.Refusal) == fault.Role; denied == allowed {
				t.Errorf("%T by %s: allowed %v, got %v", tt.action, who.ID, allowed, v.Refusal)
			}
		}
	}
}

func TestWhatOnlyHoldfastDecidesHasNoEffectInAnybodysName(t *testing.T) {
	s := begin(t)
	s.does(dan, incident.Follow{})
	s.does(alice, incident.SetPhase{Phase: incident.Identified})
	s.does(alice, incident.Assign{Role: incident.Commander, To: bob}, incident.AddTask{Text: "x", Owner: &dan})
	page := s.state.Pages[0].Effect
	due := *s.state.Updates[incident.Exec].Due
	s.now = s.now.Add(48 * time.Hour)
	for _, a := range []incident.Action{
		incident.Settle{Key: page, Ref: "PG-9"}, incident.Fail{Key: page, Reason: "x"}, incident.Stuck{Key: page}, incident.ConfirmMissing{Key: page},
		incident.Lapse{Role: incident.Commander, To: "bob"}, incident.RemindUpdate{Audience: incident.Exec, Due: due}, incident.MissUpdate{Audience: incident.Exec, Due: due},
		incident.NoteUnclaimed{Since: ten}, incident.NoteSilence{Person: "alice", Since: ten}, incident.OverdueTask{ID: "T1"},
		incident.SendDigest{Person: "dan"}, incident.ExpireApproval{ID: "A1"},
		incident.Absorb{From: "INC-9", Severity: 1, Key: "INC-9/merge:INC-1"},
	} {
		if v := incident.Decide(s.state, s.context(alice), a); len(v.Statements) != 0 {
			t.Errorf("%T by alice says %s", a, v.Statements[0].Fact.Kind())
		}
	}
}

func TestADenialIsRecordedOncePerPersonRuleAndMinute(t *testing.T) {
	s := begin(t)
	denials := func() (n int) {
		for _, k := range s.kinds(0) {
			if k == "access.denied" {
				n++
			}
		}
		return n
	}
	s.refused(dan, incident.SetPhase{Phase: incident.Identified}, fault.Role, "")
	s.refused(dan, incident.Retitle{Title: "x"}, fault.Role, "") // the same rule
	is(t, "by one person under one rule", denials(), 1)
	s.refused(olga, incident.SetPhase{Phase: incident.Identified}, fault.Role, "")
	is(t, "by another person", denials(), 2)
	s.refused(dan, incident.MakeDecision{Text: "x"}, fault.Role, "")
	is(t, "under another rule", denials(), 3)
	s.now = s.now.Add(time.Minute)
	s.refused(dan, incident.SetPhase{Phase: incident.Identified}, fault.Role, "")
	is(t, "a minute later", denials(), 4)
	d := last[*incident.AccessDenied](s)
	is(t, "verb", d.Verb, "phase")
	is(t, "rule", d.Rule, "commander")
}

func TestTakingTheRecordOut(t *testing.T) {
	s := begin(t)
	auditor := incident.Person{ID: "ada", Groups: []string{"auditors"}}
	guestly := incident.Person{ID: "gil", Groups: []string{"auditors"}, Guest: true}
	for _, tt := range []struct {
		who incident.Person
		may bool
	}{{alice, true}, {auditor, true}, {incident.Person{ID: "fay", Groups: []string{"facilitators"}}, true}, {dan, false}, {bob, false}, {guestly, false}} {
		if got := incident.MayExport(s.state, tt.who); got != tt.may {
			t.Errorf("%s: %v", tt.who.ID, got)
		}
	}
}
