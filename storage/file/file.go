// Package file is the embedded store: a directory with one writing process
// and any number of readers. A batch is one checksummed record in a segmented
// log; all writers that wait are served by one write and one fdatasync, and
// none is answered before it. Sealed segments have an index, so a start reads
// only the last segment.
package file

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
)

// Options say how a store is opened. The zero Options are those of a server.
type Options struct {
	// Clock tells when commands land; nil is the machine's.
	Clock clock.Clock
	// ReadOnly opens the store as it is now, without lock or change, beside a
	// running writer too. Its Read does not see what is appended later.
	ReadOnly bool
	// FS stands in for the directory in tests; nil is the directory itself.
	FS FS
	// SegmentSize is the size of a large segment in bytes; 0 is 16 MiB. The
	// first ones are smaller, and one that must hold a larger batch is larger.
	SegmentSize uint32
}

// Store keeps journals and blobs in a directory.
type Store struct {
	dir         string
	fs          FS
	marker      marker
	logs        FS // the folder of the log
	clock       clock.Clock
	readOnly    bool
	segmentSize uint32
	lock        io.Closer

	catalog *catalog
	ice     ice
	state   state
	feed    storage.Feed
	leases  storage.Leases
	queue   *queue
	log     log
	running sync.WaitGroup
	blobs   sync.Mutex
}

var (
	_ storage.Copyable   = (*Store)(nil)
	_ storage.Blobs      = (*Store)(nil)
	_ storage.BlobLister = (*Store)(nil)
	_ storage.Freezer    = (*Store)(nil)
)

// Append implements storage.Store. When ctx ends while the batch is being
// written, the error says that it may have landed.
func (s *Store) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	if err := storage.CheckForm(command, writes); err != nil {
		return nil, err
	}
	doing := "append to " + writes[0].Journal
	if err := ctx.Err(); err != nil {
		return nil, &storage.UnavailableError{Doing: doing, Err: err}
	}
	if refusal := s.state.refusal(doing); refusal != nil {
		return nil, refusal
	}
	r := newRequest(command, writes)
	if !s.queue.put(r) {
		return nil, closedError(doing)
	}
	select {
	case <-r.done:
	case <-ctx.Done():
		return nil, &storage.UnavailableError{Doing: doing, Doubtful: !s.queue.withdraw(r), Err: ctx.Err()}
	}
	if r.err != nil {
		return nil, r.err
	}
	return slices.Clone(r.batch.Spans), nil
}

// Watch implements storage.Store. A store opened for reading never grows.
func (s *Store) Watch(ctx context.Context) (<-chan storage.Growth, error) {
	if s.state.isClosed() {
		return nil, closedError("watch for change")
	}
	return s.feed.Watch(ctx), nil
}

// Lease implements storage.Store. The store has one writing process, so a
// lease is not kept beyond it.
func (s *Store) Lease(_ context.Context, name, holder string, ttl time.Duration) (bool, error) {
	doing := "take the lease " + name
	if s.state.isClosed() {
		return false, closedError(doing)
	}
	if s.readOnly {
		return false, s.state.refusal(doing)
	}
	return s.leases.Take(name, holder, s.clock.Now(), ttl), nil
}

// Journals implements storage.Lister.
func (s *Store) Journals(context.Context) ([]string, error) {
	if s.state.isClosed() {
		return nil, closedError("list the journals")
	}
	names := append(s.catalog.names(), s.ice.names()...)
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Findings returns what was not in order when the store was opened, and what
// reading has found since.
func (s *Store) Findings() []Finding { return s.state.list() }

// Close finishes the batches that wait, ends every watch and gives the
// directory free. Closing twice is harmless.
func (s *Store) Close() error {
	if !s.state.close() {
		return nil
	}
	s.queue.close()
	s.running.Wait()
	s.feed.Close()
	var errs []error
	for _, seg := range s.log.all() {
		errs = append(errs, seg.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}
