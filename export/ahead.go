package export

import "iter"

// aheadBatch is how many values travel together; a few batches are held.
const aheadBatch = 256

// ahead yields work(v) for every v of seq, in order, and ends with its first
// error. Reading and working go on in goroutines, a little in front of whoever
// ranges over the result; they are over when the range is.
func ahead[T, U any](seq iter.Seq2[T, error], work func(T) U) iter.Seq2[U, error] {
	type batch struct {
		done []U
		err  error
	}
	return func(yield func(U, error) bool) {
		// Each batch is promised in order, however long the work on it takes.
		promised, left := make(chan chan batch, 2), make(chan struct{})
		go func() {
			defer close(promised)
			promise := func(values []T, err error) bool {
				c := make(chan batch, 1)
				select {
				case promised <- c:
				case <-left:
					return false
				}
				go func() {
					done := make([]U, len(values))
					for i, v := range values {
						done[i] = work(v)
					}
					c <- batch{done, err}
				}()
				return true
			}
			values := make([]T, 0, aheadBatch)
			for v, err := range seq {
				if err != nil {
					promise(values, err)
					return
				}
				if values = append(values, v); len(values) == aheadBatch {
					if !promise(values, nil) {
						return
					}
					values = make([]T, 0, aheadBatch)
				}
			}
			promise(values, nil)
		}()
		defer func() {
			close(left)
			for c := range promised {
				<-c
			}
		}()
		for c := range promised {
			b := <-c
			for _, u := range b.done {
				if !yield(u, nil) {
					return
				}
			}
			if b.err != nil {
				var none U
				yield(none, b.err)
				return
			}
		}
	}
}
