package export

import (
	"errors"
	"iter"
	"testing"

	"pgregory.net/rapid"
)

func TestWorkingAheadKeepsOrderAndEndsWithTheRange(t *testing.T) {
	end := errors.New("end")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 4*aheadBatch).Draw(t, "values")
		fails := rapid.Bool().Draw(t, "fails")
		stop := rapid.IntRange(1, 5*aheadBatch).Draw(t, "stop")
		running := true
		var numbers iter.Seq2[int, error] = func(yield func(int, error) bool) {
			defer func() { running = false }()
			for i := range n {
				if !yield(i, nil) {
					return
				}
			}
			if fails && yield(0, end) {
				t.Error("it goes on behind an error")
			}
		}
		seen, failed := 0, false
		for v, err := range ahead(numbers, func(i int) int { return -i }) {
			if failed = errors.Is(err, end); failed {
				continue
			}
			if v != -seen || err != nil {
				t.Fatalf("value %d is %d, %v", seen, v, err)
			}
			if seen++; seen == stop {
				break
			}
		}
		if seen != min(n, stop) || failed != (fails && n < stop) {
			t.Fatalf("%d values were seen, failed: %v", seen, failed)
		}
		if running {
			t.Fatal("a goroutine outlives the range")
		}
	})
}
