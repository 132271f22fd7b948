package incident_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestClosing(t *testing.T) {
	unowned := func(d *incident.Declare) { d.Owners = nil }
	resolved := func(t *testing.T, edits ...func(*incident.Declare)) *story {
		s := begin(t, edits...)
		s.does(alice, incident.Resolve{Summary: "failed over"})
		return s
	}
	t.Run("resolving comes first", func(t *testing.T) {
		begin(t).refused(alice, incident.Close{}, fault.NotOpen, "not resolved")
	})
	t.Run("resolving is the commander's and happens once", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, incident.Resolve{Summary: "done"}, fault.Role, "(@alice)")
		s.refused(alice, incident.Resolve{Summary: " "}, fault.Missing, "summary")
		s.does(alice, incident.Resolve{Summary: "failed over"})
		s.refused(alice, incident.Resolve{Summary: "done"}, fault.NotOpen, "already done by @alice")
	})
	t.Run("verifying comes second, by an owner", func(t *testing.T) {
		s := resolved(t)
		s.refused(alice, incident.Close{}, fault.NotOpen, "not verified")
		s.refused(dan, incident.Verify{}, fault.Role, "(@olga)")
		s.does(olga, incident.Verify{})
		is(t, "by an owner", last[*incident.Verified](s).Owner, true)
		s.refused(olga, incident.Verify{}, fault.NotOpen, "already done by @olga")
		s.does(alice, incident.Close{})
		is(t, "phase", s.state.Phase, incident.PhaseClosed)
	})
	t.Run("nothing is verified before it is resolved", func(t *testing.T) {
		begin(t).refused(olga, incident.Verify{}, fault.NotOpen, "not resolved")
	})
	t.Run("without an owner a second person verifies", func(t *testing.T) {
		s := resolved(t, unowned)
		s.refused(alice, incident.Verify{}, fault.TwoPerson, "a second person verifies")
		s.does(dan, incident.Verify{})
		s.does(alice, incident.Close{})
	})
	t.Run("SEV1 is not closed by whoever verified it", func(t *testing.T) {
		s := resolved(t, func(d *incident.Declare) { d.Owners = []string{"alice"} })
		s.does(alice, incident.Verify{})
		s.refused(alice, incident.Close{}, fault.TwoPerson, "takes two people")
		s.does(bob, incident.Claim{Role: incident.Commander}, incident.Close{})
	})
	t.Run("SEV2 is", func(t *testing.T) {
		s := resolved(t, severity(2), func(d *incident.Declare) { d.Owners = []string{"alice"} })
		s.does(alice, incident.Verify{}, incident.Close{})
	})
	t.Run("every follow-up has an owner first", func(t *testing.T) {
		s := resolved(t)
		s.does(olga, incident.Verify{})
		s.does(dan, incident.AddFollowup{Text: "alert on lag"}, incident.AddFollowup{Text: "fix the alert", Owner: &dan})
		s.refused(alice, incident.Close{}, fault.Missing, "F1")
		s.does(dan, incident.OwnFollowup{ID: "F1", Owner: bob})
		s.does(alice, incident.Close{})
	})
	t.Run("closing is the commander's", func(t *testing.T) {
		s := resolved(t)
		s.does(olga, incident.Verify{})
		s.refused(olga, incident.Close{}, fault.Role, "(@alice)")
	})
	t.Run("a closed incident takes nothing but that it is opened again", func(t *testing.T) {
		s := resolved(t)
		s.does(olga, incident.Verify{})
		s.does(alice, incident.Close{})
		s.refused(alice, incident.AddNote{Text: "one more thing"}, fault.Closed, "closed since 2026-11-02 10:00Z")
		s.refused(bob, incident.Claim{Role: incident.Commander}, fault.Closed, "reopen")
		s.refused(bob, incident.Reopen{}, fault.Missing, "why")
		s.refused(dan, incident.Reopen{Because: "it is back"}, fault.Role, "commander")
		s.does(bob, incident.Reopen{Because: "it is back"})
		is(t, "phase", s.state.Phase, incident.Investigating)
		is(t, "acting", s.state.Roles.Acting, "alice")
		if s.state.TR != nil || s.state.TV != nil || s.state.TX != nil {
			t.Error("the end of the first time is still there")
		}
	})
	t.Run("an open incident is not opened again", func(t *testing.T) {
		begin(t).refused(alice, incident.Reopen{Because: "x"}, fault.NotOpen, "is open")
	})
	t.Run("closing ends the open offers", func(t *testing.T) {
		s := resolved(t)
		s.does(olga, incident.Verify{})
		s.does(alice, incident.Assign{Role: incident.Commander, To: bob}, incident.Close{})
		is(t, "open offers", len(s.state.Offers), 0)
		is(t, "reason", last[*incident.CommandLapsed](s).Reason, "closed")
	})
	t.Run("resolving tells the owners and the ticket", func(t *testing.T) {
		s := begin(t)
		s.does(bot, incident.Settle{Key: s.state.Tickets[0].Effect, Ref: "OPS-1"})
		before := len(s.entries)
		s.does(alice, incident.Resolve{Summary: "failed over"})
		has(t, "told", s.wants(journal.DM, before), "@olga verify-please")
		are(t, "commented", s.wants(journal.Comment, before), "OPS-1")
	})
}

func TestAFalseAlarm(t *testing.T) {
	alarm := incident.Close{As: incident.FalseAlarm, Because: "a test of the monitoring"}
	t.Run("closes at once, with a reason, by the commander", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, alarm, fault.Role, "(@alice)")
		s.refused(alice, incident.Close{As: incident.FalseAlarm}, fault.Missing, "why")
		s.refused(alice, incident.Close{As: "mistake", Because: "x"}, fault.Range, `not closed as "mistake"`)
		s.does(alice, alarm)
		is(t, "closed as", s.state.ClosedAs, incident.FalseAlarm)
		is(t, "phase", s.state.Phase, incident.PhaseClosed)
	})
	t.Run("abandons the pages that wait, and no others", func(t *testing.T) {
		s := begin(t)
		s.does(dan, incident.PagePeople{To: incident.Target{To: "@olga"}, Why: "come"})
		s.does(bot, incident.Settle{Key: s.state.Pages[1].Effect, Ref: "PG-1"})
		s.does(alice, alarm)
		is(t, "the waiting one", s.state.Pages[0].Outcome, journal.NoLonger)
		is(t, "the accepted one", s.state.Pages[1].Outcome, journal.Done)
		is(t, "the ticket", s.state.Tickets[0].Outcome, journal.Pending)
	})
	t.Run("nobody is told that its page was not confirmed", func(t *testing.T) {
		s := begin(t)
		s.does(alice, alarm)
		before := len(s.entries)
		s.pass(time.Hour)
		are(t, "facts", s.kinds(before))
	})
}
