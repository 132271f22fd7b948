package engine_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/storage/storagetest"
)

// calls notes the effects it is given.
type calls struct{ keys []string }

func (c *calls) Perform(_ context.Context, _ incident.State, a journal.Attempt) (string, error) {
	c.keys = append(c.keys, a.Key)
	return "ref", nil
}

// frozenWorld has two open incidents with pages that wait; the journal of the
// first is frozen after its entry n.
func frozenWorld(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t)
	fail(t, w.Pager.Faults, "503", 0)
	w.Declare(alice, enginetest.Outage())
	other := enginetest.Outage()
	other.Services = []string{"mq"}
	w.Declare(alice, other)
	w.Pass(time.Second)
	w.Crash(w.Engine)
	all := storagetest.Chained(t, w.Store, "INC-1")
	last := all[len(all)-1]
	freezer := w.Store.Store.(storage.Freezer)
	err := freezer.Freeze(t.Context(), storage.Frozen{Journal: "INC-1", Head: storage.Head{Seq: last.Seq, Hash: last.Hash}, Note: "It burnt."})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAFrozenIncidentIsToldOnceAndTheOthersGoOn(t *testing.T) {
	w := frozenWorld(t)
	var log bytes.Buffer
	made := &calls{}
	e := engine.New(engine.Options{
		Store: w.Store, Clock: w.Clock, Replica: "b", Log: slog.New(slog.NewTextHandler(&log, nil)), Spawn: func(f func()) { f() },
		Performers: map[string]engine.Performer{journal.Page: made, journal.Ticket: made, journal.Room: made, journal.Invite: made, journal.Post: made, journal.DM: made, journal.Archive: made},
	})
	w.Clock.Add(time.Minute) // the lease of the first engine is over
	for range 200 {
		if err := e.Open(t.Context()); err != nil { // as after each change of the register
			t.Fatal(err)
		}
		e.Advance(t.Context(), w.Clock.Now())
		w.Clock.Add(time.Second)
	}
	if n := strings.Count(log.String(), "set aside"); n != 1 || !strings.Contains(log.String(), "INC-1 is frozen after entry") {
		t.Errorf("told %d times:\n%s", n, log.String())
	}
	if s, err := e.State(t.Context(), "INC-2"); err != nil || s.Pending != 0 || s.Frozen != "" {
		t.Errorf("INC-2: %d pending, %v", s.Pending, err)
	}
	for _, key := range made.keys {
		if !strings.HasPrefix(key, "INC-2/") {
			t.Errorf("performed %s", key)
		}
	}
	if len(made.keys) == 0 {
		t.Error("void: nothing was performed")
	}
}

func TestAFrozenIncidentIsShownAndTakesNothing(t *testing.T) {
	w := frozenWorld(t)
	e := w.Boot("b")
	s, err := e.State(t.Context(), "INC-1")
	if err != nil || s.Title == "" || !strings.Contains(s.Frozen, "INC-1 is frozen after entry") {
		t.Errorf("state %+v, %v", s.Frozen, err)
	}
	n := uint64(0)
	for _, err := range e.Entries(t.Context(), "INC-1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != s.Entries {
		t.Errorf("%d entries of %d", n, s.Entries)
	}
	_, err = e.Do(t.Context(), w.By(alice, "INC-1", incident.AddNote{Text: "x"}))
	if fault.CodeOf(err) != fault.Store || !strings.Contains(err.Error(), "NOT RECORDED: INC-1 is frozen") ||
		!strings.Contains(fault.From(err).Next, "Declare a new incident") || !errors.As(err, new(*storage.FrozenError)) {
		t.Errorf("a note: %v", err)
	}
	if at, err := e.StateAt(t.Context(), "INC-1", n); err != nil || at.Entries != n {
		t.Errorf("the state at its end: %d, %v", at.Entries, err)
	}
}
