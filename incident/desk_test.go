package incident_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// inStep is the outage under terms that keep the tracker in step.
func inStep(d *incident.Declare) {
	d.Terms.TaskTickets, d.Terms.TicketLink, d.Terms.Comments = true, true, incident.CommentsAll
	d.Terms.Moves = map[string]string{incident.TurnDone: "Done", incident.TurnBlocked: "Block", incident.TurnResolved: "Resolve", incident.TurnClosed: "Close", incident.TurnReopened: "Reopen"}
}

// opens settles what opens a ticket.
func (s *story) opens(about, key string) {
	s.Helper()
	s.does(bot, incident.Settle{Key: "INC-1/ticket:" + about, Ref: key})
}

func (s *story) effect(key string) journal.Effect {
	s.Helper()
	t, ok := s.state.Outbox.Get(key)
	if !ok {
		s.Fatalf("nobody wants %s", key)
	}
	return t.Effect
}

func TestTasksHaveTicketsWhereTheTermsSaySo(t *testing.T) {
	s := begin(t, inStep)
	s.does(dan, incident.AddTask{Text: "look at the queue"}, incident.AddTask{Text: "call the bank"})
	one := s.effect("INC-1/ticket:T1")
	is(t, "the task", one.Subject, "T1")
	are(t, "it waits for", one.After, "INC-1/ticket:main")
	s.opens("main", "OPS-1")
	s.does(dan, incident.AddTask{Text: "restart"})
	are(t, "a later one waits for", s.effect("INC-1/ticket:T3").After)
	s.opens("T1", "OPS-2")
	k, _ := s.state.TicketOf("T1")
	is(t, "the ticket of T1", k.Key, "OPS-2")

	plain := begin(t)
	plain.does(dan, incident.AddTask{Text: "x"})
	are(t, "without such terms", plain.wants(journal.Ticket, 0), "new")
	mild := begin(t, inStep, func(d *incident.Declare) { d.Ticket = false })
	mild.does(dan, incident.AddTask{Text: "x"})
	are(t, "without a ticket of the incident", mild.wants(journal.Ticket, 0))
	drill := begin(t, inStep, func(d *incident.Declare) { d.Drill = true })
	drill.does(dan, incident.AddTask{Text: "x"})
	are(t, "in a drill", append(drill.wants(journal.Ticket, 0), drill.wants(journal.Link, 0)...))
}

func TestWhatATicketIsToldWaitsForItAndKeepsItsOrder(t *testing.T) {
	s := begin(t, inStep)
	are(t, "the link waits for", s.effect("INC-1/link:main").After, "INC-1/ticket:main")
	s.does(alice, incident.MakeDecision{Text: "fail over", Because: "lag"}, incident.SendUpdate{Audience: incident.Team, Text: "failing over"},
		incident.AddTask{Text: "x"}, incident.BlockTask{ID: "T1", Because: "no access"}, incident.FinishTask{ID: "T1"})
	is(t, "the first comment is for", s.effect("INC-1/comment:D1:main").To, "INC-1/ticket:main")
	are(t, "the second waits for", s.effect("INC-1/comment:U1:main").After, "INC-1/ticket:main", "INC-1/comment:D1:main")
	are(t, "the second move waits for", s.effect("INC-1/transition:done:T1").After, "INC-1/ticket:T1", "INC-1/transition:blocked:T1")
	is(t, "it goes through", s.effect("INC-1/transition:done:T1").Text, "Done")
	s.opens("main", "OPS-1")
	is(t, "the key of a ticket named by its effect", s.state.TicketKey("INC-1/ticket:main"), "OPS-1")
	s.does(alice, incident.Resolve{Summary: "B serves"})
	is(t, "the incident's ticket goes through", s.effect("INC-1/transition:resolved:main").Text, "Resolve")
	s.does(olga, incident.Verify{})
	s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "a test"})
	are(t, "and then, behind that, through", s.effect("INC-1/transition:closed:main").After, "INC-1/transition:resolved:main")
	s.does(alice, incident.Reopen{Because: "it is back"})
	is(t, "and back through", s.effect("INC-1/transition:reopened:main").Text, "Reopen")
}

func TestWhatWaitsForATicketThatWasNotOpenedIsWantedNoLonger(t *testing.T) {
	s := begin(t, inStep)
	s.does(alice, incident.MakeDecision{Text: "fail over", Because: "lag"}, incident.AddTask{Text: "x"})
	s.does(bot, incident.Fail{Key: "INC-1/ticket:main", Reason: "no such project"})
	for _, key := range []string{"INC-1/comment:D1:main", "INC-1/link:main"} {
		x, _ := s.state.Outbox.Get(key)
		is(t, key, x.Outcome, journal.NoLonger)
	}
	x, _ := s.state.Outbox.Get("INC-1/ticket:T1")
	is(t, "the task's own ticket", x.Outcome, journal.Pending)
}

func TestWhatPeopleDoInTheTracker(t *testing.T) {
	type change struct {
		to   string
		done bool
		at   time.Duration // after the room's word
	}
	for sentence, x := range map[string]struct {
		room    incident.Action // T1 is open before it
		change  change
		state   string
		by      string // who has done the task in the tracker
		comment bool   // the tracker is told who is right
		moved   bool   // the ticket is moved back
		told    string // in the room
	}{
		"done there is done here":                                       {nil, change{"Done", true, 0}, "done", "Jana", false, false, "OPS-2 (T1) moved from To Do to Done by Jana."},
		"begun there stays open here":                                   {nil, change{"In Progress", false, 0}, "open", "", false, false, ""},
		"done in both is done once":                                     {incident.FinishTask{ID: "T1"}, change{"Done", true, time.Second}, "done", "", false, false, ""},
		"blocked here and done there within five seconds stays blocked": {incident.BlockTask{ID: "T1", Because: "x"}, change{"Done", true, 5 * time.Second}, "blocked", "", true, true, "T1 stays blocked: the room's word stands."},
		"also when it was done there first":                             {incident.BlockTask{ID: "T1", Because: "x"}, change{"Done", true, -5 * time.Second}, "blocked", "", true, true, "T1 stays blocked: the room's word stands."},
		"done there six seconds later is done":                          {incident.BlockTask{ID: "T1", Because: "x"}, change{"Done", true, 6 * time.Second}, "done", "Jana", false, false, "OPS-2 (T1) moved from To Do to Done by Jana."},
		"done here and moved on there at once stays done":               {incident.FinishTask{ID: "T1"}, change{"In Progress", false, 2 * time.Second}, "done", "", true, true, "T1 stays done: the room's word stands."},
		"taken up there much later stays done, and is said":             {incident.FinishTask{ID: "T1"}, change{"In Progress", false, time.Minute}, "done", "", false, false, "OPS-2 (T1) moved from To Do to In Progress by Jana. T1 stays done."},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := begin(t, inStep)
			s.does(dan, incident.AddTask{Text: "look"})
			s.opens("main", "OPS-1")
			s.opens("T1", "OPS-2")
			s.now = s.now.Add(time.Hour)
			said := s.now
			if x.room != nil {
				s.does(dan, x.room)
				for _, e := range s.state.Outbox.Open() { // what the room has asked for is done
					if e.Type == journal.Transition {
						s.does(bot, incident.Settle{Key: e.Key, Ref: "OPS-2"})
					}
				}
			}
			s.now = s.now.Add(2 * time.Minute) // it is heard of late
			before := len(s.entries)
			a := incident.FollowTicket{Ticket: "OPS-2", Change: 7, From: "To Do", To: x.change.to, Done: x.change.done, By: "Jana", At: said.Add(x.change.at)}
			for range 5 {
				s.does(bot, a)
			}
			is(t, "T1", s.state.Tasks[0].State, x.state)
			var kinds []string
			for _, e := range s.entries[before:] {
				kinds = append(kinds, e.Fact.Kind())
			}
			is(t, "moves on record", count(kinds, "ticket.moved"), 1)
			if x.by != "" {
				f := last[*incident.TaskDone](s)
				is(t, "done by", f.By+" "+f.Ticket, x.by+" OPS-2")
			}
			is(t, "tasks done on record", count(kinds, "task.done"), map[bool]int{true: 1}[x.by != ""])
			is(t, "comments", count(kinds, "comment.requested"), map[bool]int{true: 1}[x.comment])
			is(t, "moves back", count(kinds, "transition.requested"), map[bool]int{true: 1}[x.moved])
			told := ""
			for _, e := range s.entries[before:] {
				if f, ok := e.Fact.(*journal.Requested); ok && f.Template == "ticket-moved" {
					told = f.Text
				}
			}
			if x.told == "" && told != "" || !strings.Contains(told, x.told) {
				t.Errorf("the room was told %q", told)
			}
			is(t, "when", s.entries[before].At, a.At)
			is(t, "where the ticket is", s.state.Tickets[1].Status, x.change.to)
			a.Change, a.To = 6, "Cancelled" // an older one that comes late
			n := len(s.entries)
			s.does(bot, a)
			is(t, "entries", len(s.entries), n)
		})
	}
}

func count(kinds []string, kind string) (n int) {
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

func TestTheIncidentsOwnTicketResolvesNothing(t *testing.T) {
	s := begin(t, inStep)
	s.opens("main", "OPS-1")
	s.does(bot, incident.FollowTicket{Ticket: "OPS-1", Change: 7, From: "To Do", To: "Done", Done: true, By: "Jana", At: s.now.Add(time.Hour)})
	is(t, "the phase", s.state.Phase, incident.Investigating)
	is(t, "a clock that is ahead", s.entries[len(s.entries)-2].At, s.now)
	s.refused(dan, incident.FollowTicket{Ticket: "OPS-1", Change: 8, By: "dan"}, fault.Role, "taken from there")
	n := len(s.entries)
	s.does(bot, incident.FollowTicket{Ticket: "OPS-99", Change: 8, To: "Done"})
	is(t, "entries about a strange ticket", len(s.entries), n)
}

func TestWhatALinkedTicketHasBehindItIsNoNews(t *testing.T) {
	s := begin(t, inStep)
	s.now = s.now.Add(time.Hour)
	s.does(dan, incident.LinkTicket{Key: "OPS-50"})
	s.does(bot, incident.FollowTicket{Ticket: "OPS-50", Change: 3, From: "a", To: "b", By: "Jana", At: s.now.Add(-time.Minute)})
	if slices.Contains(s.kinds(0), "ticket.moved") {
		t.Error("an old change was taken in")
	}
}
