package incident_test

import (
	"slices"
	"testing"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestMakingAnIncidentPrivateAndPublic(t *testing.T) {
	hide, show := incident.MakePrivate{Because: "customer data"}, incident.MakePublic{Because: "customers know"}
	t.Run("is the commander's, with a reason, once", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, hide, fault.Role, "(@alice)")
		s.refused(alice, incident.MakePrivate{Because: " "}, fault.Missing, "why")
		s.refused(alice, show, fault.NotOpen, "public already")
		s.does(alice, hide)
		s.refused(alice, hide, fault.NotOpen, "private already")
		s.refused(alice, incident.MakePublic{}, fault.Missing, "why")
		s.does(alice, show)
		is(t, "private", s.state.Private, false)
		has(t, "said", s.wants(journal.Post, 0), s.state.Room+" public")
	})
	t.Run("a drill too", func(t *testing.T) {
		s := begin(t, drill)
		s.does(alice, hide)
		is(t, "private", s.state.Private, true)
	})
	t.Run("the register hears of it at once, and not why", func(t *testing.T) {
		s := begin(t)
		r := incident.FoldRegister(incident.Register{}, journal.Entry{Journal: "register", Seq: 1, Fact: &incident.Opened{ID: "INC-1", Title: s.state.Title}})
		s.does(alice, incident.Retitle{Title: "payments failing"})
		for _, step := range []struct {
			action  incident.Action
			private bool
			title   string
		}{{hide, true, ""}, {show, false, "payments failing"}} {
			v := incident.Decide(s.state, s.context(alice), step.action)
			if len(v.Register) != 1 || v.Register[0].Because != "" {
				t.Fatalf("the register is told %+v", v.Register)
			}
			s.keep("INC-1", alice, "", v.Statements)
			r = r.Apply(journal.Entry{Journal: "register", Seq: r.Entries + 1, Fact: v.Register[0].Fact})
			l, _ := r.Lookup("INC-1")
			is(t, "private", l.Private, step.private)
			is(t, "title", l.Title, step.title)
		}
	})
	t.Run("who is in it keeps seeing it, and nobody else", func(t *testing.T) {
		eve, auditor := incident.Person{ID: "eve"}, incident.Person{ID: "ada", Groups: []string{"auditors"}}
		s := begin(t, func(d *incident.Declare) { d.Invite, d.Page = []string{"carol"}, nil })
		s.does(dan, incident.AddNote{Text: "replica lag 2 s"})
		s.refused(eve, incident.SetPhase{Phase: incident.Identified}, fault.Role, "")
		s.refused(gus, incident.AddNote{Text: "let me in"}, fault.Role, "")
		s.does(alice, hide)
		for _, who := range []incident.Person{alice, carol, dan, olga, auditor} {
			is(t, who.ID+" sees it", incident.MaySee(s.state, who), true)
		}
		for _, who := range []incident.Person{bob, eve, gus} { // who was only refused is not in it
			is(t, who.ID+" sees it", incident.MaySee(s.state, who), false)
		}
		if got, want := s.state.Involved(), []string{"alice", "carol", "dan", "olga"}; !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("in it are %q, want %q", got, want)
		}
	})
	t.Run("what leaves the room afterwards names neither its title nor an older one", func(t *testing.T) {
		s := begin(t)
		page := s.state.Pages[0].Text
		s.does(alice, incident.Retitle{Title: "payments failing"})
		is(t, "before", s.state.Discreet(page), "INC-1 SEV1: checkout failing")
		s.does(alice, hide)
		is(t, "a page", s.state.Discreet(page), "INC-1 SEV1: a private incident")
		is(t, "a ticket", s.state.Discreet("payments failing"), "INC-1: a private incident")
		is(t, "other words", s.state.Discreet("replace the failed disk"), "replace the failed disk")
	})
	t.Run("nobody joins it who read the register a moment before", func(t *testing.T) {
		s := begin(t)
		s.does(alice, hide)
		s.refused(bob, incident.Join{Title: "cards declined"}, fault.LostRace, "just become private")
	})
}
