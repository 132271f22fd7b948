package file

import (
	"slices"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
)

// request is one batch on its way: queued, then written by the committer,
// which fills in batch or err and closes done.
type request struct {
	command string
	writes  []storage.Write
	bound   int       // at least the bytes it takes in the log
	at      time.Time // when it landed, for one that has landed before; else zero

	batch  storage.Batch
	extent extent
	err    error
	done   chan struct{}
}

// newRequest copies the bodies, so that the caller may use them again even
// when it stops waiting.
func newRequest(command string, writes []storage.Write) *request {
	r := &request{command: command, writes: slices.Clone(writes), done: make(chan struct{})}
	r.bound = frameBound(command, writes)
	bodies := make([]byte, 0, r.bound)
	for i, w := range r.writes {
		drafts := slices.Clone(w.Drafts)
		for j, d := range drafts {
			start := len(bodies)
			bodies = append(bodies, d.Body...)
			drafts[j].Body = bodies[start:len(bodies):len(bodies)]
		}
		r.writes[i].Drafts = drafts
	}
	return r
}

// landing is the instant at which the request lands.
func (r *request) landing(c clock.Clock) time.Time {
	if r.at.IsZero() {
		return c.Now()
	}
	return r.at
}

// queue holds the requests that wait for the committer.
type queue struct {
	mu      sync.Mutex
	waiting []*request
	closed  bool
	wake    chan struct{}
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// put adds requests as one, so that they are taken together. It reports false
// when the queue is closed.
func (q *queue) put(requests ...*request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.waiting = append(q.waiting, requests...)
	q.signal()
	return true
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// withdraw takes a request out again. It reports false when the committer has
// it already.
func (q *queue) withdraw(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, r)
	if i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
	}
	return i >= 0
}

// take waits for requests and returns all of them. It reports false when the
// queue is closed and empty. The requests are moved into buf.
func (q *queue) take(buf []*request) ([]*request, bool) {
	for {
		q.mu.Lock()
		group := append(buf[:0], q.waiting...)
		clear(q.waiting)
		q.waiting = q.waiting[:0]
		closed := q.closed
		q.mu.Unlock()
		if len(group) > 0 || closed {
			return group, len(group) > 0
		}
		<-q.wake
	}
}

// close refuses further requests; those that wait are still taken.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.signal()
}
