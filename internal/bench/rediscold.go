package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/incident"
	"holdfast/storage"
	"holdfast/storage/redis"
)

// redisColdStart is coldStart with the same past in a Redis that is there: a
// new replica begins.
func redisColdStart(ctx context.Context, b *bench) ([]row, error) {
	dir := filepath.Join(b.dir, "past")
	defer os.RemoveAll(dir)
	h, err := newHistory(dir)
	if err != nil {
		return nil, err
	}
	defer h.store.Close()
	if err := h.past(ctx, b.sizes); err != nil {
		return nil, err
	}
	server, err := startRedis(ctx, b.dir, "no") // only what it holds is measured
	if err != nil {
		return nil, err
	}
	defer server.stop()
	c := &restart{sizes: b.sizes, clock: h.clock, register: h.register, open: func(ctx context.Context) (storage.Store, error) {
		return redis.Open(ctx, "unix://"+server.socket, redis.Options{Clock: h.clock, Durability: redis.Relaxed})
	}}
	into, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	_, err = storage.Copy(ctx, h.store.(storage.Copyable), into.(storage.Copyable), storage.CopyOptions{First: incident.RegisterJournal})
	if err != nil {
		return nil, err
	}
	if err := into.Close(); err != nil {
		return nil, err
	}
	read := []string{incident.RegisterJournal}
	for n := range b.opened {
		read = append(read, fmt.Sprintf("INC-%d", b.closed+n+1))
	}
	r, err := b.inTurns(ctx,
		func() (float64, error) { return server.reading(ctx, read) },
		func() (float64, error) { return c.start(ctx) },
	)
	if err != nil {
		return nil, err
	}
	return []row{r.row("cold start from Redis, "+b.past(), seconds, "XRANGE of the same streams", figureBelow(1, seconds))}, nil
}

// reading returns how long it takes to read streams, a thousand entries at a
// time.
func (s *redisServer) reading(ctx context.Context, journals []string) (float64, error) {
	c := goredis.NewClient(&goredis.Options{Network: "unix", Addr: s.socket, Protocol: 2, DisableIdentity: true})
	defer c.Close()
	start := time.Now()
	for _, name := range journals {
		after := "-"
		for {
			got, err := c.XRangeN(ctx, "holdfast:{main}:j:"+name, after, "+", 1000).Result()
			if err != nil {
				return 0, err
			}
			if len(got) == 0 {
				break
			}
			after = "(" + got[len(got)-1].ID
		}
	}
	return time.Since(start).Seconds(), nil
}
