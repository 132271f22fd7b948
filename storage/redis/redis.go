// Package redis keeps journals in Redis, so that several replicas share them.
//
// Each journal is a stream whose entry n has the id n-0. One Lua script checks
// and appends a batch; nothing is ever retried here, since a repeated append
// could write twice. What the store promises depends on how Redis is set: Open
// finds out and refuses what is weaker than was asked for.
package redis

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/clock"
	"holdfast/storage"
)

// Options are the settings of a store. The zero value is the strict one.
type Options struct {
	// Clock dates command ids and leases. Without it command ids go by the
	// machine's clock and leases by that of Redis, so that replicas whose
	// clocks differ agree on who holds one.
	Clock clock.Clock
	// Workspace parts stores in one Redis: 1 to 64 of a-z, 0-9 and "-".
	// Empty is "main".
	Workspace string
	// Durability is what Open demands; empty is Always.
	Durability Durability
	// Timeout bounds one operation; 0 is 800 ms, so that a person is answered
	// within a platform's three seconds.
	Timeout time.Duration
}

// Store keeps journals in one workspace of a Redis. It also keeps blobs, lists
// its journals and archives them.
type Store struct {
	client  goredis.UniversalClient
	another func() (goredis.UniversalClient, error) // a client of a watch's own
	clock   clock.Clock
	ourTime bool // leases go by clock, not by Redis
	keys    keys
	timeout time.Duration
	place   string // for messages; holds no secret
	class   Class
	heads   heads
	outbox  outbox
	theirs  theirs

	mu      sync.Mutex
	closed  bool
	life    context.Context // ends with the store
	end     context.CancelFunc
	running sync.WaitGroup // the watches
}

var (
	_ storage.Store    = (*Store)(nil)
	_ storage.Lister   = (*Store)(nil)
	_ storage.Archiver = (*Store)(nil)
	_ storage.Blobs    = (*Store)(nil)
)

var errClosed = errors.New("the store is closed")

// Class says how durable an acknowledged entry is, as Open found Redis set.
func (s *Store) Class() string { return string(s.class) }

// Journals implements storage.Lister.
func (s *Store) Journals(ctx context.Context) ([]string, error) {
	const doing = "list the journals"
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer done()
	names, err := s.client.HKeys(ctx, s.keys.heads).Result()
	if err != nil {
		return nil, s.readError(doing, err)
	}
	slices.Sort(names)
	return names, nil
}

// Close ends every watch and the connections. Closing twice is harmless.
func (s *Store) Close() error {
	s.mu.Lock()
	before := s.closed
	s.closed = true
	s.mu.Unlock()
	if before {
		return nil
	}
	s.end()
	s.running.Wait()
	return s.client.Close()
}

// begin opens an operation: it refuses a closed store and an ended context,
// and bounds the rest.
func (s *Store) begin(ctx context.Context, doing string) (context.Context, context.CancelFunc, error) {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return nil, nil, &storage.UnavailableError{Doing: doing, Lasting: true, Err: errClosed}
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, &storage.UnavailableError{Doing: doing, Err: err}
	}
	ctx, done := context.WithTimeout(ctx, s.timeout)
	return ctx, done, nil
}

// keys are the names in Redis. The braces make Cluster keep a workspace in one
// slot, which a script over several keys needs.
type keys struct{ prefix, store, heads, feed, archived, probe string }

const keyPrefix = "holdfast:{"

func newKeys(workspace string) keys {
	p := keyPrefix + workspace + "}:"
	return keys{prefix: p, store: p + "store", heads: p + "heads", feed: p + "feed", archived: p + "archived", probe: p + "probe"}
}

func (k keys) journal(name string) string { return k.prefix + "j:" + name }
func (k keys) commands(span int64) string {
	return k.prefix + "commands:" + strconv.FormatInt(span, 10)
}
func (k keys) lease(name string) string { return k.prefix + "lease:" + name }
func (k keys) blob(sum string) string   { return k.prefix + "blob:" + sum }
