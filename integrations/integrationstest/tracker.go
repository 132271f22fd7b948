package integrationstest

import (
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/integrations"
	"holdfast/internal/fault"
)

// TrackerBench is one tracker under test.
type TrackerBench struct {
	integrations.Tracker
	Project string // one that it has; it has none called NOPE
	// Tickets, Links and Comments return how many the provider holds.
	Tickets, Links, Comments func() int
	// Step is a transition that a new ticket is offered, Nowhere one that it is
	// not; Moves returns how many steps tickets have gone. They are left out for a
	// tracker that does not move tickets.
	Step, Nowhere string
	Moves         func() int
	// Fail makes the next calls fail in one of the ways of standin.Modes.
	Fail func(mode string, times int)
	// Heal ends that, and Now is the provider's time; both beside Moves only.
	Heal func()
	Now  func() time.Time
}

// Tracker holds a tracker to the contract of integrations.Tracker. open
// returns one without tickets.
func Tracker(t *testing.T, open func(t *testing.T) TrackerBench) {
	runTickets(t, open)
	runEntries(t, open)
	if _, moves := open(t).Tracker.(integrations.Mover); moves {
		runMoves(t, open)
	}
	for _, mode := range undone {
		t.Run("whatever fails by "+mode+" is not done and is worth another try", func(t *testing.T) {
			b := open(t)
			ticket := b.create(t, "INC-1/ticket:main")
			b.Fail(mode, 4)
			_, err := b.Create(t.Context(), b.ticket("INC-1/ticket:open"))
			passing(t, mode, err)
			_, _, err = b.Find(t.Context(), "INC-1/ticket:main")
			passing(t, mode, err)
			passing(t, mode, b.Link(t.Context(), ticket, "INC-1", "holdfast:INC-1"))
			passing(t, mode, b.Comment(t.Context(), ticket, "resolved", "INC-1/comment:1"))
			b.holds(t, 1, 0, 0)
			b.create(t, "INC-1/ticket:open")
			b.holds(t, 2, 0, 0)
		})
	}
}

func runTickets(t *testing.T, open func(t *testing.T) TrackerBench) {
	t.Run("a ticket is found by its label and no other", func(t *testing.T) {
		b := open(t)
		id := b.create(t, "INC-1/ticket:main")
		if found, ok, err := b.Find(t.Context(), "INC-1/ticket:main"); err != nil || !ok || found != id {
			t.Errorf("found %q, %v, %v; want %s", found, ok, err, id)
		}
		if found, ok, err := b.Find(t.Context(), "INC-2/ticket:main"); err != nil || ok {
			t.Errorf("found %q under a label nobody has used, %v", found, err)
		}
	})
	t.Run("two tickets have two names", func(t *testing.T) {
		b := open(t)
		if one, two := b.create(t, "INC-1/ticket:main"), b.create(t, "INC-1/ticket:open"); one == two {
			t.Errorf("both are %s", one)
		}
	})
	t.Run("a ticket whose reply was lost is found", func(t *testing.T) {
		b := open(t)
		b.Fail("lost-reply", 1)
		if id, err := b.Create(t.Context(), b.ticket("INC-1/ticket:main")); err == nil {
			t.Fatalf("the lost reply came as %s", id)
		}
		if _, ok, err := b.Find(t.Context(), "INC-1/ticket:main"); err != nil || !ok {
			t.Errorf("not found: %v", err)
		}
		b.holds(t, 1, 0, 0)
	})
	t.Run("a project it does not have is given up", func(t *testing.T) {
		b := open(t)
		n := b.ticket("INC-1/ticket:main")
		n.Project = "NOPE"
		_, err := b.Create(t.Context(), n)
		lasting(t, err)
		b.holds(t, 0, 0, 0)
	})
	t.Run("a call that has been given up beforehand opens nothing", func(t *testing.T) {
		b := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if id, err := b.Create(ctx, b.ticket("INC-1/ticket:main")); err == nil {
			t.Errorf("opened %s", id)
		}
		b.holds(t, 0, 0, 0)
	})
}

func runEntries(t *testing.T, open func(t *testing.T) TrackerBench) {
	t.Run("a link set twice is one link", func(t *testing.T) {
		b := open(t)
		ticket := b.create(t, "INC-1/ticket:main")
		for range 2 {
			b.do(t, b.Link(t.Context(), ticket, "INC-1", "holdfast:INC-1"))
		}
		b.do(t, b.Link(t.Context(), ticket, "INC-2", "holdfast:INC-2"))
		b.holds(t, 1, 2, 0)
	})
	t.Run("a comment made twice under one key is one comment", func(t *testing.T) {
		b := open(t)
		ticket := b.create(t, "INC-1/ticket:main")
		for range 2 {
			b.do(t, b.Comment(t.Context(), ticket, "resolved", "INC-1/comment:1"))
		}
		b.do(t, b.Comment(t.Context(), ticket, "resolved", "INC-1/comment:2"))
		b.holds(t, 1, 0, 2)
	})
	t.Run("a lost reply to a link or comment leaves one of each", func(t *testing.T) {
		b := open(t)
		ticket := b.create(t, "INC-1/ticket:main")
		b.Fail("lost-reply", 2)
		if b.Link(t.Context(), ticket, "INC-1", "holdfast:INC-1") == nil || b.Comment(t.Context(), ticket, "resolved", "INC-1/comment:1") == nil {
			t.Fatal("a lost reply came")
		}
		b.do(t, b.Link(t.Context(), ticket, "INC-1", "holdfast:INC-1"))
		b.do(t, b.Comment(t.Context(), ticket, "resolved", "INC-1/comment:1"))
		b.holds(t, 1, 1, 1)
	})
	t.Run("a ticket it does not have is given up", func(t *testing.T) {
		b := open(t)
		lasting(t, b.Link(t.Context(), "NOPE-7", "INC-1", "holdfast:INC-1"))
		lasting(t, b.Comment(t.Context(), "NOPE-7", "resolved", "INC-1/comment:1"))
		b.holds(t, 0, 0, 0)
	})
}

func runMoves(t *testing.T, open func(t *testing.T) TrackerBench) {
	move := func(t *testing.T, b TrackerBench, m integrations.Move) error {
		return b.Tracker.(integrations.Mover).Move(t.Context(), m)
	}
	moved := func(t *testing.T, b TrackerBench, times int) {
		t.Helper()
		if n := b.Moves(); n != times {
			t.Errorf("tickets have gone %d steps; want %d", n, times)
		}
	}
	t.Run("a ticket is opened below another one", func(t *testing.T) {
		b := open(t)
		n := b.ticket("INC-1/ticket:T1")
		n.Parent = b.create(t, "INC-1/ticket:main")
		if id, err := b.Create(t.Context(), n); err != nil || id == n.Parent {
			t.Errorf("it is %s, %v", id, err)
		}
		b.holds(t, 2, 0, 0)
	})
	t.Run("a ticket moved twice has gone one step", func(t *testing.T) {
		b := open(t)
		ticket := b.create(t, "INC-1/ticket:main")
		for range 2 {
			b.do(t, move(t, b, integrations.Move{Ticket: ticket, Transition: b.Step}))
		}
		moved(t, b, 1)
	})
	t.Run("a lost reply to a move leaves one step", func(t *testing.T) {
		b := open(t)
		ticket := b.create(t, "INC-1/ticket:main")
		b.Fail("lost-reply", 3) // it may look before it moves
		if move(t, b, integrations.Move{Ticket: ticket, Transition: b.Step}) == nil {
			t.Fatal("a lost reply came")
		}
		b.Heal()
		b.do(t, move(t, b, integrations.Move{Ticket: ticket, Transition: b.Step, Since: b.Now()}))
		moved(t, b, 1)
	})
	t.Run("a step that the workflow does not offer is given up and says from where", func(t *testing.T) {
		b := open(t)
		ticket := b.create(t, "INC-1/ticket:main")
		err := move(t, b, integrations.Move{Ticket: ticket, Transition: b.Nowhere})
		lasting(t, err)
		if fault.CodeOf(err) != fault.Transition || !strings.Contains(err.Error(), b.Nowhere+" not reachable from ") {
			t.Errorf("got %v", err)
		}
		moved(t, b, 0)
	})
	t.Run("a ticket it does not have is not moved", func(t *testing.T) {
		b := open(t)
		lasting(t, move(t, b, integrations.Move{Ticket: "NOPE-7", Transition: b.Step}))
	})
	for _, mode := range undone {
		t.Run("a move that fails by "+mode+" is not done and is worth another try", func(t *testing.T) {
			b := open(t)
			ticket := b.create(t, "INC-1/ticket:main")
			b.Fail(mode, 1)
			passing(t, mode, move(t, b, integrations.Move{Ticket: ticket, Transition: b.Step}))
			moved(t, b, 0)
			b.do(t, move(t, b, integrations.Move{Ticket: ticket, Transition: b.Step, Since: b.Now()}))
			moved(t, b, 1)
		})
	}
}

func (b TrackerBench) ticket(key string) integrations.NewTicket {
	return integrations.NewTicket{Key: key, Project: b.Project, Title: "checkout failing", Body: "Incident INC-1, SEV1.", Severity: 1}
}

func (b TrackerBench) create(t *testing.T, key string) string {
	t.Helper()
	id, err := b.Create(t.Context(), b.ticket(key))
	if err != nil {
		t.Fatalf("create: %v", err)
	}
	return id
}

func (b TrackerBench) do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (b TrackerBench) holds(t *testing.T, tickets, links, comments int) {
	t.Helper()
	if n, l, c := b.Tickets(), b.Links(), b.Comments(); n != tickets || l != links || c != comments {
		t.Errorf("the tracker holds %d tickets, %d links, %d comments; want %d, %d, %d", n, l, c, tickets, links, comments)
	}
}
