package redis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

// crowd are writers, each on a journal of its own, who go on while Redis dies
// and comes back. Like the engine they repeat what was not acknowledged under
// the same command id, and read again what a failover took.
type crowd struct {
	t     *testing.T
	store *redis.Store
	stop  context.CancelFunc

	mu       sync.Mutex
	acked    map[string][]string // bodies by journal, in order
	doubtful int                 // attempts that may have landed
	found    int                 // of those, had landed
	rewound  int                 // journals that went back
	last     time.Time           // of the latest acknowledgement
	gap      time.Duration       // the longest time without one
	told     chan struct{}       // one for each acknowledgement
	running  sync.WaitGroup
}

const writers = 8

// gather starts a writer for each journal. They stop when the test ends, at the
// latest.
func gather(t *testing.T, s *redis.Store, journals ...string) *crowd {
	ctx, stop := context.WithCancel(t.Context())
	c := &crowd{t: t, store: s, stop: stop, acked: map[string][]string{}, told: make(chan struct{}, 1<<20)}
	for _, journal := range journals {
		c.running.Go(func() {
			for n := uint64(0); ctx.Err() == nil; n++ {
				body := fmt.Sprintf("%s/%d/%s", journal, n+1, strings.Repeat("x", int(n*37)%700))
				if !c.write(ctx, journal, n, body) {
					return
				}
			}
		})
	}
	t.Cleanup(c.leave)
	return c
}

func journalNames(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("INC-%d", i))
	}
	return names
}

// leave stops the writers and waits for them.
func (c *crowd) leave() {
	c.stop()
	c.running.Wait()
}

// await waits for so many acknowledgements more.
func (c *crowd) await(n int) {
	c.t.Helper()
	late := time.After(60 * time.Second)
	for i := range n {
		select {
		case <-c.told:
		case <-late:
			c.t.Fatalf("the writers do not come on: %d of %d", i, n)
		}
	}
}

// catchUp forgets the acknowledgements that came unawaited.
func (c *crowd) catchUp() {
	for len(c.told) > 0 {
		<-c.told
	}
}

// write appends one entry, however often it takes. It reports false when the
// crowd was stopped before the entry was acknowledged.
func (c *crowd) write(ctx context.Context, journal string, at uint64, body string) bool {
	command := fmt.Sprintf("%s-%d", journal, at)
	inDoubt := false
	for ctx.Err() == nil {
		_, err := c.store.Append(context.Background(), command, storagetest.To(journal, at, body))
		var duplicate *storage.DuplicateError
		var back *storage.RewoundError
		var down *storage.UnavailableError
		switch {
		case err == nil:
			c.ack(journal, body, false)
			return true
		case errors.As(err, &duplicate):
			if !inDoubt {
				c.t.Errorf("%s: a duplicate of what was never in doubt", command)
			}
			c.ack(journal, body, true)
			return true
		case errors.As(err, &back):
			c.count(&c.rewound)
			continue
		case !errors.As(err, &down):
			c.t.Errorf("%s: %v", command, err)
			return false
		case down.Doubtful:
			inDoubt = true
			c.count(&c.doubtful)
		}
		select { // Redis is away
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	return false
}

func (c *crowd) count(n *int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*n++
}

func (c *crowd) ack(journal, body string, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked[journal] = append(c.acked[journal], body)
	if found {
		c.found++
	}
	now := clock.System{}.Now()
	if !c.last.IsZero() {
		c.gap = max(c.gap, now.Sub(c.last))
	}
	c.last = now
	select {
	case c.told <- struct{}{}:
	default: // nobody waits for so many
	}
}

// lost reads the journals as they are in a server, and says how many entries
// were acknowledged, and how many of them it does not hold. What it holds must
// be chained, end with its head, and go beyond what was acknowledged by no more
// than the one entry that each writer has in doubt.
func (c *crowd) lost(s *server) (acked, lost int) {
	c.t.Helper()
	store := open(c.t, s.url(), redis.Options{Durability: redis.Relaxed})
	defer store.Close()
	for journal, bodies := range c.acked {
		held := storagetest.Chained(c.t, store, journal)
		acked += len(bodies)
		lost += max(0, len(bodies)-len(held))
		if len(held) > len(bodies)+1 {
			c.t.Errorf("%s holds %d entries, %d were acknowledged", journal, len(held), len(bodies))
		}
		for i := range min(len(bodies), len(held)) {
			if string(held[i].Body) != bodies[i] {
				c.t.Fatalf("%s#%d is not what was acknowledged", journal, i+1)
			}
		}
		if len(held) == 0 {
			continue
		}
		last := held[len(held)-1]
		head, err := s.admin().HGet(context.Background(), "holdfast:{main}:heads", journal).Result()
		if want := fmt.Sprintf("%d %s", last.Seq, last.Hash); err != nil || head != want {
			c.t.Errorf("%s ends with %s, its head is %s (%v)", journal, want, head, err)
		}
	}
	return acked, lost
}
