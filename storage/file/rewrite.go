package file

import (
	"fmt"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
)

// rewriter writes a new log in a folder, by the same steps as a running store.
// Nobody else knows the folder yet.
type rewriter struct {
	store   *Store
	waiting []*request
	bytes   int
}

// rewriteGroup is how many bytes are made durable together.
const rewriteGroup = 1 << 20

func newRewriter(dir string, logs FS, folder string, c clock.Clock, segmentSize uint32) *rewriter {
	s := &Store{
		dir: dir, fs: logs, logs: logs, marker: marker{layout: 1, log: folder},
		clock: c, segmentSize: segmentSize, catalog: newCatalog(), queue: newQueue(),
	}
	// What has landed once is not asked again whether it has landed before.
	s.log.ledger = storage.NewLedger()
	return &rewriter{store: s}
}

// put takes writes that landed at an instant, under a command.
func (w *rewriter) put(at time.Time, command string, writes []storage.Write) error {
	r := newRequest(command, writes)
	r.at = at
	w.waiting = append(w.waiting, r)
	if w.bytes += r.bound; w.bytes < rewriteGroup {
		return nil
	}
	return w.flush()
}

func (w *rewriter) flush() error {
	group := w.waiting
	w.waiting, w.bytes = nil, 0
	if len(group) > 0 {
		w.store.commit(group)
	}
	for _, r := range group {
		if r.err != nil {
			return fmt.Errorf("write the new log: %w", r.err)
		}
	}
	return nil
}

// finish leaves a log that can be opened, also one without entries.
func (w *rewriter) finish() error {
	if err := w.flush(); err != nil {
		return err
	}
	if w.store.log.last == 0 {
		return w.store.roll(0)
	}
	return nil
}

func (w *rewriter) close() error { return w.store.Close() }
