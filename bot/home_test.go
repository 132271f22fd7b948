package bot_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/templates"
)

// wall is where homes are shown, and what they are to say.
type wall struct {
	*testing.T
	clock *clock.Manual
	homes *bot.Homes
	says  string
	fail  error
	shown []string // "person: what"
}

func hung(t *testing.T) *wall {
	w := &wall{T: t, clock: clock.NewManual(start), says: "a"}
	w.homes = &bot.Homes{Platform: w, Now: w.clock.Now, Log: slog.New(slog.DiscardHandler), Draw: func(context.Context, string) (templates.Message, error) {
		return templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: w.says}}}}}, nil
	}}
	return w
}

func (w *wall) ShowPage(_ context.Context, person string, m templates.Message) error {
	w.shown = append(w.shown, person+": "+templates.Plain(m))
	return w.fail
}

// step draws what is due and returns how many pages were shown, and how long
// the next one waits; 0 when none does.
func (w *wall) step() (shown int, wait time.Duration) {
	w.shown = nil
	if next := w.homes.Step(w.Context()); !next.IsZero() {
		wait = next.Sub(w.clock.Now())
	}
	return len(w.shown), wait
}

func (w *wall) want(what string, shown int, wait time.Duration) {
	w.Helper()
	if n, next := w.step(); n != shown || next != wait {
		w.Errorf("%s: %v shown, the next in %s; want %d and %s", what, w.shown, next, shown, wait)
	}
}

func TestAHomeIsDrawnWhenItIsOpenedAndAtMostOnceASecond(t *testing.T) {
	w := hung(t)
	w.homes.Did("alice")
	w.want("one that nobody has opened", 0, 0)
	for range 5 {
		w.homes.Look("alice")
	}
	w.homes.Look("bob")
	w.want("two that were opened", 2, 0)
	w.homes.Look("alice")
	w.want("opened again at once", 0, time.Second)
	w.clock.Add(time.Second)
	w.want("a second later", 1, 0)
	w.clock.Add(time.Minute)
	w.homes.Did("alice")
	w.want("done something that changes nothing", 0, 0)
	w.clock.Add(time.Second)
	w.says = "b"
	w.homes.Did("alice")
	w.want("done something", 1, 0)
}

func TestWhatOthersDoIsSeenByWhomItInvolves(t *testing.T) {
	w, s := hung(t), declared(t)
	for _, person := range []string{"alice", "oscar"} {
		w.homes.Look(person)
	}
	w.step()
	w.says = "b"
	w.homes.Display(t.Context(), s.state, w.clock.Now())
	w.want("at once after it was drawn", 0, 10*time.Second)
	w.clock.Add(10 * time.Second)
	if n, _ := w.step(); n != 1 || w.shown[0] != "alice: b" {
		t.Errorf("shown %v", w.shown)
	}
	w.clock.Add(9 * time.Hour)
	w.says = "c"
	w.homes.Display(t.Context(), s.state, w.clock.Now())
	w.want("one that was looked at long ago", 0, 0)
}

type later time.Duration

func (later) Error() string               { return "later" }
func (l later) RetryAfter() time.Duration { return time.Duration(l) }

func TestAHomeThatCannotBeShownWaitsForTheNextTime(t *testing.T) {
	w := hung(t)
	w.fail = errors.New("down")
	w.homes.Look("alice")
	w.want("down", 1, 0)
	w.fail = nil
	w.clock.Add(time.Minute)
	w.homes.Did("alice")
	w.want("the same words, which nobody has seen", 1, 0)
	w.fail = later(30 * time.Second)
	w.clock.Add(time.Minute)
	w.homes.Look("alice")
	w.want("too many", 1, 30*time.Second)
}

// says answers everything.
type says struct{}

func (says) Handle(context.Context, bot.Request) bot.Reply { return bot.Reply{} }

func TestAHomeIsDrawnAgainAfterAPress(t *testing.T) {
	w := hung(t)
	h := w.homes.After("slack", says{})
	h.Handle(t.Context(), bot.Request{Platform: "console", Person: "alice", Origin: "button"})
	h.Handle(t.Context(), bot.Request{Platform: "slack", Person: "alice", Origin: "slash", Room: "#ops"})
	w.want("elsewhere", 0, 0)
	h.Handle(t.Context(), bot.Request{Platform: "slack", Person: "alice", Origin: "button"})
	w.want("on the home", 1, 0)
	w.clock.Add(time.Minute)
	w.says = "b"
	h.Handle(t.Context(), bot.Request{Platform: "slack", Person: "alice", Origin: "slash", Room: "#ops"})
	w.want("in a room", 1, 0)
}

func TestThousandsOfHomesAreForgotten(t *testing.T) {
	w := hung(t)
	for i := range 5000 {
		w.homes.Look(time.Duration(i).String())
	}
	if n, _ := w.step(); n > 2000 {
		t.Errorf("%d are kept", n)
	}
	w.homes.Display(t.Context(), incident.State{}, w.clock.Now())
}
