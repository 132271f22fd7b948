package incident_test

import (
	"slices"
	"testing"

	"holdfast/incident"
	"holdfast/journal"
)

// told returns the direct messages that an action asks for.
func (s *story) told(who incident.Person, a incident.Action) []string {
	s.Helper()
	before := len(s.entries)
	s.does(who, a)
	return s.wants(journal.DM, before)
}

func TestWhoTakesARoleIsBriefedOnce(t *testing.T) {
	for _, c := range []struct {
		what   string
		before func(s *story)
		who    incident.Person
		does   incident.Action
		want   []string
	}{
		{"a claim of command", nil, bob, incident.Claim{Role: incident.Commander}, []string{"@bob briefing commander"}},
		{"a claim of another role", nil, dan, incident.Claim{Role: incident.Scribe}, []string{"@dan briefing scribe"}},
		{"a lead", nil, dan, incident.Claim{Role: incident.Lead + "dba"}, []string{"@dan briefing lead:dba"}},
		{"a commander who gives it to themselves", nil, alice, incident.Assign{Role: incident.Scribe, To: alice}, []string{"@alice briefing scribe"}},
		{"an offer tells its addressee of the offer", nil, alice, incident.Assign{Role: incident.Comms, To: carol}, []string{"@carol offer comms"}},
		{"an offer that is accepted", func(s *story) { s.does(alice, incident.Assign{Role: incident.Comms, To: carol}) },
			carol, incident.Accept{}, []string{"@carol briefing comms"}},
		{"command that is accepted, with a brief before", func(s *story) { s.does(alice, incident.Handover{Role: incident.Commander, To: bob}) },
			bob, incident.Accept{}, []string{"@bob briefing commander"}},
		{"a role that is handed over", func(s *story) {
			s.does(dan, incident.Claim{Role: incident.Scribe}, incident.Handover{Role: incident.Scribe, To: bob})
		}, bob, incident.Accept{}, []string{"@bob briefing scribe"}},
		{"one who declines", func(s *story) { s.does(alice, incident.Assign{Role: incident.Comms, To: carol}) },
			carol, incident.Decline{}, []string{"@alice declined comms carol"}},
		{"one who drops a role", func(s *story) { s.does(dan, incident.Claim{Role: incident.Scribe}) }, dan, incident.Drop{}, nil},
	} {
		s := begin(t)
		if c.before != nil {
			c.before(s)
		}
		are(t, c.what, s.told(c.who, c.does), c.want...)
	}
}

func TestABriefingIsInTheBatchOfTheRole(t *testing.T) {
	s := begin(t)
	v := incident.Decide(s.state, s.context(bob), incident.Claim{Role: incident.Commander})
	var kinds []string
	for _, st := range v.Statements {
		kinds = append(kinds, st.Fact.Kind())
	}
	if !slices.Contains(kinds, "role.taken") || !slices.Contains(kinds, "dm.requested") {
		t.Errorf("one batch holds %q", kinds)
	}
}

func TestARoleTakenAgainIsBriefedAgain(t *testing.T) {
	s := begin(t)
	s.does(dan, incident.Claim{Role: incident.Scribe}, incident.Drop{})
	are(t, "told", s.told(dan, incident.Claim{Role: incident.Scribe}), "@dan briefing scribe")
}

func TestWhoDeclaresIsNotBriefed(t *testing.T) {
	are(t, "told", begin(t).wants(journal.DM, 0))
	s := begin(t, func(d *incident.Declare) { d.Commander = &incident.Person{ID: "alice", Groups: []string{"commanders"}} })
	are(t, "told as commander", s.wants(journal.DM, 0))
}
