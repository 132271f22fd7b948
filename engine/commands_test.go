package engine_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
)

func TestEightClaimsOfCommandAtOnePositionOneWinsAndSevenAreToldWho(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	// Eight replicas, so that the store decides and not a mutex.
	engines := make([]*engine.Engine, 8)
	for i := range engines {
		engines[i] = w.Boot("r" + string(rune('1'+i)))
		if _, err := engines[i].State(t.Context(), "INC-1"); err != nil {
			t.Fatal(err)
		}
	}
	errs := make([]error, len(engines))
	var all sync.WaitGroup
	for i, e := range engines {
		who := enginetest.Person("p"+string(rune('1'+i)), "commanders")
		cmd := w.By(who, "INC-1", incident.Claim{Role: incident.Commander})
		all.Go(func() { _, errs[i] = e.Do(t.Context(), cmd) })
	}
	all.Wait()
	winner := w.State("INC-1").Roles.Commander
	var won int
	for i, err := range errs {
		if err == nil {
			won++
			continue
		}
		if fault.CodeOf(err) != fault.LostRace || !strings.Contains(err.Error(), "@"+winner) {
			t.Errorf("p%d was told: %v", i+1, err)
		}
	}
	if won != 1 || w.Count("INC-1", "role.taken") != 1 {
		t.Errorf("%d won, %d took command", won, w.Count("INC-1", "role.taken"))
	}
}

func TestWhoLosesByAnOldLookIsToldWhoWasFaster(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Do(alice, "INC-1", incident.AddTask{Text: "look at the queue"})
	slow := w.Boot("slow")
	if _, err := slow.State(t.Context(), "INC-1"); err != nil {
		t.Fatal(err)
	}
	w.Do(bob, "INC-1", incident.FinishTask{ID: "T1"})
	_, err := slow.Do(t.Context(), w.By(carol, "INC-1", incident.FinishTask{ID: "T1"}))
	if fault.CodeOf(err) != fault.LostRace || !strings.Contains(err.Error(), "already done by @bob") {
		t.Errorf("got %v", err)
	}
	if w.Count("INC-1", "task.done") != 1 {
		t.Errorf("done %d times", w.Count("INC-1", "task.done"))
	}
}

func TestTheSameDeliveryGivesTheSameEntries(t *testing.T) {
	w := enginetest.New(t)
	declare := w.By(alice, "", nil)
	first, err := w.Engine.Declare(t.Context(), declare, enginetest.Outage())
	if err != nil {
		t.Fatal(err)
	}
	note := w.By(bob, first.Journal, incident.AddNote{Text: "replica lag 2 s"})
	noted, err := w.Engine.Do(t.Context(), note)
	if err != nil {
		t.Fatal(err)
	}
	w.Pass(2 * time.Hour)
	before := len(w.Kinds("INC-1"))
	check := func(t *testing.T, e *engine.Engine) {
		t.Helper()
		again, err := e.Declare(t.Context(), declare, enginetest.Outage())
		same(t, first, again, err)
		again, err = e.Do(t.Context(), note)
		same(t, noted, again, err)
	}
	t.Run("on the same engine", func(t *testing.T) { check(t, w.Engine) })
	t.Run("after a restart", func(t *testing.T) { w.Restart(); check(t, w.Engine) })
	t.Run("on another replica", func(t *testing.T) { check(t, w.Boot("b")) })
	if after := len(w.Kinds("INC-1")); after != before {
		t.Errorf("%d entries were added", after-before)
	}
	if len(w.Kinds("register")) != 1 {
		t.Errorf("the register holds %v", w.Kinds("register"))
	}
}

func same(t *testing.T, first, again engine.Result, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !again.Duplicate || again.Ref() != first.Ref() || len(again.Entries) != len(first.Entries) || again.State.Entries != first.State.Entries {
		t.Errorf("first %s with %d entries up to %d; again %s with %d up to %d, duplicate %v",
			first.Ref(), len(first.Entries), first.State.Entries, again.Ref(), len(again.Entries), again.State.Entries, again.Duplicate)
	}
	for i := range again.Entries {
		if again.Entries[i].Hash != first.Entries[i].Hash {
			t.Errorf("%s differs", again.Entries[i].Ref())
		}
	}
}

func TestTwoDeclarationsWithinAMinuteAreOneIncident(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Pass(59 * time.Second)
	d := enginetest.Outage()
	d.Title = "payments down"
	second := w.By(bob, "", nil)
	joined, err := w.Engine.Declare(t.Context(), second, d)
	if err != nil || !joined.Joined || joined.Journal != "INC-1" {
		t.Fatalf("joined %v, %s, %v", joined.Joined, joined.Journal, err)
	}
	w.Pass(2 * time.Hour)
	again, err := w.Engine.Declare(t.Context(), second, d)
	if err != nil || !again.Joined || !again.Duplicate || again.Ref() != joined.Ref() {
		t.Errorf("the same delivery later: joined %v, duplicate %v, %s, %v", again.Joined, again.Duplicate, again.Ref(), err)
	}
	if third := w.Declare(carol, d); third.Joined || third.Journal != "INC-2" {
		t.Errorf("a declaration later gives %s, joined %v", third.Journal, third.Joined)
	}
}

func TestARightGainedThroughAnotherReplicaCountsAtOnce(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	other := w.Boot("b")
	if _, err := other.State(t.Context(), "INC-1"); err != nil {
		t.Fatal(err)
	}
	w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
	if _, err := other.Do(t.Context(), w.By(bob, "INC-1", incident.SetPhase{Phase: incident.Identified})); err != nil {
		t.Error(err)
	}
	if n := w.Count("INC-1", "access.denied"); n != 0 {
		t.Errorf("%d denials", n)
	}
}
