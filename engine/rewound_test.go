package engine_test

import (
	"context"
	"errors"
	"testing"

	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/storage"
	"holdfast/storage/memory"
)

// amnesiac is a store that cannot tell whether a command has landed.
type amnesiac struct{ storage.Store }

func (s amnesiac) Append(ctx context.Context, _ string, writes ...storage.Write) ([]storage.Span, error) {
	spans, err := s.Store.Append(ctx, "", writes...)
	if err != nil {
		err = &storage.UnavailableError{Doing: "append", Doubtful: true, Err: errors.New("no answer")}
	}
	return spans, err
}

// hanging is a store whose appends wait until they are set free.
type hanging struct {
	storage.Store
	asked chan struct{}
	free  chan struct{}
}

func (s *hanging) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	s.asked <- struct{}{}
	<-s.free
	return s.Store.Append(ctx, command, writes...)
}

// fallBack puts a store in place that lacks the newest entries of one journal,
// as a replica does that was promoted too early.
func fallBack(t *testing.T, w *enginetest.World, shortened string, last uint64) {
	t.Helper()
	old, fresh := w.Store.Store, memory.New(w.Clock)
	names, err := old.(storage.Lister).Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for e, err := range old.Read(t.Context(), name, 0) {
			if err != nil {
				t.Fatal(err)
			}
			if name == shortened && e.Seq > last {
				break
			}
			if _, err := fresh.Append(t.Context(), "", storage.Write{Journal: name, At: e.Seq - 1, Drafts: []storage.Draft{{Kind: e.Kind, Body: e.Body}}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.Store.Store = fresh
}

func TestAJournalThatWentBackIsReadAnew(t *testing.T) {
	for sentence, onwards := range map[string]func(w *enginetest.World){
		"a decision rests on what is there": func(w *enginetest.World) {
			w.Do(bob, "INC-1", incident.AddNote{Text: "on the new primary"})
		},
		"a reader sees what is there": func(w *enginetest.World) { w.State("INC-1") },
		"others have gone on": func(w *enginetest.World) {
			b := w.Boot("b")
			if _, err := b.Do(context.Background(), w.By(bob, "INC-1", incident.AddNote{Text: "by another replica"})); err != nil {
				t.Fatal(err)
			}
			if _, err := b.Do(context.Background(), w.By(bob, "INC-1", incident.AddNote{Text: "and more"})); err != nil {
				t.Fatal(err)
			}
			w.State("INC-1")
		},
	} {
		w := enginetest.New(t)
		w.Declare(alice, enginetest.Outage())
		w.Settle()
		before := w.State("INC-1").Entries
		w.Do(alice, "INC-1", incident.AddNote{Text: "seen and lost"})
		fallBack(t, w, "INC-1", before)
		onwards(w)
		s := w.State("INC-1")
		for _, n := range s.Notes {
			if n.Text == "seen and lost" {
				t.Errorf("%s: the state still holds what is gone", sentence)
			}
		}
		w.Restart()
		if again := w.State("INC-1"); again.Head != s.Head || again.Entries != s.Entries {
			t.Errorf("%s: stands at %d, a restart finds %d", sentence, s.Entries, again.Entries)
		}
	}
}

func TestARegisterThatWentBackIsReadAnew(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	second := enginetest.Outage()
	second.Title, second.Services = "mail late", nil
	w.Declare(bob, second)
	fallBack(t, w, incident.RegisterJournal, 1)
	// Only the register went back; a true failover would have taken INC-2 too.
	third := enginetest.Outage()
	third.Title, third.Services, third.Drill = "a drill", nil, true
	if r := w.Declare(bob, third); r.Journal != "DRL-1" {
		t.Errorf("declared %s", r.Journal)
	}
	if all, err := w.Engine.Incidents(t.Context()); err != nil || len(all) != 2 {
		t.Errorf("the register lists %v, %v", all, err)
	}
}
