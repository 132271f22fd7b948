// Package engine is the step-wise core: Do loads a journal, decides and
// appends; Advance performs what is ready and fires what is due at an instant.
// Nothing runs by itself: serve wraps both in goroutines, rehearse steps them.
package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/storage"
)

// Performer does effects of one type. It returns the provider's name for what
// was done. When the attempt is doubtful it looks before it does it again. A
// *fault.Error with Permanent set ends the effect; an error with a method
// RetryAfter() time.Duration sets the earliest next try, and one with a method
// Untouched() bool that is true leaves no doubt that nothing was done; every
// other error is tried again as one that may have reached the provider. The
// performer itself never retries.
type Performer = PerformerOf[incident.State]

// PerformerOf is a Performer for the effects of a journal that adds up to S.
type PerformerOf[S any] interface {
	Perform(ctx context.Context, s S, a journal.Attempt) (ref string, err error)
}

// Display draws something that is computed from state, such as the headline.
// It is called after a journal has changed and again at next, which is zero
// when it has nothing left to draw. Drawing is never recorded. Several incidents
// are drawn at once, one incident never twice at once.
type Display interface {
	Display(ctx context.Context, s incident.State, now time.Time) (next time.Time)
}

// Options are what an engine needs. Store and Clock are required.
type Options struct {
	Store      storage.Store
	Clock      clock.Clock
	Performers map[string]Performer // by effect type
	Displays   []Display            // drawn by the replica that performs
	Readiness  Readiness            // of the journal of ratings and reviews
	// Private is drawn by every replica: what only the replica that answered
	// somebody can add to its answer.
	Private []Display
	// Spawn runs one call of a performer. The default runs it in a goroutine;
	// rehearsals run it inline and spend virtual time.
	Spawn func(func())
	// Apart is the least time between two messages that are sent into one
	// place, by platform. There is never more than one under way.
	Apart map[string]time.Duration
	// Appended is told every entry this engine has appended, in order.
	Appended func([]journal.Entry)
	Replica  string // holder of the perform lease; default "local"
	Seed     uint64 // of the jitter
	Log      *slog.Logger
	// LeaseLife is how long the perform lease lasts without renewal.
	LeaseLife time.Duration
}

// Engine is safe for concurrent use; Advance is called by one goroutine at a
// time.
type Engine struct {
	opts     Options
	displays []Display // all that the performing replica draws
	wake     chan struct{}

	mu       sync.Mutex
	books    map[string]*book[incident.State]
	register registerBook
	ratings  *book[readiness.State]
	active   map[string]*agenda // incidents that may have something to do
	fresh    map[string]bool    // effect keys requested by this process
	grown    map[string]growth  // journals known to have grown by others' hands
	aside    map[string]string  // incidents that cannot be read on, and why
	drawings int                // incidents that are being drawn

	sched    scheduler
	stepping sync.Mutex // one Advance at a time

	calls  sync.WaitGroup  // under way
	life   context.Context // of the calls; ends when finish gives them up
	giveUp context.CancelFunc
}

// New returns an engine. Open must be called before Do and Advance.
func New(o Options) *Engine {
	if o.Spawn == nil {
		o.Spawn = func(f func()) { go f() }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Replica == "" {
		o.Replica = "local"
	}
	if o.LeaseLife == 0 {
		o.LeaseLife = 15 * time.Second
	}
	life, giveUp := context.WithCancel(context.Background())
	return &Engine{
		opts: o, life: life, giveUp: giveUp, displays: slices.Concat(o.Displays, o.Private), wake: make(chan struct{}, 1), register: registerBook{turn: newTurn()},
		books: map[string]*book[incident.State]{}, ratings: newBook(readiness.Journal, ofReadiness), active: map[string]*agenda{}, fresh: map[string]bool{}, grown: map[string]growth{}, aside: map[string]string{},
		sched: scheduler{tries: map[string]*try{}, groups: map[string]*group{}, lanes: map[lane]*turnOf{}, apart: o.Apart, rand: rand.New(rand.NewPCG(o.Seed, 1))},
	}
}

// Open reads the register and takes up every incident that is not over. It may
// be called again when others may have written that this process was not told
// of.
func (e *Engine) Open(ctx context.Context) error {
	reg, err := e.loadRegister(ctx)
	if err != nil {
		return err
	}
	for _, id := range reg.Active() {
		e.mayHaveGrown(id, unknownGrowth)
	}
	if e.opts.Readiness.Due != nil {
		e.mayHaveGrown(readiness.Journal, unknownGrowth)
	}
	return nil
}

// meet takes up the incidents of the register that this process has not heard
// of.
func (e *Engine) meet(ctx context.Context) error {
	reg, err := e.loadRegister(ctx)
	if err != nil {
		return err
	}
	for _, id := range reg.Active() {
		e.mu.Lock()
		_, known := e.active[id]
		e.mu.Unlock()
		if !known {
			e.stir(id)
		}
	}
	return nil
}

// Wake fires when Advance may have something new to do: an append, or the end
// of a call.
func (e *Engine) Wake() <-chan struct{} { return e.wake }

// State returns what an incident's journal adds up to now. An unknown id is
// E_UNKNOWN_ID. Of a frozen journal it is what can be read, and Frozen says why
// there is no more.
func (e *Engine) State(ctx context.Context, id string) (incident.State, error) {
	b := e.book(id)
	if err := b.turn.take(ctx, id); err != nil {
		return incident.State{}, err
	}
	defer b.turn.give()
	before := e.heard(id)
	if err := b.catchUp(ctx, e); err != nil {
		return asFrozen(b, err)
	}
	e.caughtUp(id, b.state.Entries, before)
	if b.state.Entries == 0 {
		e.putAway(id)
		return incident.State{}, fault.Newf(fault.UnknownID, "`/incident list all` lists them.", "There is no incident %s.", id)
	}
	if !b.state.Open() {
		e.putAway(id)
	}
	return b.state, nil
}

// Recent returns the state that this process has, and asks the store only when
// it has none or others are known to have written since. It is good for what
// steers and is decided again, not for what is shown as the truth: what another
// replica writes is told to this one a moment later.
func (e *Engine) Recent(ctx context.Context, id string) (incident.State, error) {
	b := e.book(id)
	if s := b.shown.Load(); s != nil && !e.isBehind(id, s.Entries) {
		return *s, nil
	}
	return e.State(ctx, id)
}

// isBehind says that a journal is known to have grown beyond an entry.
func (e *Engine) isBehind(id string, entries uint64) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.grown[id].seq > entries
}

// putAway forgets what was read of a journal that has nothing to do, so that
// looking at old incidents does not fill the memory.
func (e *Engine) putAway(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, active := e.active[id]; !active {
		delete(e.books, id)
	}
}

// StateAt returns what the first entries of a journal, up to seq, add up to.
func (e *Engine) StateAt(ctx context.Context, id string, seq uint64) (incident.State, error) {
	var s incident.State
	for entry, err := range e.Entries(ctx, id, 0) {
		if err != nil {
			return s, err
		}
		if entry.Seq > seq {
			break
		}
		s = s.Apply(entry)
	}
	return s, nil
}

// Incidents returns the register's lines, oldest first.
func (e *Engine) Incidents(ctx context.Context) ([]incident.Listed, error) {
	reg, err := e.loadRegister(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(reg.Incidents), nil
}

// Entries yields the entries of a journal after a position, decoded. A frozen
// journal ends with the last one that can be read; State says so.
func (e *Engine) Entries(ctx context.Context, journalName string, after uint64) iter.Seq2[journal.Entry, error] {
	return func(yield func(journal.Entry, error) bool) {
		for range 2 {
			rewound := false
			for entry, err := range Read(ctx, e.opts.Store, journalName, after) {
				if rewound = errors.As(err, new(*storage.RewoundError)); rewound {
					break // told once; the next read is of what is there
				}
				if errors.As(err, new(*storage.FrozenError)) {
					return
				}
				if !yield(entry, err) {
					return
				}
			}
			if !rewound {
				return
			}
		}
	}
}

// Read yields the entries of a journal in any store, decoded. A failing store
// yields one E_STORE error.
func Read(ctx context.Context, store storage.Store, name string, after uint64) iter.Seq2[journal.Entry, error] {
	kinds := kindsOf(name)
	return func(yield func(journal.Entry, error) bool) {
		for stored, err := range store.Read(ctx, name, after) {
			if err != nil {
				yield(journal.Entry{}, storeFault(err, "read "+name))
				return
			}
			entry, err := decode(kinds, stored)
			if !yield(entry, err) || err != nil {
				return
			}
		}
	}
}

func decode(kinds journal.Kinds, stored storage.Entry) (journal.Entry, error) {
	entry, err := kinds.Decode(stored.Journal, stored.Seq, stored.Kind, stored.Body)
	entry.Hash = stored.Hash.String()
	return entry, err
}

var (
	incidentKinds  = incident.Kinds()
	registerKinds  = incident.RegisterKinds()
	readinessKinds = readiness.Kinds()
)

func kindsOf(name string) journal.Kinds {
	switch name {
	case incident.RegisterJournal:
		return registerKinds
	case readiness.Journal:
		return readinessKinds
	}
	return incidentKinds
}

// storeFault turns a store's error into what a person sees.
func storeFault(err error, doing string) error {
	var down *storage.UnavailableError
	var archived *storage.ArchivedError
	var frozen *storage.FrozenError
	cause := fmt.Errorf("%s: %w", doing, err)
	switch {
	case errors.As(err, &frozen):
		return fault.Wrap(cause, fault.Store, "NOT RECORDED: "+frozen.String(), fault.From(frozen).Next)
	case fault.CodeOf(err) != "", errors.As(err, new(*storage.RewoundError)):
		return err
	case errors.As(err, &archived):
		return fault.Wrap(cause, fault.Closed, fmt.Sprintf("%s is closed and archived: %s.", archived.Journal, archived.Note),
			"`holdfast archive --restore "+archived.Journal+"` brings it back.")
	case errors.As(err, &down) && down.Doubtful:
		return fault.Wrap(cause, fault.Store, "NOT RECORDED, as far as is known: the journal's store did not confirm in time.",
			"Write it down. Before you repeat it, look whether `/incident timeline` shows it.")
	}
	remedy := "Write it down, and look at the store: `holdfast verify` names what is wrong."
	if down != nil && down.Remedy != "" {
		remedy = down.Remedy
	}
	return fault.Wrap(cause, fault.Store, "NOT RECORDED: the journal's store does not answer.", remedy)
}

func (e *Engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}
