package redis_test

import (
	"testing"

	"holdfast/storage"
	"holdfast/storage/storagetest"
)

func TestRedisListsBlobs(t *testing.T) {
	server, names := start(t, always...), &workspaces{}
	storagetest.RunBlobLister(t, func(t *testing.T) storage.Blobs {
		other := open(t, server.url(), names.next(nil)) // whose blobs are none of ours
		if _, err := other.Put(t.Context(), []byte("another workspace's")); err != nil {
			t.Fatal(err)
		}
		return open(t, server.url(), names.next(nil))
	})
}
