package engine

import (
	"context"
	"errors"
	"sync/atomic"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/storage"
)

// book is one journal as far as this process has read it. One mutex a journal:
// writers of one incident take turns here rather than racing in the store.
type book[S any] struct {
	turn  turn
	name  string
	of    nature[S]
	state S
	spans map[string]storage.Span // command id -> where it landed
	// shown is state for those who do not take the turn; nil before anything
	// was read.
	shown atomic.Pointer[S]
}

// nature is what must be known of what a journal is about, to read it and to add
// to it.
type nature[S any] struct {
	fold func(S, ...journal.Entry) S
	at   func(S) (entries uint64, head string)
	last func(S) string // who has done the last thing; "" when it does not matter
}

var (
	ofIncidents = nature[incident.State]{incident.Fold, func(s incident.State) (uint64, string) { return s.Entries, s.Head }, incident.State.LastActor}
	ofReadiness = nature[readiness.State]{readiness.Fold, func(s readiness.State) (uint64, string) { return s.Entries, s.Head }, func(readiness.State) string { return "" }}
)

func newBook[S any](name string, of nature[S]) *book[S] {
	return &book[S]{turn: newTurn(), name: name, of: of, spans: map[string]storage.Span{}}
}

// entries is how many of the journal's entries have been read.
func (b *book[S]) entries() uint64 {
	n, _ := b.of.at(b.state)
	return n
}

type registerBook struct {
	turn  turn
	state incident.Register
	spans map[string]string // command id -> id of the incident it opened
	read  atomic.Uint64     // state.Entries, for those who do not take the turn
}

func (e *Engine) book(name string) *book[incident.State] {
	e.mu.Lock()
	defer e.mu.Unlock()
	b, ok := e.books[name]
	if !ok {
		b = newBook(name, ofIncidents)
		e.books[name] = b
	}
	return b
}

// catchUp folds what others have appended. The caller has the turn.
func (b *book[S]) catchUp(ctx context.Context, e *Engine) error {
	return e.follow(ctx, b.name, func() (uint64, string) { return b.of.at(b.state) }, b.apply, b.drop)
}

// drop forgets what was read.
func (b *book[S]) drop() {
	var nothing S
	b.state, b.spans = nothing, map[string]storage.Span{}
	b.shown.Store(nil)
}

// follow reads a journal on from where at says that its reader stands. When the
// journal no longer is what was read, as after a failover that lost what nobody
// was answered for, it drops that and reads all anew.
func (e *Engine) follow(ctx context.Context, name string, at func() (uint64, string), apply func(...journal.Entry), drop func()) error {
	return patiently(ctx, func() error {
		err := e.readOn(ctx, name, at, apply)
		var rewound *storage.RewoundError
		if !errors.As(err, &rewound) {
			return err
		}
		e.opts.Log.Warn("journal went back, reading it anew", "journal", name, "had", rewound.Had.Seq, "has", rewound.Has.Seq)
		drop()
		return e.readOn(ctx, name, at, apply)
	})
}

// readOn begins with the last entry that was read: is it still there, and the
// same? Everything after it is applied.
func (e *Engine) readOn(ctx context.Context, name string, at func() (uint64, string), apply func(...journal.Entry)) error {
	last, head := at()
	var grown []journal.Entry
	defer func() { apply(grown...) }()
	footing, kinds := last == 0, kindsOf(name)
	for stored, err := range e.opts.Store.Read(ctx, name, max(last, 1)-1) {
		if err != nil {
			return storeFault(err, "read "+name)
		}
		if !footing {
			if footing = stored.Seq == last && stored.Hash.String() == head; !footing {
				return wentBack(name, last, stored.Seq)
			}
			continue
		}
		entry, err := decode(kinds, stored)
		if err != nil {
			return err
		}
		grown = append(grown, entry)
	}
	if !footing {
		return wentBack(name, last, last-1)
	}
	return nil
}

func wentBack(name string, had, has uint64) error {
	return &storage.RewoundError{Journal: name, Had: storage.Head{Seq: had}, Has: storage.Head{Seq: has}}
}

func (b *book[S]) apply(entries ...journal.Entry) {
	if len(entries) == 0 {
		return
	}
	b.state = b.of.fold(b.state, entries...)
	for _, entry := range entries {
		if entry.Command == "" {
			continue
		}
		span, ok := b.spans[entry.Command]
		if !ok {
			span = storage.Span{Journal: b.name, First: entry.Seq}
		}
		span.Last = entry.Seq
		b.spans[entry.Command] = span
	}
	if s := b.state; b.entries() > 0 {
		b.shown.Store(&s)
	}
}

// loadRegister folds what has been appended to the register and returns it.
func (e *Engine) loadRegister(ctx context.Context) (incident.Register, error) {
	if err := e.register.turn.take(ctx, incident.RegisterJournal); err != nil {
		return incident.Register{}, err
	}
	defer e.register.turn.give()
	if err := e.catchUpRegister(ctx); err != nil {
		return incident.Register{}, err
	}
	reg := e.register.state
	reg.Incidents = append([]incident.Listed{}, reg.Incidents...)
	return reg, nil
}

func (e *Engine) catchUpRegister(ctx context.Context) error {
	r := &e.register
	return e.follow(ctx, incident.RegisterJournal, func() (uint64, string) { return r.state.Entries, r.state.Head }, r.apply, r.drop)
}

func (r *registerBook) drop() {
	r.state, r.spans = incident.Register{}, nil
	r.read.Store(0)
}

func (r *registerBook) apply(entries ...journal.Entry) {
	for _, entry := range entries {
		r.state = r.state.Apply(entry)
		if f, ok := entry.Fact.(*incident.Opened); ok && entry.Command != "" {
			if r.spans == nil {
				r.spans = map[string]string{}
			}
			r.spans[entry.Command] = f.ID
		}
	}
	r.read.Store(r.state.Entries)
}
