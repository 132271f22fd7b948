package enginetest

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"holdfast/storage"
)

// Store is a store that can be made to refuse or to lose its answer, and that
// counts what it is asked.
type Store struct {
	storage.Store

	mu       sync.Mutex
	refusing bool
	losing   int // appends left whose answer is lost
	refused  int // calls so far
	lasting  bool

	reads, appends int
}

var errDown = errors.New("connection refused")

// Refuse makes every call fail, or ends that.
func (s *Store) Refuse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusing = on
}

// LoseReplies makes the next n appends land without saying so.
func (s *Store) LoseReplies(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losing = n
}

// RefuseForGood makes every call fail in a way that no further try mends.
func (s *Store) RefuseForGood() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusing, s.lasting = true, true
}

// Refused counts the calls that were refused.
func (s *Store) Refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

// Asked counts the reads and appends so far, and forgets them.
func (s *Store) Asked() (reads, appends int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reads, appends = s.reads, s.appends
	s.reads, s.appends = 0, 0
	return reads, appends
}

func (s *Store) down(doing string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusing {
		s.refused++
		return &storage.UnavailableError{Doing: doing, Remedy: "Start the store.", Lasting: s.lasting, Err: errDown}
	}
	return nil
}

func (s *Store) count(calls *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*calls++
}

func (s *Store) losesThis() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.losing == 0 {
		return false
	}
	s.losing--
	return true
}

// Append implements storage.Store.
func (s *Store) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	s.count(&s.appends)
	if err := s.down("append"); err != nil {
		return nil, err
	}
	spans, err := s.Store.Append(ctx, command, writes...)
	if err == nil && s.losesThis() {
		return nil, &storage.UnavailableError{Doing: "append", Doubtful: true, Err: errDown}
	}
	return spans, err
}

// Read implements storage.Store.
func (s *Store) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	s.count(&s.reads)
	if err := s.down("read " + journal); err != nil {
		return func(yield func(storage.Entry, error) bool) { yield(storage.Entry{}, err) }
	}
	return s.Store.Read(ctx, journal, after)
}

// Lease implements storage.Store.
func (s *Store) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if err := s.down("take the lease " + name); err != nil {
		return false, err
	}
	return s.Store.Lease(ctx, name, holder, ttl)
}
