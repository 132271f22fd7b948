package journal_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"holdfast/journal"
)

func requested(seq uint64, key string, after ...string) journal.Entry {
	return entry(seq, &journal.Requested{Effect: journal.Effect{Type: journal.Post, Key: key, After: after}})
}

func entry(seq uint64, f journal.Fact) journal.Entry {
	at := time.Date(2026, 2, 13, 9, 0, int(seq), 0, time.UTC)
	return journal.Entry{Journal: "INC-1", Seq: seq, Meta: journal.Meta{At: at, Recorded: at}, Fact: f}
}

func keys(of []journal.Tracked) []string {
	names := []string{}
	for _, t := range of {
		names = append(names, fmt.Sprintf("%s %s", t.Key, t.Outcome))
	}
	return names
}

// A preview grows an outbox that the running engine grows on, too.
func TestTwoOutboxesThatGrowFromOneDoNotMeet(t *testing.T) {
	var o journal.Outbox
	for n := range uint64(20) {
		name := fmt.Sprint("e", n)
		o = o.Apply(requested(n+1, name))
		before := keys(o.All())
		told := o.Apply(requested(n+2, "told"))
		settled := told.Apply(entry(n+3, &journal.Settled{Type: journal.Post, Key: name}))
		preview := o.Apply(requested(n+2, "preview"))
		want := map[string][]string{
			"the first": before, "one": append(slices.Clip(before), "told pending"), "the other": append(slices.Clip(before), "preview pending"),
		}
		for name, have := range map[string]journal.Outbox{"the first": o, "one": told, "the other": preview} {
			if !slices.Equal(keys(have.All()), want[name]) {
				t.Fatalf("after %d: %s holds %q, want %q", n+1, name, keys(have.All()), want[name])
			}
		}
		if x, _ := settled.Get(name); x.Outcome != journal.Done || settled.Pending() != told.Pending()-1 {
			t.Fatalf("after %d: %+v is not settled", n+1, x)
		}
	}
}

func TestWhatIsSaidInOnePlaceKeepsItsOrder(t *testing.T) {
	say := func(seq uint64, key, to string) journal.Entry {
		return entry(seq, &journal.Requested{Effect: journal.Effect{Type: journal.Post, Key: key, To: to}})
	}
	var o journal.Outbox
	for _, e := range []journal.Entry{
		say(1, "z first", "#inc-1"), say(2, "b to others", "#execs"), say(3, "a second", "#inc-1"),
		entry(4, &journal.Requested{Effect: journal.Effect{Type: journal.Ticket, Key: "c ticket", To: "new"}}), say(5, "m third", "#inc-1"),
	} {
		o = o.Apply(e)
	}
	if got, want := keys(o.Ready()), []string{"z first pending", "b to others pending", "c ticket pending", "a second pending", "m third pending"}; !slices.Equal(got, want) {
		t.Errorf("ready: %q, want %q", got, want)
	}
}

func TestAnEffectWaitsForThoseBeforeIt(t *testing.T) {
	var o journal.Outbox
	o = o.Apply(requested(1, "room")).Apply(requested(2, "post", "room")).Apply(requested(3, "room"))
	o = o.Apply(entry(4, &journal.Requested{Effect: journal.Effect{Type: journal.Page, Key: "team"}}))
	if got, want := keys(o.Ready()), []string{"team pending", "room pending"}; !slices.Equal(got, want) {
		t.Errorf("ready: %q, want pages first and no post: %q", got, want)
	}
	o = o.Apply(entry(5, &journal.Failed{Type: journal.Post, Key: "room", Reason: "refused"}))
	o = o.Apply(entry(6, &journal.Settled{Type: journal.Post, Key: "room"}))
	if got, want := keys(o.Open()), []string{"post pending", "team pending"}; !slices.Equal(got, want) || o.Dead() != 1 {
		t.Errorf("open: %q and %d dead, want %q and 1: the first end counts", got, o.Dead(), want)
	}
	if got, want := keys(o.Ready()), []string{"team pending", "post pending"}; !slices.Equal(got, want) {
		t.Errorf("ready: %q, want %q: a room that failed is over", got, want)
	}
}

func TestARoomIsArchivedWhenNothingElseIsWantedInIt(t *testing.T) {
	want := func(seq uint64, kind, key, to string) journal.Entry {
		return entry(seq, &journal.Requested{Effect: journal.Effect{Type: kind, Key: key, To: to}})
	}
	var o journal.Outbox
	o = o.Apply(want(1, journal.Archive, "archive", "#inc-1")).Apply(want(2, journal.Post, "post", "#inc-1")).Apply(want(3, journal.Post, "elsewhere", "#ops"))
	if got, want := keys(o.Ready()), []string{"elsewhere pending", "post pending"}; !slices.Equal(got, want) {
		t.Errorf("ready: %q, want %q", got, want)
	}
	o = o.Apply(entry(4, &journal.Settled{Type: journal.Post, Key: "post"}))
	if got, want := keys(o.Ready()), []string{"archive pending", "elsewhere pending"}; !slices.Equal(got, want) {
		t.Errorf("ready: %q, want %q", got, want)
	}
}

func TestTicketsAreOpenedInTheOrderInWhichTheyWereAskedFor(t *testing.T) {
	ticket := func(seq uint64, key string) journal.Entry {
		return entry(seq, &journal.Requested{Effect: journal.Effect{Type: journal.Ticket, Key: key, To: "new"}})
	}
	var o journal.Outbox
	o = o.Apply(ticket(1, "T2")).Apply(ticket(2, "T9")).Apply(ticket(3, "T10")).Apply(requested(4, "T3 post"))
	if got, want := keys(o.Ready()), []string{"T2 pending", "T9 pending", "T3 post pending", "T10 pending"}; !slices.Equal(got, want) {
		t.Errorf("ready: %q, want %q", got, want)
	}
}
