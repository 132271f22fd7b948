package engine

import (
	"context"
	"errors"
	"sync/atomic"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
)

// book is one journal as far as this process has read it. One mutex a journal:
// writers of one incident take turns here rather than racing in the store.
type book struct {
	turn  turn
	name  string
	state incident.State
	spans map[string]storage.Span // command id -> where it landed
	// shown is state for those who do not take the turn; nil before anything
	// was read.
	shown atomic.Pointer[incident.State]
}

type registerBook struct {
	turn  turn
	state incident.Register
	spans map[string]string // command id -> id of the incident it opened
	read  atomic.Uint64     // state.Entries, for those who do not take the turn
}

func (e *Engine) book(name string) *book {
	e.mu.Lock()
	defer e.mu.Unlock()
	b, ok := e.books[name]
	if !ok {
		b = &book{turn: newTurn(), name: name, spans: map[string]storage.Span{}}
		e.books[name] = b
	}
	return b
}

// catchUp folds what others have appended. The caller has the turn.
func (e *Engine) catchUp(ctx context.Context, b *book) error {
	return e.follow(ctx, b.name, func() (uint64, string) { return b.state.Entries, b.state.Head }, b.apply, b.drop)
}

// drop forgets what was read.
func (b *book) drop() {
	b.state, b.spans = incident.State{}, map[string]storage.Span{}
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

func (b *book) apply(entries ...journal.Entry) {
	if len(entries) == 0 {
		return
	}
	b.state = incident.Fold(b.state, entries...)
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
	if s := b.state; s.Entries > 0 {
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
