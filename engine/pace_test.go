package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/engine/enginetest"
	"holdfast/incident"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

// room is where the first incident of a world is talked about.
const room = "#inc-1-checkout-failing"

func decides(w *enginetest.World, texts ...string) {
	for _, text := range texts {
		w.Do(bob, "INC-1", incident.MakeDecision{Text: text, Because: "lag"})
	}
}

// said returns what has reached a place, and when, counted from a moment.
func said(w *enginetest.World, place string, since time.Time) (texts []string, at []time.Duration) {
	for _, e := range w.Seen(journal.Post) {
		if e.To == place && !e.At.Before(since) {
			texts, at = append(texts, e.Text), append(at, e.At.Sub(since))
		}
	}
	return texts, at
}

func TestWhatIsSaidInOnePlaceComesOneByOneAndApart(t *testing.T) {
	w := enginetest.New(t)
	w.Apart = time.Second
	w.Restart()
	w.Declare(alice, enginetest.Outage())
	w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
	w.Pass(10 * time.Second)
	began := w.Clock.Now()
	decides(w, "one", "two", "three")
	w.Pass(10 * time.Second)
	texts, at := said(w, room, began)
	if want := []string{"decision D1", "decision D2", "decision D3"}; !slices.Equal(texts, want) {
		t.Errorf("said %q, want %q", texts, want)
	}
	if want := []time.Duration{0, time.Second, 2 * time.Second}; !slices.Equal(at, want) {
		t.Errorf("said at %v, want %v", at, want)
	}
}

func TestOnePlaceDoesNotWaitForAnother(t *testing.T) {
	w := enginetest.New(t)
	w.Apart = time.Minute
	w.Restart()
	d := enginetest.Outage()
	d.Terms.ExecRoom = "#execs"
	w.Declare(alice, d)
	w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
	w.Pass(5 * time.Minute)
	began := w.Clock.Now()
	decides(w, "one")
	w.Do(bob, "INC-1", incident.SendUpdate{Audience: incident.Exec, Text: "cards fail"})
	w.Settle()
	for _, place := range []string{room, "#execs"} {
		if texts, _ := said(w, place, began); len(texts) != 1 {
			t.Errorf("%s has heard %q, want one message at once", place, texts)
		}
	}
}

func TestWhenAPlatformIsBackEverythingGoesAtOnceAndInOrder(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
	w.Pass(time.Second)
	fail(t, w.Chat.Faults, standin.Unavailable, 0)
	began := w.Clock.Now()
	decides(w, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
	w.Pass(10 * time.Minute)
	w.Chat.Heal()
	w.Pass(2 * time.Minute)
	texts, at := said(w, room, began)
	if len(texts) != 12 || !strings.HasPrefix(texts[11], "gap ") {
		t.Fatalf("said %q, want eleven decisions and the digest", texts)
	}
	for i, when := range at {
		if when != at[0] {
			t.Errorf("%s came %s after the first", texts[i], when-at[0])
		}
	}
	// The first is whichever found the platform back.
	rest := texts[1:11]
	want := slices.DeleteFunc(decisions(11), func(d string) bool { return d == texts[0] })
	if !slices.Equal(rest, want) {
		t.Errorf("then said %q, want %q", rest, want)
	}
}

func decisions(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("decision D%d", i+1))
	}
	return all
}

func TestATryThatWasNotLetInLeavesNoDoubt(t *testing.T) {
	w := enginetest.New(t)
	w.Declare(alice, enginetest.Outage())
	w.Do(bob, "INC-1", incident.Claim{Role: incident.Commander})
	w.Settle()
	for mode, doubtful := range map[string]bool{standin.Throttle: false, standin.ServerError: true} {
		before := len(w.Tries)
		fail(t, w.Chat.Faults, mode, 1)
		decides(w, mode)
		for range 60 { // in steps in which the lease is kept: who regains it doubts everything
			w.Pass(time.Second)
		}
		w.Chat.Heal()
		tries := w.Tries[before:]
		if len(tries) != 2 || tries[1].Doubtful != doubtful {
			t.Errorf("%s: %d tries, the last in doubt: %v; want 2 and %v", mode, len(tries), tries[len(tries)-1].Doubtful, doubtful)
		}
	}
}
