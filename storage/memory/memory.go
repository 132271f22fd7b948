// Package memory is a store that lives as long as its process: for rehearsals
// and tests. It promises the durability class D0, none.
package memory

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
)

// Store keeps journals in memory. It also keeps blobs, lists what it has, and
// can give journals away or freeze them.
type Store struct {
	clock  clock.Clock
	feed   storage.Feed
	leases storage.Leases

	mu       sync.RWMutex
	ledger   *storage.Ledger
	journals map[string][]storage.Entry
	archived map[string]*storage.ArchivedError
	frozen   map[string]*storage.FrozenError
	blobs    map[string][]byte
	closed   bool
}

var (
	_ storage.Copyable   = (*Store)(nil)
	_ storage.Blobs      = (*Store)(nil)
	_ storage.BlobLister = (*Store)(nil)
	_ storage.Archiver   = (*Store)(nil)
	_ storage.Freezer    = (*Store)(nil)
)

var errClosed = errors.New("the store is closed")

// New returns an empty store that reads the time from c.
func New(c clock.Clock) *Store {
	return &Store{
		clock:    c,
		ledger:   storage.NewLedger(),
		journals: map[string][]storage.Entry{},
		archived: map[string]*storage.ArchivedError{},
		frozen:   map[string]*storage.FrozenError{},
		blobs:    map[string][]byte{},
	}
}

// Append implements storage.Store.
func (s *Store) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	if err := storage.CheckForm(command, writes); err != nil {
		return nil, err
	}
	const doing = "append to a journal in memory"
	if err := ctx.Err(); err != nil {
		return nil, &storage.UnavailableError{Doing: doing, Err: err}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, &storage.UnavailableError{Doing: doing, Lasting: true, Err: errClosed}
	}
	if err := s.shut(command, writes); err != nil {
		return nil, err
	}
	batch, err := s.ledger.Admit(command, s.clock.Now(), writes)
	if err != nil {
		return nil, err
	}
	for _, e := range batch.Entries {
		e.Body = bytes.Clone(e.Body)
		s.journals[e.Journal] = append(s.journals[e.Journal], e)
	}
	for _, span := range batch.Spans {
		s.feed.Grew(storage.Growth{Journal: span.Journal, Seq: span.Last})
	}
	return slices.Clone(batch.Spans), nil
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	s.mu.RLock()
	entries, end := s.journals[journal], s.end(journal)
	if s.closed {
		entries = nil
	}
	s.mu.RUnlock()
	return func(yield func(storage.Entry, error) bool) {
		for _, e := range entries[min(after, uint64(len(entries))):] {
			if err := ctx.Err(); err != nil {
				yield(storage.Entry{}, &storage.UnavailableError{Doing: "read " + journal, Err: err})
				return
			}
			e.Body = bytes.Clone(e.Body)
			if !yield(e, nil) {
				return
			}
		}
		if end != nil {
			yield(storage.Entry{}, end)
		}
	}
}

// end returns what stands behind the last entry that can be read.
func (s *Store) end(journal string) error {
	if s.closed {
		return &storage.UnavailableError{Doing: "read " + journal, Lasting: true, Err: errClosed}
	}
	if gone, found := s.archived[journal]; found {
		return gone
	}
	if cold, found := s.frozen[journal]; found {
		return cold
	}
	return nil
}

// Watch implements storage.Store.
func (s *Store) Watch(ctx context.Context) (<-chan storage.Growth, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, &storage.UnavailableError{Doing: "watch for change", Lasting: true, Err: errClosed}
	}
	return s.feed.Watch(ctx), nil
}

// Lease implements storage.Store.
func (s *Store) Lease(_ context.Context, name, holder string, ttl time.Duration) (bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return false, &storage.UnavailableError{Doing: "take the lease " + name, Lasting: true, Err: errClosed}
	}
	return s.leases.Take(name, holder, s.clock.Now(), ttl), nil
}

// Journals implements storage.Lister.
func (s *Store) Journals(context.Context) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.journals)), nil
}

// Close ends every watch; what was kept is gone. Closing twice is harmless.
func (s *Store) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.feed.Close()
	return nil
}
