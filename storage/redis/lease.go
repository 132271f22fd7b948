package redis

import (
	"context"
	_ "embed"
	"errors"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

//go:embed lease.lua
var leaseSource string

var leaseScript = goredis.NewScript(leaseSource)

// Lease implements storage.Store. A lease ends by the clock of Redis, unless
// the store was given a clock of its own.
func (s *Store) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	doing := "take the lease " + name
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return false, err
	}
	defer done()
	var now any = ""
	if s.ourTime {
		now = s.clock.Now().UnixMicro()
	}
	has, err := leaseScript.Run(ctx, s.client, []string{s.keys.lease(name)}, holder, ttl.Microseconds(), now).Int()
	if err != nil {
		return false, s.readError(doing, err)
	}
	return has == 1, nil
}

// Holder returns who took the lease last, or "" when it was given back or
// never taken. Its time may have ended since.
func (s *Store) Holder(ctx context.Context, name string) (string, error) {
	doing := "look at the lease " + name
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return "", err
	}
	defer done()
	held, err := s.client.Get(ctx, s.keys.lease(name)).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return "", s.readError(doing, err)
	}
	_, holder, _ := strings.Cut(held, " ")
	return holder, nil
}
