package incident_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

func TestPages(t *testing.T) {
	app := func(s *story) incident.Page { return s.state.Pages[0] }
	t.Run("a page that is not accepted in fifteen seconds is said aloud, to its fallback too", func(t *testing.T) {
		s := begin(t)
		before := len(s.entries)
		s.pass(15*time.Second - time.Millisecond)
		is(t, "early", app(s).Unconfirmed, false)
		s.pass(time.Millisecond)
		is(t, "unconfirmed", app(s).Unconfirmed, true)
		has(t, "posted", s.wants(journal.Post, before), s.state.Room+" paging-unconfirmed "+app(s).Effect)
		has(t, "told", s.wants(journal.DM, before), "@dan paging-unconfirmed "+app(s).Effect)
		count := len(s.entries)
		s.pass(time.Minute)
		is(t, "said again", len(s.kinds(count)), 0)
	})
	t.Run("an accepted page is not", func(t *testing.T) {
		s := begin(t)
		s.does(bot, incident.Settle{Key: app(s).Effect, Ref: "PG-1"})
		s.pass(time.Minute)
		is(t, "unconfirmed", app(s).Unconfirmed, false)
		is(t, "id", app(s).ID, "PG-1")
	})
	t.Run("a page is answered once, by its name or as the one that waits", func(t *testing.T) {
		s := begin(t)
		s.does(bot, incident.Settle{Key: app(s).Effect, Ref: "PG-1"})
		s.now = ten.Add(2 * time.Minute)
		s.does(dan, incident.AcknowledgePage{Page: "pg-1"})
		is(t, "acknowledged by", app(s).Acknowledged, "dan")
		is(t, "tk", *s.state.TK, s.now)
		s.refused(olga, incident.AcknowledgePage{Page: "PG-1"}, fault.NotOpen, "already done by @dan")
		s.refused(olga, incident.AcknowledgePage{}, fault.NotOpen, "No page waits")
		s.refused(olga, incident.AcknowledgePage{Page: "PG-7"}, fault.UnknownID, `no page "PG-7"`)
	})
	t.Run("an effect ends once", func(t *testing.T) {
		s := begin(t)
		key := app(s).Effect
		s.does(bot, incident.Settle{Key: key, Ref: "PG-1"}, incident.Settle{Key: key, Ref: "PG-2"}, incident.Fail{Key: key, Reason: "late"})
		is(t, "id", app(s).ID, "PG-1")
		is(t, "outcome", app(s).Outcome, journal.Done)
	})
	t.Run("a key that was asked for twice is one page", func(t *testing.T) {
		s := begin(t)
		again := &journal.Requested{Effect: journal.Effect{Key: app(s).Effect, Type: journal.Page, To: "team:app"}}
		s.keep("INC-1", alice, "", []incident.Statement{{Fact: again}})
		is(t, "pages", len(s.state.Pages), 1)
	})
	t.Run("an effect of unknown key does not end", func(t *testing.T) {
		s := begin(t)
		before := len(s.entries)
		s.does(bot, incident.Settle{Key: "INC-1/page:nobody"})
		is(t, "entries", len(s.entries), before)
	})
}

func TestEffectsThatDoNotEnd(t *testing.T) {
	s := begin(t)
	ticket := s.state.Tickets[0].Effect
	s.pass(15 * time.Minute)
	has(t, "announced", s.wants(journal.Post, 0), s.state.Room+" stuck "+ticket)
	s.pass(24 * time.Hour)
	is(t, "outcome", s.state.Tickets[0].Outcome, journal.Dead)
	has(t, "announced", s.wants(journal.Post, 0), s.state.Room+" gave-up "+ticket)
	for _, to := range []string{"room", "post", "invite", "dm"} {
		for _, said := range s.wants(journal.Post, 0) {
			if strings.Contains(said, "/"+to+":") {
				t.Errorf("that something could not be said is said: %s", said)
			}
		}
	}
}

func TestNotesAndCorrections(t *testing.T) {
	s := begin(t)
	s.now = ten.Add(30 * time.Minute)
	s.refused(dan, incident.AddNote{Text: "x", At: s.now.Add(2 * time.Minute)}, fault.Future, "future")
	s.does(dan, incident.AddNote{Text: "replica lag 2 s", At: ten.Add(5 * time.Minute)})
	note := s.entries[len(s.entries)-1]
	is(t, "happened", note.At, ten.Add(5*time.Minute))
	is(t, "late", note.Late(), true)
	s.does(olga, incident.Correct{Seq: note.Seq, Text: "replica lag 20 s", Because: "misread"})
	is(t, "text", s.state.Notes[0].Text, "replica lag 20 s")
	is(t, "corrected by", s.state.Notes[0].Corrected, note.Seq+1)
	is(t, "the old entry", s.entries[note.Seq-1].Fact.(*incident.NoteAdded).Text, "replica lag 2 s")
	s.refused(olga, incident.Correct{Text: "x"}, fault.UnknownID, "INC-1#0")
	s.refused(olga, incident.Correct{Seq: 999, Text: "x"}, fault.UnknownID, "INC-1#999")
	s.does(alice, incident.MakeDecision{Text: "fail over"})
	is(t, "reason", s.state.Decisions[0].Because, incident.NoReason)
	s.refused(alice, incident.MakeDecision{Text: "x", Reversible: "maybe"}, fault.Range, "yes or no")
}

func TestTasks(t *testing.T) {
	s := begin(t)
	s.refused(dan, incident.AddTask{Text: "x", Due: ten}, fault.Range, "past")
	s.does(dan, incident.AddTask{Text: "look at the queue", Owner: &olga, Due: ten.Add(10 * time.Minute)})
	has(t, "told", s.wants(journal.DM, 0), "@olga task T1")
	s.refused(dan, incident.BlockTask{ID: "T1"}, fault.Missing, "blocks T1")
	s.does(olga, incident.BlockTask{ID: "T1", Because: "no access"})
	s.pass(10 * time.Minute)
	has(t, "told", s.wants(journal.DM, 0), "@olga task-due T1")
	s.does(olga, incident.FinishTask{ID: "T1"})
	s.refused(dan, incident.FinishTask{ID: "T1"}, fault.NotOpen, "done already")
	s.refused(dan, incident.FinishTask{ID: "T2"}, fault.UnknownID, `no task "T2"`)
	before := len(s.entries)
	s.pass(time.Hour)
	if slices.Contains(s.kinds(before), "task.overdue") {
		t.Error("a task that is done is overdue")
	}
}

// Journals of every release must stay readable: kinds are added, never renamed
// and never dropped.
func TestKindsOnlyGrow(t *testing.T) {
	golden, err := os.ReadFile("testdata/kinds.golden")
	if err != nil {
		t.Fatal(err)
	}
	listed := strings.Fields(string(golden))
	known := map[string]bool{}
	for kind, empty := range incident.Kinds() {
		known[kind] = true
		if got := empty().Kind(); got != kind {
			t.Errorf("%s is listed as %s", got, kind)
		}
	}
	for kind := range incident.RegisterKinds() {
		known[kind] = true
	}
	for _, kind := range listed {
		if !known[kind] {
			t.Errorf("%s is gone: journals that hold it could not be added to", kind)
		}
	}
	for kind := range known {
		if !slices.Contains(listed, kind) {
			t.Errorf("%s is new: add it to testdata/kinds.golden", kind)
		}
	}
}
