package memory_test

import (
	"testing"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/memory"
	"holdfast/storage/storagetest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	storagetest.Run(t, func(_ *testing.T, c clock.Clock) storage.Store { return memory.New(c) })
}

func TestMemoryKeepsBlobs(t *testing.T) {
	storagetest.RunBlobs(t, func(t *testing.T) storage.Blobs {
		s := memory.New(clock.System{})
		t.Cleanup(func() { s.Close() })
		return s
	})
}
