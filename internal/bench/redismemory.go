package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// redisMemory measures how much of Redis's memory an entry takes, beside the
// same bytes in plain streams. Redis keeps everything in memory, so that this
// is what a journal costs.
func redisMemory(ctx context.Context, b *bench) ([]row, error) {
	a := redisAppending{bench: b}
	took := func(fill func(context.Context) (float64, error)) func() (float64, error) {
		return func() (float64, error) {
			server, err := startRedis(ctx, b.dir, "no")
			if err != nil {
				return 0, err
			}
			defer server.stop()
			a.server = server
			before, err := server.used(ctx)
			if err != nil {
				return 0, err
			}
			if _, err := fill(ctx); err != nil {
				return 0, err
			}
			after, err := server.used(ctx)
			return (after - before) / float64(b.callers*b.redisEach), err
		}
	}
	r, err := b.inTurns(ctx, took(a.raw), took(a.measure))
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("memory of an entry in Redis, %d-byte facts", factSize)
	return []row{r.row(what, octets, "of raw XADD of the same bytes", bound{})}, nil
}

// used returns how much memory holds data, in bytes: without the buffers of
// connections that are closed again.
func (s *redisServer) used(ctx context.Context) (float64, error) {
	c := s.plain(1)
	defer c.Close()
	text, err := c.Info(ctx, "memory").Result()
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "used_memory_dataset:"); ok {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("INFO tells no used_memory_dataset: %w", goredis.Nil)
}
