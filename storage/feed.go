package storage

import (
	"context"
	"sync"
)

// Feed tells watchers which journals have grown, for a store with one writing
// process. The zero Feed is ready; it is safe for concurrent use.
type Feed struct {
	mu       sync.Mutex
	watchers map[*watcher]struct{}
	closed   bool
	running  sync.WaitGroup
}

// watcher holds what one Watch has not sent yet.
type watcher struct {
	waiting []string          // journals in the order they first grew
	held    map[string]uint64 // how far each of them is known to go
	wake    chan struct{}
	done    chan struct{}
}

// Grew notes that journals have grown. It never waits for a watcher.
func (f *Feed) Grew(growths ...Growth) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for w := range f.watchers {
		for _, g := range growths {
			w.add(g)
		}
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// add merges: a watcher that is slow holds each journal once.
func (w *watcher) add(g Growth) {
	seq, held := w.held[g.Journal]
	switch {
	case !held:
		w.waiting = append(w.waiting, g.Journal)
		seq = g.Seq
	case g.Seq == 0 || seq == 0:
		seq = 0 // only a look tells
	default:
		seq = max(seq, g.Seq)
	}
	w.held[g.Journal] = seq
}

// Watch tells of the journals that grow from now on. The channel is closed when
// ctx ends or the feed is closed.
func (f *Feed) Watch(ctx context.Context) <-chan Growth {
	out := make(chan Growth)
	w := &watcher{held: map[string]uint64{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		close(out)
		return out
	}
	if f.watchers == nil {
		f.watchers = map[*watcher]struct{}{}
	}
	f.watchers[w] = struct{}{}
	f.running.Go(func() {
		defer close(out)
		defer f.forget(w)
		f.send(ctx, w, out)
	})
	return out
}

func (f *Feed) send(ctx context.Context, w *watcher, out chan<- Growth) {
	for {
		g, found := f.next(w)
		if !found {
			select {
			case <-w.wake:
				continue
			case <-ctx.Done():
				return
			case <-w.done:
				return
			}
		}
		select {
		case out <- g:
		case <-ctx.Done():
			return
		case <-w.done:
			return
		}
	}
}

// next takes what has waited longest. It is taken before it is sent, so that
// growth during the sending is told again.
func (f *Feed) next(w *watcher) (Growth, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(w.waiting) == 0 {
		return Growth{}, false
	}
	g := Growth{Journal: w.waiting[0], Seq: w.held[w.waiting[0]]}
	w.waiting = w.waiting[1:]
	delete(w.held, g.Journal)
	return g, true
}

func (f *Feed) forget(w *watcher) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.watchers, w)
}

// Close ends every watch and waits until their channels are closed.
func (f *Feed) Close() {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		for w := range f.watchers {
			close(w.done)
		}
	}
	f.mu.Unlock()
	f.running.Wait()
}
