package jira_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/internal/fault"
	"holdfast/rehearse/standin"
	standinjira "holdfast/rehearse/standin/jira"
)

// lose has the answer lost to what is sent right after something was looked at.
func (w *world) lose(t *testing.T, end string) {
	t.Helper()
	armed := true
	w.OnCall(func(c standinjira.Call) {
		if armed && c.Method == http.MethodGet && strings.HasSuffix(c.Path, end) {
			armed = false
			w.fail(t, standin.LostReply, 1)
		}
	})
}

func TestAMoveWhoseAnswerWasLostIsNotMadeAgain(t *testing.T) {
	for sentence, again := range map[string]bool{"by the same process": false, "by one that has just started": true} {
		t.Run(sentence, func(t *testing.T) {
			both(t, func(t *testing.T, w *world) {
				ticket := w.create(t, "INC-1/ticket:main")
				asked := w.clock.Now()
				w.lose(t, "/transitions") // right before it, the steps are looked at
				if err := w.Tracker.Move(t.Context(), integrations.Move{Ticket: ticket, Transition: "Done"}); err == nil {
					t.Fatal("the answer came")
				}
				if got := w.Ticket(ticket).Moves; len(got) != 1 {
					t.Fatalf("void: it has moved %q", got)
				}
				k := w.Tracker
				if again {
					k = w.open(t)
				}
				w.clock.Add(2 * time.Second)
				if err := k.Move(t.Context(), integrations.Move{Ticket: ticket, Transition: "Done", Since: asked}); err != nil {
					t.Error(err)
				}
				if got := w.Ticket(ticket).Moves; !slices.Equal(got, []string{"To Do > Done by Holdfast"}) {
					t.Errorf("it has moved %q", got)
				}
			})
		})
	}
}

func TestAnOldStepOfOurOwnIsNotTakenForTheOneInDoubt(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ticket := w.create(t, "INC-1/ticket:main")
		if err := w.Tracker.Move(t.Context(), integrations.Move{Ticket: ticket, Transition: "Block"}); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(time.Minute)
		err := w.open(t).Move(t.Context(), integrations.Move{Ticket: ticket, Transition: "Done", Since: w.clock.Now()})
		if f := fault.From(err); f.Code != fault.Transition || !f.Permanent || f.Text != "Done not reachable from Blocked ("+ticket+")." {
			t.Errorf("got %v", err)
		}
	})
}

func TestAStepIsKnownByItsNameOrByWhereItLeads(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ticket := w.create(t, "INC-1/ticket:main")
		for _, step := range []string{"start WORK", "blocked", "In Progress", "Done", "done"} {
			if err := w.Tracker.Move(t.Context(), integrations.Move{Ticket: ticket, Transition: step}); err != nil {
				t.Errorf("%s: %v", step, err)
			}
		}
		if got := len(w.Ticket(ticket).Moves); got != 4 {
			t.Errorf("it has gone %d steps", got)
		}
	})
}

func TestWhatOthersHaveDoneIsTold(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		one, two := w.create(t, "INC-1/ticket:main"), w.create(t, "INC-1/ticket:T1")
		at := w.clock.Now()
		n := uint64(w.Jira.Move(one, "In Progress", "Jana \u202e[~Novak]"))
		w.clock.Add(time.Second)
		if err := w.Tracker.Move(t.Context(), integrations.Move{Ticket: one, Transition: "Done"}); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(10 * time.Second)
		for range 2 { // the second time from memory
			seen, err := w.States(t.Context(), one, two)
			if err != nil || len(seen) != 2 {
				t.Fatalf("%v, %v", seen, err)
			}
			i := slices.IndexFunc(seen, func(s integrations.TicketState) bool { return s.Ticket == one })
			want := []integrations.TicketChange{
				{Number: n, At: at, By: "Jana [~Novak]", From: "To Do", To: "In Progress"},
				{Number: n + 1, At: at.Add(time.Second), By: "Holdfast", Own: true, From: "In Progress", To: "Done", Done: true},
			}
			if seen[i].Status != "Done" || !slices.Equal(seen[i].Changes, want) {
				t.Errorf("got %+v", seen[i])
			}
		}
	})
}

func TestWhatWasNotTouchedIsNotReadAgain(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		var tickets []string
		for _, key := range []string{"a", "b", "c", "d", "e"} {
			tickets = append(tickets, w.create(t, key))
		}
		w.clock.Add(10 * time.Second)
		if seen, err := w.States(t.Context(), tickets...); err != nil || len(seen) != 5 {
			t.Fatalf("%v, %v", seen, err)
		}
		w.Jira.Move(tickets[3], "Done", "Jana")
		before := len(w.Calls())
		seen, err := w.States(t.Context(), tickets...)
		if err != nil || len(seen) != 5 {
			t.Fatalf("%v, %v", seen, err)
		}
		read := 0
		for _, c := range w.Calls()[before:] {
			if strings.Contains(c.Path, "/issue/") {
				read++
			}
		}
		if read != 1 {
			t.Errorf("%d tickets were read", read)
		}
		i := slices.IndexFunc(seen, func(s integrations.TicketState) bool { return s.Ticket == tickets[3] })
		if len(seen[i].Changes) != 1 || !seen[i].Changes[0].Done {
			t.Errorf("got %+v", seen[i])
		}
	})
}

func TestATicketThatIsGoneHidesNoOther(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ticket := w.create(t, "INC-1/ticket:main")
		seen, err := w.States(t.Context(), "OPS-77", ticket, "OPS-1?expand=x", "PAY-3")
		if err != nil || len(seen) != 1 || seen[0].Ticket != ticket {
			t.Errorf("got %v, %v", seen, err)
		}
	})
}

func TestATransitionThatAsksForAResolutionGetsTheConfiguredOne(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		ticket := w.create(t, "INC-1/ticket:main")
		resolve := integrations.Move{Ticket: ticket, Transition: "Resolve"}
		if f := fault.From(w.Tracker.Move(t.Context(), resolve)); !f.Permanent || !strings.Contains(f.Text, "resolution: Resolution is required.") {
			t.Errorf("without one: %v", f)
		}
		w.options.Resolution = "Fixed"
		k := w.open(t)
		for _, m := range []integrations.Move{{Ticket: ticket, Transition: "Start work"}, resolve} { // the first asks for none
			if err := k.Move(t.Context(), m); err != nil {
				t.Errorf("%s: %v", m.Transition, err)
			}
		}
		if got := w.Ticket(ticket).Status; got != "Resolved" {
			t.Errorf("it is %s", got)
		}
	})
}

func TestATicketInAnotherProjectIsFoundByItsOldKey(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		one, two := w.create(t, "INC-1/ticket:main"), w.create(t, "INC-1/ticket:T1")
		now := w.Rekey(one, "PAY")
		w.Jira.Move(now, "In Progress", "Jana")
		w.clock.Add(time.Minute)
		for range 2 {
			seen, err := w.States(t.Context(), one, two)
			if err != nil || len(seen) != 2 || !slices.ContainsFunc(seen, func(s integrations.TicketState) bool { return s.Ticket == one && len(s.Changes) == 1 }) {
				t.Errorf("%+v, %v", seen, err)
			}
		}
		if err := w.Tracker.Move(t.Context(), integrations.Move{Ticket: one, Transition: "Done"}); err != nil || w.Ticket(now).Status != "Done" {
			t.Errorf("%v, it is %s", err, w.Ticket(now).Status)
		}
	})
}

func TestATicketThatCannotBeReadHidesNoOther(t *testing.T) {
	both(t, func(t *testing.T, w *world) {
		var tickets []string
		for _, key := range []string{"a", "b", "c", "d"} {
			tickets = append(tickets, w.create(t, key))
		}
		w.lose(t, "/issue/"+tickets[0]) // what is asked right after it
		seen, err := w.States(t.Context(), tickets...)
		if err == nil || len(seen) != 3 {
			t.Errorf("%d are told, %v", len(seen), err)
		}
		w.fail(t, standin.Unavailable, 0)
		before := len(w.Calls())
		if seen, err := w.States(t.Context(), tickets...); err == nil || len(seen) != 0 || len(w.Calls())-before > 4 {
			t.Errorf("%d are told after %d calls, %v", len(seen), len(w.Calls())-before, err)
		}
	})
}
