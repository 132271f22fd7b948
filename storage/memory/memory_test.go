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
	open := func(t *testing.T) storage.Blobs { return opened(t) }
	storagetest.RunBlobs(t, open)
	storagetest.RunBlobLister(t, open)
}

func TestMemoryGivesJournalsAway(t *testing.T) {
}

func TestMemoryFreezesJournals(t *testing.T) {
	storagetest.RunFreezer(t, func(t *testing.T) storage.Copyable { return opened(t) })
}

func opened(t *testing.T) *memory.Store {
	s := memory.New(clock.System{})
	t.Cleanup(func() { s.Close() })
	return s
}
