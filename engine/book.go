package engine

import (
	"context"
	"errors"
	"sync"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
)

// book is one journal as far as this process has read it. One mutex a journal:
// writers of one incident take turns here rather than racing in the store.
type book struct {
	mu    sync.Mutex
	name  string
	state incident.State
	spans map[string]storage.Span // command id -> where it landed
}

type registerBook struct {
	mu    sync.Mutex
	state incident.Register
	spans map[string]string // command id -> id of the incident it opened
}

func (e *Engine) book(name string) *book {
	e.mu.Lock()
	defer e.mu.Unlock()
	b, ok := e.books[name]
	if !ok {
		b = &book{name: name, spans: map[string]storage.Span{}}
		e.books[name] = b
	}
	return b
}

// catchUp folds what others have appended. The caller holds b.mu.
func (e *Engine) catchUp(ctx context.Context, b *book) error {
	var grown []journal.Entry
	for entry, err := range e.Entries(ctx, b.name, b.state.Entries) {
		if err != nil {
			b.apply(grown...)
			return err
		}
		grown = append(grown, entry)
	}
	b.apply(grown...)
	return nil
}

func (b *book) apply(entries ...journal.Entry) {
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
}

// loadRegister folds what has been appended to the register and returns it.
func (e *Engine) loadRegister(ctx context.Context) (incident.Register, error) {
	e.register.mu.Lock()
	defer e.register.mu.Unlock()
	if err := e.catchUpRegister(ctx); err != nil {
		return incident.Register{}, err
	}
	reg := e.register.state
	reg.Incidents = append([]incident.Listed{}, reg.Incidents...)
	return reg, nil
}

func (e *Engine) catchUpRegister(ctx context.Context) error {
	r := &e.register
	for entry, err := range e.Entries(ctx, incident.RegisterJournal, r.state.Entries) {
		if err != nil {
			return err
		}
		r.apply(entry)
	}
	return nil
}

func (r *registerBook) apply(entry journal.Entry) {
	r.state = r.state.Apply(entry)
	if f, ok := entry.Fact.(*incident.Opened); ok && entry.Command != "" {
		if r.spans == nil {
			r.spans = map[string]string{}
		}
		r.spans[entry.Command] = f.ID
	}
}

func asUnavailable(err error, down **storage.UnavailableError) bool { return errors.As(err, down) }
