package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
)

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

func TestAStoreThatIsAwayIsNotAskedWithoutAPause(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	w.Store.Refuse(true)
	w.Clock.Add(6 * time.Minute) // command is unclaimed, and nobody can write it down
	for range 3 {
		_, next := w.Engine.Advance(t.Context(), w.Clock.Now())
		if !next.After(w.Clock.Now()) {
			t.Fatalf("it is %s, and the next look is due at %s", w.Clock.Now(), next)
		}
		w.Clock.Set(next)
	}
}
