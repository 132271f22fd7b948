package redis

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
)

const (
	// couriers is how many take batches to Redis at a time: while it works on
	// what one has brought, another fills up.
	couriers = 2
	// What one courier takes along is bounded, so that the first batch does not
	// wait long for the answer to the last.
	mostBatches  = 128
	mostJournals = 512
	mostBytes    = 1 << 20
)

// outbox lets batches that are ready at the same time go to Redis in one call:
// one round trip, one script, one flush of its log, one wait for its replicas.
// Nothing waits for company.
type outbox struct {
	mu       sync.Mutex
	waiting  []*letter
	couriers int // under way
}

// letter is one batch on its way to Redis.
type letter struct {
	batch
	until time.Time // after which nobody waits for it

	done chan struct{} // closed when the answer is there
	said answer
	err  error
}

// post sends one batch, in company if there is some. One that nobody had taken
// along when ctx ended was not sent.
func (s *Store) post(ctx context.Context, b batch) (answer, error) {
	l := &letter{batch: b, done: make(chan struct{})}
	l.until, _ = ctx.Deadline() // begin has set one
	o := &s.outbox
	o.mu.Lock()
	o.waiting = append(o.waiting, l)
	if o.couriers < couriers {
		o.couriers++
		go s.courier()
	}
	o.mu.Unlock()
	select {
	case <-l.done:
		return l.said, l.err
	case <-ctx.Done():
	}
	if o.takeBack(l) {
		return answer{}, fmt.Errorf("%w in time: %w", errUnsent, ctx.Err())
	}
	select {
	case <-l.done:
		return l.said, l.err
	default:
		return answer{}, ctx.Err()
	}
}

// courier takes batches to Redis until none is left.
func (s *Store) courier() {
	for {
		runtime.Gosched() // whoever is about to send comes along
		letters := s.outbox.take()
		if letters == nil {
			return
		}
		ctx, done := context.WithTimeout(context.Background(), s.timeout)
		s.deliver(ctx, letters)
		done()
		for _, l := range letters {
			close(l.done)
		}
	}
}

// take returns what a courier takes along; nil ends it.
func (o *outbox) take() []*letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	n, journals, bytes := 0, 0, 0
	for n < min(len(o.waiting), mostBatches) {
		l := o.waiting[n]
		journals, bytes = journals+len(l.heads), bytes+l.size
		if n > 0 && (journals > mostJournals || bytes > mostBytes) {
			break
		}
		n++
	}
	if n == 0 {
		o.couriers--
		return nil
	}
	letters := o.waiting[:n:n]
	o.waiting = o.waiting[n:]
	return letters
}

// takeBack says whether a batch was still there, and will not be sent now.
func (o *outbox) takeBack(l *letter) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, w := range o.waiting {
		if w == l {
			o.waiting = append(o.waiting[:i:i], o.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// deliver sends batches in one call and brings each its answer.
func (s *Store) deliver(ctx context.Context, letters []*letter) {
	now := s.theirs.at(clock.System{}.Now())
	keys := append([]string{s.keys.store, s.keys.heads, s.keys.feed, s.keys.archived}, s.keys.remembered(now)...)
	args := []any{format, len(letters), instant(s.clock.Now().Add(-storage.CommandLife)), s.heads.replicated, strconv.FormatUint(rand.Uint64(), 36)}
	for _, l := range letters {
		keys = append(keys, l.keys...)
		args = append(append(args, s.theirs.at(l.until)), l.args...)
	}
	said, alone, err := s.run(ctx, appendScript, keys, args...)
	if err == nil && len(said) != len(letters) {
		err = fmt.Errorf("%d answers to %d batches", len(said), len(letters))
	}
	for i, l := range letters {
		if l.err = err; err != nil {
			continue
		}
		l.said.alone = alone
		l.said.words, l.err = asWords(said[i])
	}
	if n := spanOf(now); s.theirs.begins(n) {
		s.forgetCommands(ctx, n)
	}
}
