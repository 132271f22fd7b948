package incident_test

import (
	"slices"
	"testing"

	"holdfast/incident"
	"holdfast/journal"
)

func archives(d *incident.Declare) { d.Terms.Archive = true }

// settled ends every effect that is ready, until none is, and returns their
// keys in that order.
func (s *story) settled() (order []string) {
	s.Helper()
	for {
		ready := s.state.Outbox.Ready()
		if len(ready) == 0 {
			return order
		}
		order = append(order, ready[0].Key)
		s.does(bot, incident.Settle{Key: ready[0].Key, Ref: "x"})
	}
}

// closed returns an incident that was closed as a false alarm, with everything
// before that done and everything it asks for pending.
func closed(t *testing.T, edits ...func(*incident.Declare)) *story {
	s := begin(t, append(edits, func(d *incident.Declare) { d.Ticket = false })...)
	s.settled()
	s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "a test of the monitoring"})
	return s
}

const roomArchive = "INC-1/archive:main@console"

func TestClosingArchivesTheRoomAsTheLastThingInIt(t *testing.T) {
	s := closed(t, archives)
	are(t, "the order", s.settled(), "INC-1/post:closed@console", roomArchive, "INC-1/register:closed")
	if !s.state.Archived() {
		t.Error("it is not archived")
	}
}

func TestTheArchiveWaitsForWhatIsWantedAfterIt(t *testing.T) {
	s := begin(t, archives)
	s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "a test"})
	ticket := s.state.Tickets[0].Effect
	for {
		ready := slices.DeleteFunc(s.state.Outbox.Ready(), func(e journal.Tracked) bool { return e.Key == ticket })
		if len(ready) == 0 {
			break
		}
		s.does(bot, incident.Settle{Key: ready[0].Key, Ref: "x"})
	}
	s.does(bot, incident.Fail{Key: ticket, Reason: "refused"}) // which is said in the room
	order := s.settled()
	post, archive := slices.Index(order, "INC-1/post:gave-up:"+ticket+"@console"), slices.Index(order, roomArchive)
	if post < 0 || archive < post {
		t.Errorf("the order is %q", order)
	}
}

func TestNoRoomIsArchivedWhereTheTermsDoNotSaySo(t *testing.T) {
	s := closed(t) // as in journals from before there were such terms
	are(t, "wanted", s.wants(journal.Archive, 0))
	are(t, "the order", s.settled(), "INC-1/post:closed@console", "INC-1/register:closed")
}

func TestWhatIsMergedKeepsItsRoom(t *testing.T) {
	s := begin(t, archives)
	into := begin(t).state
	into.ID = "INC-2"
	s.does(alice, incident.Merge{Into: into, Because: "the same"})
	are(t, "wanted", s.wants(journal.Archive, 0))
}

func TestReopeningWantsTheRoomAgainBeforeAnythingIsSaidInIt(t *testing.T) {
	s := closed(t, archives)
	s.settled()
	s.does(bob, incident.Reopen{Because: "it is back"})
	if s.state.Archived() {
		t.Error("it is still archived")
	}
	s.does(alice, incident.SendUpdate{Audience: incident.Team, Text: "we are on it"})
	order := s.settled()
	if len(order) < 3 || order[0][:len("INC-1/room:main@console#")] != "INC-1/room:main@console#" {
		t.Errorf("the order is %q", order)
	}
	// And so on: the second end archives it again.
	s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "no"})
	s.settled()
	if !s.state.Archived() {
		t.Error("it is not archived again")
	}
}

func TestAnArchiveThatWaitsIsNoLongerWantedAfterReopening(t *testing.T) {
	s := closed(t, archives)
	s.does(bob, incident.Reopen{Because: "it is back"})
	archive, _ := s.state.Outbox.Get(roomArchive)
	is(t, "the archive", archive.Outcome, journal.NoLonger)
	is(t, "archived", s.state.Archived(), false)
	before := len(s.entries)
	s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "no"})
	is(t, "archives wanted", len(s.wants(journal.Archive, before)), 1)
}

func TestWhoIsInCommandHearsOfARoomThatCannotBeBroughtBack(t *testing.T) {
	s := closed(t, archives)
	s.settled()
	s.does(bob, incident.Reopen{Because: "it is back"})
	room := s.state.Outbox.Ready()[0]
	before := len(s.entries)
	s.does(bot, incident.Fail{Key: room.Key, Reason: "Slack has an archived room that the bot may not bring back"})
	are(t, "told", s.wants(journal.DM, before), "@alice gave-up "+room.Key)
	if len(s.state.Outbox.Ready()) == 0 {
		t.Error("what is to be said in it waits for ever")
	}
}
