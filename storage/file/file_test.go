package file_test

import (
	"testing"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/file"
	"holdfast/storage/storagetest"
)

// open opens a store in a directory of the test; small segments make it roll.
func open(t *testing.T, dir string, o file.Options) *file.Store {
	t.Helper()
	s, err := file.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestFileKeepsTheContract(t *testing.T) {
	for name, size := range map[string]uint32{"in one segment": 0, "over many small segments": 4 << 10} {
		t.Run(name, func(t *testing.T) {
			dirs := map[storage.Store]string{}
			openIn := func(t *testing.T, dir string, c clock.Clock) storage.Store {
				s := open(t, dir, file.Options{Clock: c, SegmentSize: size})
				dirs[s] = dir
				return s
			}
			storagetest.Run(t,
				func(t *testing.T, c clock.Clock) storage.Store { return openIn(t, t.TempDir(), c) },
				storagetest.WithReopen(func(t *testing.T, s storage.Store, c clock.Clock) storage.Store {
					return openIn(t, dirs[s], c)
				}))
		})
	}
}

func TestFileKeepsBlobs(t *testing.T) {
	opened := func(t *testing.T) storage.Blobs { return open(t, t.TempDir(), file.Options{}) }
	storagetest.RunBlobs(t, opened)
	storagetest.RunBlobLister(t, opened)
}
