package engine_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
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

func TestADenialIsRecordedAtMostOnceAMinute(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	lower := incident.SetSeverity{Severity: 3, Because: "less is down"}
	for range 3 {
		if _, err := w.Engine.Do(t.Context(), w.By(bob, "INC-1", lower)); fault.CodeOf(err) != fault.Role {
			t.Fatalf("got %v", err)
		}
		w.Pass(29 * time.Second)
	}
	if n := w.Count("INC-1", "access.denied"); n != 1 {
		t.Errorf("%d denials in 58 seconds", n)
	}
	if _, err := w.Engine.Do(t.Context(), w.By(bob, "INC-1", lower)); fault.CodeOf(err) != fault.Role {
		t.Fatalf("got %v", err)
	}
	if n := w.Count("INC-1", "access.denied"); n != 2 {
		t.Errorf("%d denials in 87 seconds", n)
	}
	for range 2 {
		if err := w.Engine.Deny(t.Context(), w.By(bob, "", nil), "export", "export"); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.Count("register", "access.denied"); n != 1 {
		t.Errorf("%d denials in the register", n)
	}
}

func TestADeniedDeliveryMayBeAllowedLater(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	cmd := w.By(bob, "INC-1", incident.SetPhase{Phase: incident.Identified})
	if _, err := w.Engine.Do(t.Context(), cmd); fault.CodeOf(err) != fault.Role {
		t.Fatalf("got %v", err)
	}
	w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
	if r, err := w.Engine.Do(t.Context(), cmd); err != nil || r.Duplicate || r.State.Phase != incident.Identified {
		t.Errorf("got %v, duplicate %v, phase %s", err, r.Duplicate, r.State.Phase)
	}
}

func TestAJournalOfANewerVersionCanBeReadButNotAddedTo(t *testing.T) {
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, "503", 0)
	fail(t, w.Tracker.Faults, "503", 0)
	w.Declare(alice, enginetest.Outage())
	at := uint64(len(w.Kinds("INC-1")))
	body, err := journal.Encode(journal.Meta{At: w.Clock.Now(), Recorded: w.Clock.Now(), Actor: "alice", Source: "api"}, incident.NoteAdded{Text: "from tomorrow"})
	if err != nil {
		t.Fatal(err)
	}
	newer := storage.Write{Journal: "INC-1", At: at, Drafts: []storage.Draft{{Kind: "weather.changed", Body: body}}}
	if _, err := w.Store.Append(t.Context(), "", newer); err != nil {
		t.Fatal(err)
	}
	w.Restart()
	w.Pager.Heal()
	w.Tracker.Heal()
	w.Events = nil
	w.Pass(3 * time.Hour)
	if len(w.Events) != 0 {
		t.Errorf("its effects are performed: %+v", w.Events)
	}
	if s := w.State("INC-1"); s.Newer() != "weather.changed" || s.Title != "checkout failing" {
		t.Errorf("newer %q, title %q", s.Newer(), s.Title)
	}
	if _, err := w.Engine.Do(t.Context(), w.By(alice, "INC-1", incident.AddNote{Text: "and now"})); fault.CodeOf(err) != fault.Newer {
		t.Errorf("a note gives %v", err)
	}
	if got := w.Kinds("INC-1"); got[len(got)-1] != "weather.changed" {
		t.Errorf("something was added: %v", got[at:])
	}
}

func TestAStoreThatRefusesGivesNotRecordedAndNothingIsPretended(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	before, events := w.State("INC-1"), len(w.Events)
	w.Store.Refuse(true)
	page := w.By(bob, "INC-1", incident.PagePeople{To: incident.Target{To: "@dan"}, Why: "come"})
	for _, attempt := range []func() error{
		func() error { _, err := w.Engine.Do(t.Context(), page); return err },
		func() error {
			_, err := w.Engine.Declare(t.Context(), w.By(bob, "", nil), enginetest.Outage())
			return err
		},
	} {
		err := attempt()
		if fault.CodeOf(err) != fault.Store || !strings.Contains(err.Error(), "NOT RECORDED") || fault.From(err).Next == "" {
			t.Errorf("got %v", err)
		}
	}
	w.Pass(time.Minute)
	w.Store.Refuse(false)
	if s := w.State("INC-1"); s.Entries != before.Entries || len(w.Events) != events {
		t.Errorf("%d entries and %d events came of it", s.Entries-before.Entries, len(w.Events)-events)
	}
	if r, err := w.Engine.Do(t.Context(), page); err != nil || r.Duplicate {
		t.Errorf("the same delivery afterwards: %v, duplicate %v", err, r.Duplicate)
	}
	w.Settle()
	if len(w.Seen("page")) != 2 {
		t.Errorf("paged %d times", len(w.Seen("page")))
	}
}

func TestALostAnswerOfTheStoreIsNoLostEntry(t *testing.T) {
	w := enginetest.New(t)
	w.Store.LoseReplies(1)
	w.Declare(alice, enginetest.Outage())
	w.Store.LoseReplies(1)
	r := w.Do(bob, "INC-1", incident.AddNote{Text: "replica lag 2 s"})
	if w.Count("INC-1", "note.added") != 1 || r.State.Head != w.State("INC-1").Head {
		t.Errorf("%d notes, head %s", w.Count("INC-1", "note.added"), r.State.Head)
	}
	w.Restart()
	if s := w.State("INC-1"); s.Head != r.State.Head {
		t.Error("a restart gives another state")
	}
}

func TestAnUnknownIncidentIsSaidToBeUnknown(t *testing.T) {
	w := enginetest.New(t)
	if _, err := w.Engine.Do(context.Background(), w.By(alice, "INC-9", incident.AddNote{Text: "x"})); fault.CodeOf(err) != fault.UnknownID {
		t.Errorf("a note gives %v", err)
	}
	if _, err := w.Engine.State(context.Background(), "INC-9"); fault.CodeOf(err) != fault.UnknownID {
		t.Errorf("the state gives %v", err)
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
