package main

import (
	"context"
	"fmt"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"holdfast/incident"
	"holdfast/storage"
	"holdfast/storage/redis"
)

// redisAppends measures what an append to Redis costs beside one plain XADD of
// the same bytes through the same client: the check of position and command,
// the chain, the feed.
func redisAppends(ctx context.Context, b *bench) ([]row, error) {
	var rows []row
	for _, class := range []struct {
		fsync string
		least float64
	}{{"everysec", 0.55}, {"always", 0.60}} {
		server, err := startRedis(ctx, b.dir, class.fsync)
		if err != nil {
			return rows, err
		}
		a := redisAppending{bench: b, server: server}
		r, err := b.inTurns(ctx,
			func() (float64, error) { return a.raw(ctx) },
			func() (float64, error) { return a.measure(ctx) },
		)
		server.stop()
		if err != nil {
			return rows, err
		}
		what := fmt.Sprintf("append to Redis (%s), %d callers, %d-byte facts", class.fsync, b.callers, factSize)
		rows = append(rows, r.row(what, perSecond, "raw XADD of the same bytes", ratioAtLeast(class.least)))
	}
	return rows, nil
}

type redisAppending struct {
	*bench
	server *redisServer
	round  int
}

// raw adds facts to as many streams as there are callers.
func (a *redisAppending) raw(ctx context.Context) (float64, error) {
	client := a.server.plain(a.callers)
	defer client.Close()
	a.round++
	return a.all(ctx, func(ctx context.Context, w, i int) error {
		return client.XAdd(ctx, &goredis.XAddArgs{Stream: fmt.Sprintf("raw-%d-%d", a.round, w), ID: fmt.Sprintf("%d-0", i+1),
			Values: []any{"k", incident.NoteAdded{}.Kind(), "b", fact(w, i), "h", zeroHash}}).Err()
	})
}

var zeroHash = storage.Hash{}.String()

// measure appends facts through the store, each caller to its own journal.
func (a *redisAppending) measure(ctx context.Context) (float64, error) {
	a.round++
	store, err := a.server.open(ctx, fmt.Sprintf("round-%d", a.round))
	if err != nil {
		return 0, err
	}
	defer store.Close()
	speed, err := a.all(ctx, func(ctx context.Context, w, i int) error {
		draft := storage.Draft{Kind: incident.NoteAdded{}.Kind(), Body: fact(w, i)}
		_, err := store.Append(ctx, fmt.Sprintf("caller-%d-%d", w, i), storage.Write{Journal: fmt.Sprintf("INC-%d", w+1), At: uint64(i), Drafts: []storage.Draft{draft}})
		return err
	})
	if err != nil {
		return 0, err
	}
	return speed, a.readBack(ctx, store)
}

// all has every caller do each thing after the other and returns how many are
// done in a second.
func (a *redisAppending) all(ctx context.Context, do func(ctx context.Context, w, i int) error) (float64, error) {
	group, ctx := errgroup.WithContext(ctx)
	start := time.Now()
	for w := range a.callers {
		group.Go(func() error {
			for i := range a.redisEach {
				if err := do(ctx, w, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return rate(a.callers*a.redisEach, start), err
}

func (a *redisAppending) readBack(ctx context.Context, store *redis.Store) error {
	for w := range a.callers {
		if _, err := verified(ctx, store, fmt.Sprintf("INC-%d", w+1), a.redisEach); err != nil {
			return err
		}
	}
	return nil
}
