package integrations_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

func TestWhatAnIncidentFollows(t *testing.T) {
	s := incident.State{ID: "INC-1", Tickets: []incident.Ticket{{Key: "OPS-1"}, {Key: "OPS-2", Task: "T1", Change: 10}, {Effect: "INC-1/ticket:T2"}}}
	at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }
	step := func(n uint64, edits ...func(*integrations.TicketChange)) integrations.TicketChange {
		c := integrations.TicketChange{Number: n, At: at(int(n)), By: "Jana", From: "a", To: "b"}
		for _, e := range edits {
			e(&c)
		}
		return c
	}
	own := func(c *integrations.TicketChange) { c.Own = true }
	still := func(c *integrations.TicketChange) { c.To = "a" }
	done := func(c *integrations.TicketChange) { c.To, c.Done = "z", true }
	news := func(ticket string, n uint64) incident.FollowTicket {
		return incident.FollowTicket{Ticket: ticket, Change: n, From: "a", To: "b", By: "Jana", At: at(int(n))}
	}
	finished := news("OPS-2", 12)
	finished.To, finished.Done = "z", true
	for sentence, x := range map[string]struct {
		seen []integrations.TicketState
		want []incident.FollowTicket
	}{
		"nothing":                         {nil, nil},
		"what is new":                     {[]integrations.TicketState{{Ticket: "OPS-2", Changes: []integrations.TicketChange{step(12, done)}}}, []incident.FollowTicket{finished}},
		"not what is known":               {[]integrations.TicketState{{Ticket: "OPS-2", Changes: []integrations.TicketChange{step(9), step(10)}}}, nil},
		"not what Holdfast did":           {[]integrations.TicketState{{Ticket: "OPS-2", Changes: []integrations.TicketChange{step(12, own)}}}, nil},
		"not what changes nothing":        {[]integrations.TicketState{{Ticket: "OPS-2", Changes: []integrations.TicketChange{step(12, still)}}}, nil},
		"not tickets of others":           {[]integrations.TicketState{{Ticket: "OPS-3", Changes: []integrations.TicketChange{step(12)}}}, nil},
		"in the order in which it came":   {[]integrations.TicketState{{Ticket: "OPS-2", Changes: []integrations.TicketChange{step(14), step(12)}}, {Ticket: "OPS-1", Changes: []integrations.TicketChange{step(13)}}}, []incident.FollowTicket{news("OPS-2", 12), news("OPS-1", 13), news("OPS-2", 14)}},
		"once though it was told twice":   {[]integrations.TicketState{{Ticket: "OPS-1", Changes: []integrations.TicketChange{step(3), step(3)}}, {Ticket: "OPS-1", Changes: []integrations.TicketChange{step(3)}}}, []incident.FollowTicket{news("OPS-1", 3)}},
		"a ticket that has no key is not": {[]integrations.TicketState{{Ticket: "", Changes: []integrations.TicketChange{step(3)}}}, nil},
	} {
		for range 20 { // in any order
			for _, one := range x.seen {
				rand.Shuffle(len(one.Changes), func(i, j int) { one.Changes[i], one.Changes[j] = one.Changes[j], one.Changes[i] })
			}
			rand.Shuffle(len(x.seen), func(i, j int) { x.seen[i], x.seen[j] = x.seen[j], x.seen[i] })
			if diff := cmp.Diff(x.want, integrations.Follow(s, x.seen)); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", sentence, diff)
			}
		}
	}
	if got := integrations.Followed(s); !slices.Equal(got, []string{"OPS-1", "OPS-2"}) {
		t.Errorf("followed are %q", got)
	}
}

// plain is a tracker that can only do what every tracker can.
type plain struct{ integrations.Tracker }

func TestATrackerThatMovesNothingSaysSo(t *testing.T) {
	move := journal.Effect{Key: "INC-1/transition:closed:main", Type: journal.Transition, To: "OPS-1", Text: "Done"}
	tracker := standin.NewTracker(clock.NewManual(start))
	if ref, err := (integrations.Ticketing{Tracker: tracker}).Perform(t.Context(), state, journal.Attempt{Effect: move}); err != nil || ref != "OPS-1" {
		t.Errorf("%q, %v", ref, err)
	}
	_, err := integrations.Ticketing{Tracker: plain{tracker}}.Perform(t.Context(), state, journal.Attempt{Effect: move})
	if f := fault.From(err); !f.Permanent || f.Text != "This tracker does not move tickets." || f.Next == "" {
		t.Errorf("got %v", err)
	}
}

func TestATaskOfAnIncidentThatHasBecomePrivateStaysOutOfTheTracker(t *testing.T) {
	tracker := standin.NewTracker(clock.NewManual(start))
	var said string
	tracker.On(func(e standin.Event) { said += e.Text })
	s := state
	s.Private, s.Tickets = true, []incident.Ticket{{Key: "OPS-7", Effect: "INC-1/ticket:main", Outcome: journal.Done}}
	sub := journal.Effect{Key: "INC-1/ticket:T1", Type: journal.Ticket, To: "new", Project: "OPS", Text: "look at checkout", Subject: "T1"}
	if _, err := (integrations.Ticketing{Tracker: tracker}).Perform(t.Context(), s, journal.Attempt{Effect: sub}); err != nil || said != "INC-1 T1: of a private incident" {
		t.Errorf("said %q, %v", said, err)
	}
}

func TestATaskHasItsTicketBelowTheIncidents(t *testing.T) {
	tracker := &bodies{Tracker: standin.NewTracker(clock.NewManual(start))}
	s := state
	s.Tickets = []incident.Ticket{{Key: "PAY-7", Effect: "INC-1/ticket:main", Outcome: journal.Done}}
	sub := journal.Effect{Key: "INC-1/ticket:T1", Type: journal.Ticket, To: "new", Project: "OPS", Text: "look", Subject: "T1"}
	if ref, err := (integrations.Ticketing{Tracker: tracker}).Perform(t.Context(), s, journal.Attempt{Effect: sub}); err != nil || ref != "PAY-1" || tracker.parent != "PAY-7" {
		t.Errorf("%q below %q, %v", ref, tracker.parent, err)
	}
}
