package incident_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// growth is an entry for each list that an incident's record grows by; n makes
// it different from every other.
func growth(seq uint64, n int) []journal.Entry {
	var entries []journal.Entry
	for _, f := range []journal.Fact{
		&incident.NoteAdded{Text: fmt.Sprint("note ", n)},
		&incident.DecisionMade{ID: "D1", Text: fmt.Sprint("decision ", n)},
		&incident.TaskAdded{ID: "T1", Text: fmt.Sprint("task ", n)},
		&incident.FollowupAdded{ID: "F1", Text: fmt.Sprint("followup ", n)},
		&incident.UpdateDrafted{ID: "U1", Audience: incident.Team, Text: fmt.Sprint("draft ", n)},
		&incident.UpdateSent{ID: "U0", Audience: incident.Team, Text: fmt.Sprint("update ", n)},
		&incident.RoleOffered{Role: incident.Comms, To: fmt.Sprint("person ", n)},
		&incident.Joined{Person: fmt.Sprint("person ", n)},
		&incident.TicketLinked{Ticket: fmt.Sprint("OPS-", n)},
		&journal.Requested{Effect: journal.Effect{Type: journal.Page, Key: fmt.Sprint("page ", n), To: "team:app"}},
	} {
		seq++
		m := journal.Meta{At: ten, Recorded: ten.Add(time.Duration(seq) * time.Second), Actor: "bob"}
		entries = append(entries, journal.Entry{Journal: "INC-1", Seq: seq, Meta: m, Fact: f})
	}
	return entries
}

func shown(t *testing.T, s incident.State) string {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + fmt.Sprint(s.Outbox.All())
}

func TestTwoStatesThatGrowFromOneDoNotMeet(t *testing.T) {
	s := begin(t).state
	for n := range 20 {
		s = incident.Fold(s, growth(s.Entries, n)...)
		base := shown(t, s)
		one := incident.Fold(s, growth(s.Entries, 100+n)...)
		before := shown(t, one)
		other := s
		for _, e := range growth(s.Entries, 200+n) {
			other = other.Apply(e)
		}
		if shown(t, s) != base || shown(t, one) != before {
			t.Fatalf("after %d rounds: a state changed when another grew from the same one", n)
		}
		if alone := incident.Fold(s, growth(s.Entries, 200+n)...); shown(t, other) != shown(t, alone) {
			t.Fatalf("after %d rounds: one by one and at once give different states", n)
		}
	}
}
