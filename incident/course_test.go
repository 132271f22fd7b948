package incident_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestSeverity(t *testing.T) {
	t.Run("anybody raises it without a reason", func(t *testing.T) {
		s := begin(t, severity(3))
		s.does(dan, incident.SetSeverity{Severity: 2})
		is(t, "severity", s.state.Severity, 2)
	})
	t.Run("only the commander lowers it, with a reason", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, incident.SetSeverity{Severity: 2, Because: "better"}, fault.Role, "(@alice)")
		s.refused(alice, incident.SetSeverity{Severity: 2}, fault.Missing, "needs a reason")
		s.does(alice, incident.SetSeverity{Severity: 2, Because: "half the traffic is back"})
		is(t, "severity", s.state.Severity, 2)
	})
	t.Run("there are four", func(t *testing.T) {
		s := begin(t)
		for _, n := range []int{-1, 0, 5, 9} {
			s.refused(alice, incident.SetSeverity{Severity: n}, fault.Range, "1, 2, 3 or 4")
		}
	})
	t.Run("setting it to what it is changes nothing, unless it was assumed", func(t *testing.T) {
		begin(t, severity(2)).refused(alice, incident.SetSeverity{Severity: 2}, fault.Range, "already")
		s := begin(t, func(d *incident.Declare) { d.Severity, d.Proposed = 0, 3 })
		is(t, "assumed", s.state.Assumed, true)
		s.does(dan, incident.SetSeverity{Severity: 3})
		is(t, "assumed", s.state.Assumed, false)
	})
	t.Run("raising it to a paging severity pages and opens a ticket", func(t *testing.T) {
		s := begin(t, severity(4), func(d *incident.Declare) { d.Ticket = false })
		is(t, "paged at SEV4", len(s.state.Pages), 0)
		s.does(dan, incident.SetSeverity{Severity: 1, Page: []incident.Target{{To: "team:app"}}, Ticket: true})
		is(t, "paged", s.state.Pages[0].To, "team:app")
		is(t, "tickets", len(s.state.Tickets), 1)
	})
	t.Run("a team that was paged is not paged again", func(t *testing.T) {
		s := begin(t, severity(2))
		s.does(dan, incident.SetSeverity{Severity: 1, Page: []incident.Target{{To: "team:app"}}})
		is(t, "pages", len(s.state.Pages), 1)
	})
	t.Run("raising it brings the next update forward, lowering it keeps the earlier time", func(t *testing.T) {
		s := begin(t, severity(2))
		is(t, "due", *s.state.Updates[incident.Exec].Due, ten.Add(time.Hour))
		s.pass(10 * time.Minute)
		s.does(dan, incident.SetSeverity{Severity: 1})
		is(t, "due", *s.state.Updates[incident.Exec].Due, ten.Add(40*time.Minute))
		s.does(alice, incident.SetSeverity{Severity: 2, Because: "better"})
		is(t, "due", *s.state.Updates[incident.Exec].Due, ten.Add(40*time.Minute))
		s.does(alice, incident.SetSeverity{Severity: 3, Because: "better"})
		if s.state.Updates[incident.Exec].Due != nil {
			t.Error("executives wait for an update at SEV3")
		}
	})
}

func TestPhases(t *testing.T) {
	s := begin(t)
	s.does(alice, incident.SetPhase{Phase: incident.Identified}, incident.SetPhase{Phase: incident.Recovering})
	s.refused(alice, incident.SetPhase{Phase: "resolved"}, fault.Range, "only way to resolve")
	s.refused(alice, incident.SetPhase{Phase: incident.Recovering}, fault.Range, "already")
	s.refused(dan, incident.SetPhase{Phase: incident.Monitoring}, fault.Role, "(@alice)")
	s.does(alice, incident.Resolve{Summary: "failed over"})
	s.refused(alice, incident.SetPhase{Phase: incident.Monitoring}, fault.NotOpen, "is resolved")
}

func TestTimePoints(t *testing.T) {
	at := func(minutes int) time.Time { return ten.Add(time.Duration(minutes) * time.Minute) }
	tests := []struct {
		sentence string
		actions  []incident.Action
		last     incident.Action
		code     fault.Code // empty: accepted
		says     string
	}{
		{"impact may have begun before it was declared", nil, incident.SetTime{Point: "t0", At: at(-20)}, "", ""},
		{"impact does not begin after it was declared", []incident.Action{incident.SetTime{Point: "td", At: at(20)}},
			incident.SetTime{Point: "t0", At: at(10)}, fault.Order, "t0 <= tc"},
		{"impact does not begin after it was detected", []incident.Action{incident.SetTime{Point: "t0", At: at(-20)}, incident.SetTime{Point: "td", At: at(-10)}},
			incident.SetTime{Point: "t0", At: at(-5)}, fault.Order, "t0 <= td"},
		{"it is not detected before it began", nil, incident.SetTime{Point: "td", At: at(-1)}, fault.Order, "td (2026-11-02 09:59:00Z)"},
		{"it is not acknowledged before it was detected", nil, incident.SetTime{Point: "tk", At: at(-1)}, fault.Order, "td <= tk"},
		{"equal instants are in order", nil, incident.SetTime{Point: "tk", At: at(0)}, "", ""},
		{"nothing lies in the future", nil, incident.SetTime{Point: "tk", At: at(32)}, fault.Future, "future"},
		{"a minute of clock difference passes", nil, incident.SetTime{Point: "tk", At: at(31)}, "", ""},
		{"what has not come has no time to correct", nil, incident.SetTime{Point: "tr", At: at(5)}, fault.Order, "no tr yet"},
		{"it is not restored before it was declared", nil, incident.Resolve{Summary: "done", At: at(-1)}, fault.Order, "tr"},
		{"it may have been restored a while ago", nil, incident.Resolve{Summary: "done", At: at(5)}, "", ""},
		{"it is not verified before it was restored", []incident.Action{incident.Resolve{Summary: "done", At: at(20)}}, incident.Verify{At: at(10)}, fault.Order, "tv"},
		{"restoration moves no later than now", []incident.Action{incident.Resolve{Summary: "done", At: at(20)}}, incident.SetTime{Point: "tr", At: at(40)}, fault.Future, "future"},
		{"there are seven points", nil, incident.SetTime{Point: "t9", At: at(1)}, fault.Range, "t0, td, tk, tc, tr, tv, tx"},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			s := begin(t, func(d *incident.Declare) { d.Owners = []string{"alice"} })
			s.now = at(30)
			s.does(alice, tt.actions...)
			if tt.code == "" {
				s.does(alice, tt.last)
			} else {
				s.refused(alice, tt.last, tt.code, tt.says)
			}
		})
	}
	t.Run("a correction is the commander's and keeps the old value", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, incident.SetTime{Point: "t0", At: at(-20)}, fault.Role, "(@alice)")
		s.does(alice, incident.SetTime{Point: "t0", At: at(-20), Because: "first 500s in the log"})
		is(t, "t0", *s.state.T0, at(-20))
		is(t, "from", *last[*incident.TimeSet](s).From, ten)
	})
}

func TestCommandThatNobodyClaims(t *testing.T) {
	t.Run("is said at five minutes, red at fifteen, once each", func(t *testing.T) {
		s := begin(t)
		s.pass(5*time.Minute - time.Second)
		is(t, "said", slices.Contains(s.kinds(0), "command.unclaimed"), false)
		s.pass(time.Second)
		is(t, "red", last[*incident.CommandUnclaimed](s).Red, false)
		s.pass(10 * time.Minute)
		is(t, "red", s.state.UnclaimedRed, true)
		before := len(s.entries)
		s.pass(10 * time.Minute)
		is(t, "said again", slices.Contains(s.kinds(before), "command.unclaimed"), false)
	})
	t.Run("pages whom the plan names, at a paging severity", func(t *testing.T) {
		escalating := func(d *incident.Declare) { d.Terms.Escalate = &incident.Target{To: "team:duty"} }
		s := begin(t, escalating)
		before := len(s.entries)
		s.pass(5 * time.Minute)
		are(t, "paged", s.wants(journal.Page, before), "team:duty")
		s = begin(t, escalating, severity(3))
		s.pass(5 * time.Minute)
		is(t, "paged at SEV3", len(s.state.Pages), 0)
	})
	t.Run("is forgotten once it is claimed", func(t *testing.T) {
		s := begin(t)
		s.pass(4 * time.Minute)
		s.does(bob, incident.Claim{Role: incident.Commander})
		before := len(s.entries)
		s.pass(20 * time.Minute)
		is(t, "said", slices.Contains(s.kinds(before), "command.unclaimed"), false)
	})
	t.Run("counts anew when command is dropped", func(t *testing.T) {
		s := begin(t)
		s.does(bob, incident.Claim{Role: incident.Commander})
		s.pass(20 * time.Minute)
		s.does(bob, incident.Drop{})
		s.pass(5 * time.Minute)
		is(t, "since", last[*incident.CommandUnclaimed](s).Since, ten.Add(20*time.Minute))
	})
}

func TestACommanderWhoIsSilent(t *testing.T) {
	silent := func(s *story) bool { return slices.Contains(s.kinds(0), "command.silent") }
	commanded := func(t *testing.T, n int) *story {
		s := begin(t, severity(n))
		s.does(bob, incident.Claim{Role: incident.Commander})
		return s
	}
	t.Run("is reminded after half an hour at SEV1 and SEV2, and the deputy told", func(t *testing.T) {
		s := commanded(t, 2)
		s.does(carol, incident.Claim{Role: incident.Deputy})
		s.pass(30*time.Minute - time.Second)
		is(t, "early", silent(s), false)
		before := len(s.entries)
		s.pass(time.Second)
		is(t, "reminded", silent(s), true)
		has(t, "told", s.wants(journal.DM, before), "@bob silent bob")
		has(t, "told", s.wants(journal.DM, before), "@carol silent bob")
	})
	t.Run("is left alone at SEV3", func(t *testing.T) {
		s := commanded(t, 3)
		s.pass(2 * time.Hour)
		is(t, "reminded", silent(s), false)
	})
	t.Run("is not silent after a word", func(t *testing.T) {
		s := commanded(t, 1)
		s.pass(20 * time.Minute)
		s.does(bob, incident.AddNote{Text: "still looking"})
		s.pass(29 * time.Minute)
		is(t, "reminded", silent(s), false)
		s.pass(time.Minute)
		is(t, "reminded", silent(s), true)
	})
}
