package incident_test

import (
	"testing"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestInviting(t *testing.T) {
	invited := func(s *story, who string) bool {
		for _, e := range s.state.Outbox.All() {
			if e.Type == journal.Invite && len(e.People) == 1 && e.People[0] == who && !e.Droppable {
				return true
			}
		}
		return false
	}
	t.Run("is the commander's and asks the person into the room until it is done", func(t *testing.T) {
		s := begin(t)
		s.refused(dan, incident.Invite{Who: olga}, fault.Role, "(@alice)")
		s.does(alice, incident.Invite{Who: dan})
		is(t, "invited", invited(s, "dan"), true)
	})
	t.Run("who is in the room is not asked again", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Invite = []string{"carol"} })
		s.refused(alice, incident.Invite{Who: carol}, fault.NotOpen, "@carol is in INC-1 already")
		s.refused(alice, incident.Invite{Who: alice}, fault.NotOpen, "@alice is in INC-1 already")
		s.does(alice, incident.Invite{Who: dan})
		s.refused(alice, incident.Invite{Who: dan}, fault.NotOpen, "@dan is in INC-1 already")
	})
	t.Run("whose invitation was given up is asked again", func(t *testing.T) {
		s := begin(t)
		s.does(alice, incident.Invite{Who: dan})
		s.does(bot, incident.Fail{Key: "INC-1/invite:dan@console", Reason: "chat is away"})
		s.does(alice, incident.Invite{Who: dan})
	})
	t.Run("a guest who is let into a private incident reads, and no more", func(t *testing.T) {
		s := begin(t, private)
		is(t, "before", incident.MaySee(s.state, gus), false)
		s.does(alice, incident.Invite{Who: gus})
		is(t, "after", incident.MaySee(s.state, gus), true)
		s.refused(gus, incident.AddNote{Text: "x"}, fault.Role, "guests")
	})
}
