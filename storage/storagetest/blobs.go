package storagetest

import (
	"slices"
	"testing"

	"holdfast/storage"
)

// RunBlobLister holds a store to the contract of storage.BlobLister.
func RunBlobLister(t *testing.T, open func(t *testing.T) storage.Blobs) {
	t.Run("blobs are listed sorted, each once", func(t *testing.T) {
		b := open(t)
		var want []string
		for _, data := range []string{"one", "two", "three", "one", ""} {
			sum, err := b.Put(t.Context(), []byte(data))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, sum)
		}
		slices.Sort(want)
		want = slices.Compact(want)
		if got, err := b.(storage.BlobLister).BlobSums(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	})
}
