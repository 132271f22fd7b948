package engine_test

import (
	"strconv"
	"testing"
	"time"

	"holdfast/engine"
	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

const mergeKey = "INC-2/merge:INC-1"

// two declares INC-1, the switch, and INC-2, which turns out to be part of it.
func two(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t)
	d := enginetest.Outage()
	d.Title, d.Services, d.Severity = "switch down", []string{"net-core"}, 3
	w.Declare(alice, d)
	w.Declare(alice, enginetest.Outage())
	w.Settle()
	return w
}

func into(w *enginetest.World, id string) incident.Merge { return incident.Merge{Into: w.State(id)} }

// merged demands that INC-1 has taken INC-2 in, once, and that all is over.
func merged(t *testing.T, w *enginetest.World) {
	t.Helper()
	one, part := w.State("INC-1"), w.State("INC-2")
	if n := w.Count("INC-1", "incident.absorbed"); n != 1 || one.Severity != 1 || len(one.Services) != 2 {
		t.Errorf("taken in %d times, SEV%d, services %v", n, one.Severity, one.Services)
	}
	if part.ClosedAs != incident.AsMerged || part.Pending != 0 || one.Pending != 0 {
		t.Errorf("the part is %s as %q, %d and %d pending", part.Phase, part.ClosedAs, part.Pending, one.Pending)
	}
	if len(w.Said("merged")) != 1 || len(w.Said("absorbed")) != 1 || w.Count("register", "register.closed") != 1 {
		t.Errorf("said %d and %d times, the register was told %d times", len(w.Said("merged")), len(w.Said("absorbed")), w.Count("register", "register.closed"))
	}
}

func TestAMergeIsTakenInByTheOtherJournalOnce(t *testing.T) {
	w := two(t)
	w.Do(alice, "INC-2", into(w, "INC-1"))
	w.Settle()
	merged(t, w)
	if e, _ := w.State("INC-2").Outbox.Get(mergeKey); e.Ref != "INC-1#"+seqOf(t, w) {
		t.Errorf("settled as %s", e.Ref)
	}
}

// seqOf is the number of the entry that says what INC-1 has taken in.
func seqOf(t *testing.T, w *enginetest.World) string {
	t.Helper()
	for i, kind := range w.Kinds("INC-1") {
		if kind == "incident.absorbed" {
			return strconv.Itoa(i + 1)
		}
	}
	t.Fatal("INC-1 has taken nothing in")
	return ""
}

func TestAProcessThatEndsBetweenTheTwoJournalsMergesOnce(t *testing.T) {
	for name, later := range map[string]time.Duration{
		"while the command is remembered": time.Minute,
		"when it is forgotten":            80 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			w := two(t)
			w.Do(alice, "INC-2", into(w, "INC-1"))
			// Another process has come as far as the other journal, and no further.
			cmd := engine.Command{ID: mergeKey, Journal: "INC-1", Action: incident.AbsorbOf(w.State("INC-2"), mergeKey),
				Actor: incident.Person{ID: journal.Bot}, Source: "engine", Platform: "console"}
			if _, err := w.Boot("b").Do(t.Context(), cmd); err != nil {
				t.Fatal(err)
			}
			w.Clock.Add(later)
			w.Restart()
			w.Pass(time.Minute)
			merged(t, w)
		})
	}
}

func TestAMergeWaitsForAStoreThatIsAway(t *testing.T) {
	w := two(t)
	w.Do(alice, "INC-2", into(w, "INC-1"))
	w.Store.Refuse(true)
	w.Pass(10 * time.Minute)
	w.Store.LoseReplies(3)
	w.Store.Refuse(false)
	w.Pass(5 * time.Minute)
	merged(t, w)
}

func TestWhatCannotBeTakenInAnyMoreIsOpenAgain(t *testing.T) {
	w := two(t)
	w.Do(alice, "INC-2", into(w, "INC-1"))
	w.Do(alice, "INC-1", incident.Close{As: incident.FalseAlarm, Because: "a test"})
	w.Settle()
	s := w.State("INC-2")
	if !s.Open() || s.MergedInto != "" || s.InCommand() != "alice" || len(w.Said("gave-up")) != 1 || len(w.Said("reopened")) != 1 {
		t.Errorf("it is %s, merged into %q, in command %q; said %d and %d times", s.Phase, s.MergedInto, s.InCommand(), len(w.Said("gave-up")), len(w.Said("reopened")))
	}
	w.Restart()
	w.Pass(5 * time.Minute)
	if n := w.Count("INC-2", "command.unclaimed"); n != 1 {
		t.Errorf("nobody looks after it: reminded %d times", n)
	}
	if all, err := w.Engine.Incidents(t.Context()); err != nil || all[1].Closed {
		t.Errorf("the register says closed: %v, %v", all, err)
	}
}

func TestTwoThatAreMergedIntoEachOtherAtOnceLeaveOneOpen(t *testing.T) {
	w := two(t)
	there, back := into(w, "INC-1"), into(w, "INC-2")
	w.Do(alice, "INC-2", there)
	w.Do(alice, "INC-1", back)
	w.Pass(time.Minute)
	one, other := w.State("INC-1"), w.State("INC-2")
	if one.Open() == other.Open() || one.Pending+other.Pending != 0 {
		t.Errorf("INC-1 is %s, INC-2 is %s", one.Phase, other.Phase)
	}
	if stands, part := one, other; one.Open() && (part.MergedInto != "INC-1" || len(stands.Absorbed) != 1) {
		t.Errorf("INC-1 holds %v, INC-2 went on in %q", stands.Absorbed, part.MergedInto)
	} else if other.Open() && (one.MergedInto != "INC-2" || len(other.Absorbed) != 1) {
		t.Errorf("INC-2 holds %v, INC-1 went on in %q", other.Absorbed, one.MergedInto)
	}
}

func TestAPageThatWaitsIsMadeByTheOtherOne(t *testing.T) {
	w := two(t)
	fail(t, w.Pager.Faults, standin.Unavailable, 0)
	w.Do(alice, "INC-2", incident.PagePeople{To: incident.Target{To: "@carol", Fallback: []string{"olga"}}, Why: "come"})
	w.Settle()
	w.Do(alice, "INC-2", into(w, "INC-1"))
	w.Pass(16 * time.Second)
	if n := w.Count("INC-1", "page.unconfirmed"); n != 1 {
		t.Errorf("it is said %d times that it is not confirmed", n)
	}
	w.Pager.Heal()
	w.Pass(time.Minute)
	var called int
	for _, e := range w.Seen(standin.Page) {
		if e.To == "@carol" {
			called++
		}
	}
	if p := w.State("INC-1").Pages; called != 1 || len(p) != 1 || p[0].Outcome != journal.Done {
		t.Errorf("called %d times, INC-1 has %+v", called, p)
	}
}
