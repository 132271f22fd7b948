package redis_test

import (
	"testing"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

func TestRedisKeepsTheContract(t *testing.T) {
	server, names := start(t, always...), &workspaces{}
	used := map[storage.Store]redis.Options{}
	openWith := func(t *testing.T, o redis.Options) storage.Store {
		s := open(t, server.url(), o)
		used[s] = o
		return s
	}
	storagetest.Run(t,
		func(t *testing.T, c clock.Clock) storage.Store { return openWith(t, names.next(c)) },
		storagetest.WithReopen(func(t *testing.T, s storage.Store, _ clock.Clock) storage.Store {
			return openWith(t, used[s])
		}))
}

func TestRedisKeepsBlobs(t *testing.T) {
	server, names := start(t, always...), &workspaces{}
	storagetest.RunBlobs(t, func(t *testing.T) storage.Blobs { return open(t, server.url(), names.next(nil)) })
}
