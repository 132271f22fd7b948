package engine_test

import (
	"context"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/rehearse/standin"
	"holdfast/storage"
)

func TestOneReplicaPerformsAndAnotherTakesOverWithinItsLease(t *testing.T) {
	w := enginetest.New(t)
	w.Settle()
	other := w.Boot("b")
	w.Declare(alice, enginetest.Outage()) // the other one has never heard of it
	w.Crash(w.Engine)
	w.Settle()
	if other.Leading() || len(w.Events) != 0 {
		t.Errorf("the other leads: %v, events %v", other.Leading(), w.Events)
	}
	w.Pass(20 * time.Second)
	w.Engine = other
	if s := w.State("INC-1"); !other.Leading() || s.Pending != 0 || len(w.Seen(standin.Page)) != 1 {
		t.Errorf("after 20 s: leads %v, %d pending, paged %d times", other.Leading(), s.Pending, len(w.Seen(standin.Page)))
	}
}

func TestAReplicaThatLeadsAgainLooksBeforeItDoesWhatAnotherMayHaveDone(t *testing.T) {
	w := enginetest.New(t)
	a := w.Engine
	w.Settle()
	w.Declare(alice, enginetest.Outage())
	w.Crash(a) // it only sleeps: its lease runs out
	b := w.Boot("b")
	w.Tracker.Slow(8 * time.Second)
	w.Pass(16 * time.Second)
	if !b.Leading() || len(w.Seen(standin.Ticket)) != 1 || w.Count("INC-1", "ticket.settled") != 0 {
		t.Fatalf("the test does not stop between send and settle: leads %v, %d tickets", b.Leading(), len(w.Seen(standin.Ticket)))
	}
	w.Crash(b)
	w.Clock.Add(16 * time.Second)
	if _, next := a.Advance(t.Context(), w.Clock.Now()); !a.Leading() {
		t.Fatalf("the first does not lead again until %s", next)
	}
	for range 40 {
		w.Clock.Add(time.Second)
		a.Advance(t.Context(), w.Clock.Now())
	}
	once(t, w)
	if s := w.State("INC-1"); s.Tickets[0].Key != "OPS-1" {
		t.Errorf("the ticket is %+v", s.Tickets[0])
	}
}

func TestAReplicaLearnsOfWhatAnotherHasAppended(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	b := w.Boot("b")
	page := w.By(bob, "INC-1", incident.PagePeople{To: incident.Target{To: "@dan"}, Why: "come"})
	if _, err := b.Do(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Declare(t.Context(), w.By(bob, "", nil), incident.Declare{Title: "mail late", Severity: 4, Terms: enginetest.Terms()}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"INC-1", incident.RegisterJournal} {
		if err := w.Engine.Grown(t.Context(), storage.Growth{Journal: name}); err != nil {
			t.Fatal(err)
		}
	}
	w.Settle()
	if len(w.Seen(standin.Page)) != 2 || w.State("INC-2").Pending != 0 {
		t.Errorf("paged %d times, INC-2 has %d pending", len(w.Seen(standin.Page)), w.State("INC-2").Pending)
	}
}

func TestARestartRightAfterAnIncidentWasOpenedAgainFollowsIt(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Do(alice, "INC-1", incident.Close{As: incident.FalseAlarm, Because: "a test"})
	w.Settle()
	if w.Count("register", "register.closed") != 1 {
		t.Fatalf("the register holds %v", w.Kinds("register"))
	}
	w.Do(alice, "INC-1", incident.Reopen{Because: "it was none"})
	w.Restart()
	w.Pass(5 * time.Minute)
	if s := w.State("INC-1"); s.Pending != 0 || len(w.Said("reopened")) != 1 || w.Count("INC-1", "command.unclaimed") != 1 {
		t.Errorf("%d pending, said %d times, unclaimed %d times", s.Pending, len(w.Said("reopened")), w.Count("INC-1", "command.unclaimed"))
	}
	if all, err := w.Engine.Incidents(t.Context()); err != nil || all[0].Closed {
		t.Errorf("the register says closed: %v, %v", all, err)
	}
}

func TestTheRegisterIsNotToldOfAnEndThatWasTakenBack(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Tracker.Faults, standin.Unavailable, 0)
	w.Declare(alice, enginetest.Outage())
	w.Do(alice, "INC-1", incident.Close{As: incident.FalseAlarm, Because: "a test"})
	w.Settle()
	w.Do(alice, "INC-1", incident.Reopen{Because: "it was none"})
	w.Tracker.Heal()
	w.Pass(5 * time.Minute)
	if s := w.State("INC-1"); w.Count("register", "register.closed") != 0 || s.Pending != 0 {
		t.Errorf("told %d times, %d pending", w.Count("register", "register.closed"), s.Pending)
	}
}

// drawn counts how often an incident was drawn.
type drawn map[string]int

func (d drawn) Display(_ context.Context, s incident.State, _ time.Time) time.Time {
	d[s.ID]++
	return time.Time{}
}

func TestAReplicaThatDoesNotPerformDrawsWhatIsItsOwn(t *testing.T) {
	w := enginetest.New(t)
	w.Settle() // the first one leads
	public, private := drawn{}, drawn{}
	b := engine.New(engine.Options{Store: w.Store, Clock: w.Clock, Replica: "b", Displays: []engine.Display{public}, Private: []engine.Display{private}, Spawn: func(draw func()) { draw() }})
	if _, err := b.Declare(t.Context(), w.By(alice, "", nil), enginetest.Outage()); err != nil {
		t.Fatal(err)
	}
	b.Advance(t.Context(), w.Clock.Now())
	b.Advance(t.Context(), w.Clock.Now())
	if b.Leading() || public["INC-1"] != 0 || private["INC-1"] != 1 {
		t.Errorf("leads %v, drew %v for all and %v for its own", b.Leading(), public, private)
	}
}

func TestAReplicaThatStopsGivesTheLeaseBack(t *testing.T) {
	w := enginetest.New(t)
	w.Settle()
	b := w.Boot("b")
	w.Engine.Resign(t.Context())
	w.Crash(w.Engine)
	w.Pass(6 * time.Second) // b asks again after a third of the lease's life
	if !b.Leading() {
		t.Error("the other replica does not lead")
	}
}
