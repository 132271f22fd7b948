package incident_test

import (
	"fmt"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestAnIncidentGoesByThePlanItWasDeclaredUnder(t *testing.T) {
	changes := []string{"playbook db-failover: step 4 is different"}
	t.Run("it is told of a newer one once", func(t *testing.T) {
		s := begin(t)
		is(t, "commit", s.state.Plan.Commit, "a1b2c3d")
		before := len(s.entries)
		for range 3 {
			s.does(bot, incident.NotePlan{InForce: "e4f5a6b", Changes: changes})
		}
		is(t, "entries", len(s.entries), before+2)
		has(t, "said", s.wants(journal.Post, before), s.state.Room+" plan-moved e4f5a6b")
		is(t, "commit", s.state.Plan.Commit, "a1b2c3d")
		is(t, "newer", s.state.Plan.Newer, "e4f5a6b")
		is(t, "changes", fmt.Sprint(s.state.Plan.Changes), fmt.Sprint(changes))
	})
	t.Run("and not of one that changes nothing for it, nor of its own", func(t *testing.T) {
		s := begin(t)
		before := len(s.entries)
		s.does(bot, incident.NotePlan{InForce: "e4f5a6b"}, incident.NotePlan{InForce: "a1b2c3d", Changes: changes})
		is(t, "entries", len(s.entries), before)
	})
	t.Run("one that is taken back is in force no longer", func(t *testing.T) {
		for _, back := range []incident.NotePlan{{InForce: "0ddba11"}, {InForce: "a1b2c3d"}} {
			s := begin(t)
			s.does(bot, incident.NotePlan{InForce: "e4f5a6b", Changes: changes})
			before := len(s.entries)
			s.does(bot, back, back)
			is(t, "entries", len(s.entries), before+1)
			is(t, "newer", s.state.Plan.Newer, "")
			is(t, "said", len(s.wants(journal.Post, before)), 0)
		}
	})
	t.Run("people cannot say so", func(t *testing.T) {
		s := begin(t)
		before := len(s.entries)
		s.does(alice, incident.NotePlan{InForce: "e4f5a6b", Changes: changes})
		is(t, "entries", len(s.entries), before)
	})
	t.Run("many changes are counted, not listed", func(t *testing.T) {
		s := begin(t)
		var many []string
		for n := range 40 {
			many = append(many, fmt.Sprint("change ", n))
		}
		s.does(bot, incident.NotePlan{InForce: "e4f5a6b", Changes: many})
		is(t, "told", len(s.state.Plan.Changes), 13)
		is(t, "the last", s.state.Plan.Changes[12], "and 28 more")
	})
}

func TestAdoptingAPlan(t *testing.T) {
	adopt := func() incident.AdoptPlan {
		later := terms()
		later.Cadence = map[string][4]incident.Dur{incident.Team: {incident.Dur(10 * time.Minute)}, incident.Exec: {}}
		return incident.AdoptPlan{Commit: "e4f5a6b", Because: "step 4 was wrong", Owners: []string{"dan"}, Terms: later}
	}
	t.Run("is the commander's, with a reason", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, adopt(), fault.Role, "(@alice)")
		silent := adopt()
		silent.Because = "  "
		s.refused(alice, silent, fault.Missing, "why")
		same := adopt()
		same.Commit = "a1b2c3d"
		s.refused(alice, same, fault.NotOpen, "a1b2c3d already")
	})
	t.Run("journals both commits and goes by the new terms", func(t *testing.T) {
		s := begin(t)
		s.does(bot, incident.NotePlan{InForce: "e4f5a6b", Changes: []string{"x"}})
		before := len(s.entries)
		s.does(alice, adopt())
		f, ok := s.entries[before].Fact.(*incident.PlanAdopted)
		if !ok || f.From != "a1b2c3d" || f.Commit != "e4f5a6b" || s.entries[before].Because != "step 4 was wrong" {
			t.Fatalf("the journal says %+v", s.entries[before])
		}
		is(t, "commit", s.state.Plan.Commit, "e4f5a6b")
		is(t, "newer", s.state.Plan.Newer, "")
		is(t, "owner", fmt.Sprint(s.state.Owners), "[dan]")
		is(t, "team's update", *s.state.Updates[incident.Team].Due, ten.Add(10*time.Minute))
		is(t, "exec's update is owed", s.state.Updates[incident.Exec].Due != nil, false)
		has(t, "said", s.wants(journal.Post, before), s.state.Room+" plan-adopted e4f5a6b")
		s.refused(alice, adopt(), fault.NotOpen, "already")
	})
	t.Run("owes nobody an update when all is restored", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Resolve{Summary: "failed over"}, adopt())
		is(t, "team's update is owed", s.state.Updates[incident.Team].Due != nil, false)
	})
	t.Run("is over when the incident is", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Close{As: "false-alarm", Because: "a probe was wrong"})
		s.refused(alice, adopt(), fault.Closed, "closed")
	})
}
