// Package enginetest is a whole world for tests of the engine: a store, a
// clock that is stepped, and stand-ins that keep what has reached them, while
// engines come and go.
package enginetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/rehearse/standin"
	"holdfast/storage/memory"
)

// Start is the instant at which every world begins.
var Start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// T is what a world needs of a test; a property's T has it too.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

// World is a store with everything around it. Its engines share it and may
// crash; it survives them.
type World struct {
	T
	Clock   *clock.Manual
	Store   *Store
	Pager   *standin.Pager
	Tracker *standin.Tracker
	Chat    *Chat
	// Events is what has reached the providers, in that order.
	Events []standin.Event
	// Tries is every call a performer was given, whatever came of it.
	Tries []Try
	// Apart is the least time between two messages into one place, for engines
	// that start from now on.
	Apart time.Duration
	// Displays are drawn by engines that start from now on.
	Displays []engine.Display
	// Caller pages people in place of Pager, for engines that start from now on.
	Caller integrations.Pager
	// Keeps keeps tickets in place of Tracker, for engines that start from now on;
	// nil: nobody does.
	Keeps integrations.Tracker
	// Due is what falls due in the journal of ratings, for engines that start from
	// now on; nil: nothing does.
	Due func(s readiness.State, now time.Time) ([]readiness.Timer, time.Time)
	// Others perform what nobody else here does, and may stand before who does, for
	// engines that start from now on: by effect type.
	Others map[string]engine.Performer
	// Page is the status page, and Shows shows what it says in its place, for
	// engines that start from now on.
	Page  *standin.StatusPage
	Shows integrations.StatusPage
	// Engine is the one that Do and Declare ask.
	Engine *engine.Engine

	alive      []*engine.Engine
	deliveries atomic.Int64
	mu         sync.Mutex // guards Events and Tries
}

// New returns a world with one engine, "a".
func New(t T) *World {
	c := clock.NewManual(Start)
	w := &World{T: t, Clock: c, Store: &Store{Store: memory.New(c)}, Pager: standin.NewPager(c), Tracker: standin.NewTracker(c, "OPS"), Page: standin.NewStatusPage(c)}
	note := func(e standin.Event) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.Events = append(w.Events, e)
	}
	w.Chat = &Chat{Faults: standin.NewFaults("the chat", c), clock: c, tell: note, sent: map[string]string{}}
	w.Pager.On(note)
	w.Tracker.On(note)
	w.Page.On(note)
	w.Engine = w.Boot("a")
	return w
}

// Boot starts one more engine on the same store and opens it. It makes its
// calls inline, so that Pass can step it.
func (w *World) Boot(replica string) *engine.Engine {
	w.Helper()
	e := w.boot(replica, func(f func()) { f() })
	w.alive = append(w.alive, e)
	return e
}

// BootLoose is Boot with calls in goroutines; the test advances it.
func (w *World) BootLoose(replica string) *engine.Engine {
	w.Helper()
	return w.boot(replica, func(f func()) { go f() })
}

func (w *World) boot(replica string, spawn func(func())) *engine.Engine {
	w.Helper()
	o := w.options(replica)
	o.Spawn = spawn
	e := engine.New(o)
	if err := e.Open(context.Background()); err != nil {
		w.Fatalf("open %s: %v", replica, err)
	}
	return e
}

func (w *World) options(replica string) engine.Options {
	tickets := integrations.Ticketing{Tracker: w.Tracker}
	caller := w.Caller
	if caller == nil {
		caller = w.Pager
	}
	page := integrations.Publishing{Page: w.Page}
	if w.Shows != nil {
		page.Page = w.Shows
	}
	if w.Keeps != nil {
		tickets.Tracker = w.Keeps
	}
	advice := engine.Readiness{Performers: map[string]engine.PerformerOf[readiness.State]{journal.DM: advised{w.tap(w.Chat)}}, Due: w.Due}
	o := engine.Options{
		Readiness: advice,
		Store:     w.Store, Clock: w.Clock, Replica: replica, Seed: 1, Apart: map[string]time.Duration{"console": w.Apart}, Displays: w.Displays,
		Performers: map[string]engine.Performer{
			journal.Page: w.tap(integrations.Paging{Pager: caller}), journal.Ticket: w.tap(tickets), journal.Link: w.tap(tickets), journal.Comment: w.tap(tickets), journal.Transition: w.tap(tickets),
			journal.Room: w.tap(w.Chat), journal.Invite: w.tap(w.Chat), journal.Post: w.tap(w.Chat), journal.DM: w.tap(w.Chat), journal.Archive: w.tap(w.Chat),
			journal.StatusPage: w.tap(page),
		},
	}
	for kind, p := range w.Others {
		o.Performers[kind] = w.tap(p)
	}
	return o
}

// Try is one call that a performer was given.
type Try struct {
	journal.Attempt
	At time.Time
}

// tap notes the tries of a performer.
func (w *World) tap(p engine.Performer) engine.Performer { return tapped{w, p} }

type tapped struct {
	world *World
	engine.Performer
}

func (t tapped) Perform(ctx context.Context, s incident.State, a journal.Attempt) (string, error) {
	t.world.mu.Lock()
	t.world.Tries = append(t.world.Tries, Try{a, t.world.Clock.Now()})
	t.world.mu.Unlock()
	return t.Performer.Perform(ctx, s, a)
}

// advised says in the chat what the journal of ratings has to say.
type advised struct{ chat engine.Performer }

func (p advised) Perform(ctx context.Context, _ readiness.State, a journal.Attempt) (string, error) {
	return p.chat.Perform(ctx, incident.State{}, a)
}

// Crash forgets an engine and all it has in memory.
func (w *World) Crash(e *engine.Engine) {
	w.alive = slices.DeleteFunc(w.alive, func(x *engine.Engine) bool { return x == e })
}

// Restart crashes the engine and starts it again under its old name.
func (w *World) Restart() {
	w.Helper()
	w.Crash(w.Engine)
	w.Engine = w.Boot("a")
}

// Settle lets every engine do what can be done now.
func (w *World) Settle() { w.Until(w.Clock.Now()) }

// Pass lets d go by; everything due on the way happens at its time.
func (w *World) Pass(d time.Duration) {
	w.Helper()
	w.Until(w.Clock.Now().Add(d))
}

// Until steps the clock to t.
func (w *World) Until(t time.Time) {
	w.Helper()
	still := 0
	for {
		now := w.Clock.Now()
		next := w.step(now)
		switch {
		case next.IsZero() || next.After(t):
			if !now.Before(t) {
				return
			}
			next = t
		case !next.After(now):
			if still++; still > 100 {
				w.Fatalf("the engines stand still at %s and want to go on", now)
			}
			continue
		}
		still = 0
		w.Clock.Set(next)
	}
}

func (w *World) step(now time.Time) (next time.Time) {
	for _, e := range w.alive {
		if _, n := e.Advance(context.Background(), now); !n.IsZero() && (next.IsZero() || n.Before(next)) {
			next = n
		}
	}
	return next
}

// Delivery returns an id that no delivery has had.
func (w *World) Delivery() string {
	return fmt.Sprintf("d%d", w.deliveries.Add(1))
}

// By returns a command of a person, with a delivery id of its own.
func (w *World) By(who incident.Person, journal string, a incident.Action) engine.Command {
	return engine.Command{ID: w.Delivery(), Journal: journal, Action: a, Actor: who, Source: "slash", Room: "#ops", Platform: "console"}
}

// Do performs a person's action and demands that it is accepted.
func (w *World) Do(who incident.Person, journal string, a incident.Action) engine.Result {
	w.Helper()
	r, err := w.Engine.Do(context.Background(), w.By(who, journal, a))
	if err != nil {
		w.Fatalf("%s: %T: %v", who.ID, a, err)
	}
	return r
}

// Declare declares and demands that it is accepted.
func (w *World) Declare(who incident.Person, d incident.Declare) engine.Result {
	w.Helper()
	r, err := w.Engine.Declare(context.Background(), w.By(who, "", nil), d)
	if err != nil {
		w.Fatalf("%s declares: %v", who.ID, err)
	}
	return r
}

// Rate performs a person's action on the journal of ratings and demands that it
// is accepted.
func (w *World) Rate(who incident.Person, a readiness.Action) engine.ResultOf[readiness.State] {
	w.Helper()
	r, err := w.Engine.Rate(context.Background(), w.By(who, "", nil), a)
	if err != nil {
		w.Fatalf("%s: %T: %v", who.ID, a, err)
	}
	return r
}

// Ratings returns what the journal of ratings adds up to.
func (w *World) Ratings() readiness.State {
	w.Helper()
	s, err := w.Engine.Readiness(context.Background())
	if err != nil {
		w.Fatalf("state of the ratings: %v", err)
	}
	return s
}

// State returns what a journal adds up to.
func (w *World) State(id string) incident.State {
	w.Helper()
	s, err := w.Engine.State(context.Background(), id)
	if err != nil {
		w.Fatalf("state of %s: %v", id, err)
	}
	return s
}
