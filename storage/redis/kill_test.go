package redis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

// crowd are writers, each on a journal of its own, who go on while Redis dies
// and comes back. Like the engine they repeat what was not acknowledged under
// the same command id.
type crowd struct {
	store *redis.Store
	stop  context.Context

	mu       sync.Mutex
	acked    map[string][]string // bodies by journal, in order
	doubtful int                 // attempts that may have landed
	found    int                 // of those, had landed
	told     chan struct{}       // one for each acknowledgement
}

const writers = 8

func (c *crowd) run(t *testing.T) {
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			journal := fmt.Sprintf("INC-%d", i)
			for n := uint64(0); c.stop.Err() == nil; n++ {
				body := fmt.Sprintf("%s/%d/%s", journal, n+1, strings.Repeat("x", int(n*37)%700))
				if !c.write(t, journal, n, body) {
					return
				}
			}
		})
	}
	all.Wait()
}

// write appends one entry, however often it takes. It reports false when the
// crowd was stopped before the entry was acknowledged.
func (c *crowd) write(t *testing.T, journal string, at uint64, body string) bool {
	command := fmt.Sprintf("%s-%d", journal, at)
	inDoubt := false
	for c.stop.Err() == nil {
		_, err := c.store.Append(context.Background(), command, storagetest.To(journal, at, body))
		var duplicate *storage.DuplicateError
		var down *storage.UnavailableError
		switch {
		case err == nil:
			c.ack(journal, body, false)
			return true
		case errors.As(err, &duplicate):
			if !inDoubt {
				t.Errorf("%s: a duplicate of what was never in doubt", command)
			}
			c.ack(journal, body, true)
			return true
		case !errors.As(err, &down):
			t.Errorf("%s: %v", command, err)
			return false
		case down.Doubtful:
			inDoubt = true
			c.mu.Lock()
			c.doubtful++
			c.mu.Unlock()
		}
		select { // Redis is away
		case <-c.stop.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	return false
}

func (c *crowd) ack(journal, body string, found bool) {
	c.mu.Lock()
	c.acked[journal] = append(c.acked[journal], body)
	if found {
		c.found++
	}
	c.mu.Unlock()
	select {
	case c.told <- struct{}{}:
	case <-c.stop.Done():
	}
}

func TestNothingAcknowledgedIsLostWhenRedisIsKilled(t *testing.T) {
	const loops, each = 3, 300
	server := start(t, always...)
	ctx, stop := context.WithCancel(t.Context())
	c := &crowd{store: open(t, server.url(), redis.Options{}), stop: ctx, acked: map[string][]string{}, told: make(chan struct{}, 1<<16)}
	var running sync.WaitGroup
	running.Go(func() { c.run(t) })
	defer running.Wait()
	defer stop()
	late := time.After(60 * time.Second)
	for loop := range loops + 1 {
		for range each {
			select {
			case <-c.told:
			case <-late:
				t.Fatalf("loop %d: the writers do not come on", loop)
			}
		}
		if loop < loops {
			server.kill()
			server.run()
		}
	}
	stop()
	running.Wait()
	server.kill()
	server.run()

	s, admin, total := open(t, server.url(), redis.Options{}), server.admin(), 0
	for journal, bodies := range c.acked {
		held := storagetest.Chained(t, s, journal)
		if len(held) < len(bodies) || len(held) > len(bodies)+1 { // one may be in doubt at the end
			t.Errorf("%s holds %d entries, %d were acknowledged", journal, len(held), len(bodies))
		}
		for i, body := range bodies {
			if i >= len(held) || string(held[i].Body) != body {
				t.Fatalf("%s#%d was acknowledged and is lost", journal, i+1)
			}
		}
		last := held[len(held)-1]
		head, err := admin.HGet(t.Context(), "holdfast:{main}:heads", journal).Result()
		if want := fmt.Sprintf("%d %s", last.Seq, last.Hash); err != nil || head != want {
			t.Errorf("%s ends with %s, its head is %s (%v)", journal, want, head, err)
		}
		total += len(bodies)
	}
	t.Logf("%d entries acknowledged over %d kills; %d attempts in doubt, %d of them had landed", total, loops, c.doubtful, c.found)
	if total < (loops+1)*each || len(c.acked) != writers || c.doubtful == 0 {
		t.Error("void: too little was written around the kills")
	}
}
