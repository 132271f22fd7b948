package rehearse

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"holdfast/engine"
	"holdfast/journal"
	"holdfast/storage"
)

// errDied is what everything answers that a dead process still asks for.
var errDied = errors.New("the process has ended")

// life is one process: it can be made to end at a point, and from then on
// reaches neither its store nor anybody outside.
type life struct {
	mu    sync.Mutex
	point string // where it will end; empty: nowhere
	ended bool
}

// arm makes the process end the next time it comes to the point.
func (l *life) arm(point string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.point = point
}

// disarm takes the point back and reports whether there was one.
func (l *life) disarm() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.point != ""
	l.point = ""
	return was
}

// over reports whether the process has ended.
func (l *life) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ended
}

// reach ends the process when it is armed for the point, and reports whether
// it has ended.
func (l *life) reach(point string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = l.ended || l.point == point
	return l.ended
}

// mortalStore is the store as one process reaches it.
type mortalStore struct {
	storage.Store
	life *life
}

func (s *mortalStore) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	gone := &storage.UnavailableError{Doing: "append to " + writes[0].Journal, Err: errDied}
	if s.life.over() || settles(writes) && s.life.reach(BeforeSettle) {
		return nil, gone
	}
	spans, err := s.Store.Append(ctx, command, writes...)
	if err == nil && s.life.reach(AfterAppend) {
		return nil, gone
	}
	return spans, err
}

func (s *mortalStore) Read(ctx context.Context, name string, after uint64) iter.Seq2[storage.Entry, error] {
	if !s.life.over() {
		return s.Store.Read(ctx, name, after)
	}
	return func(yield func(storage.Entry, error) bool) {
		yield(storage.Entry{}, &storage.UnavailableError{Doing: "read " + name, Err: errDied})
	}
}

func (s *mortalStore) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if s.life.over() {
		return false, &storage.UnavailableError{Doing: "lease " + name, Err: errDied}
	}
	return s.Store.Lease(ctx, name, holder, ttl)
}

// mortalPerformer is a performer as one process reaches it.
type mortalPerformer[S any] struct {
	engine.PerformerOf[S]
	life *life
}

func (p *mortalPerformer[S]) Perform(ctx context.Context, s S, a journal.Attempt) (string, error) {
	if p.life.over() {
		return "", errDied
	}
	ref, err := p.PerformerOf.Perform(ctx, s, a)
	if err == nil && p.life.reach(AfterSend) {
		return "", errDied
	}
	return ref, err
}
