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

// watcher holds the names one Watch has not sent yet.
type watcher struct {
	waiting []string // in the order they first grew
	held    map[string]bool
	wake    chan struct{}
	done    chan struct{}
}

// Grew notes that journals have grown. It never waits for a watcher.
func (f *Feed) Grew(journals ...string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for w := range f.watchers {
		for _, name := range journals {
			w.add(name)
		}
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// add merges: a watcher that is slow holds each name once.
func (w *watcher) add(name string) {
	if !w.held[name] {
		w.held[name] = true
		w.waiting = append(w.waiting, name)
	}
}

// Watch returns the names of journals that grow from now on. The channel is
// closed when ctx ends or the feed is closed.
func (f *Feed) Watch(ctx context.Context) <-chan string {
	out := make(chan string)
	w := &watcher{held: map[string]bool{}, wake: make(chan struct{}, 1), done: make(chan struct{})}
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

func (f *Feed) send(ctx context.Context, w *watcher, out chan<- string) {
	for {
		name, found := f.next(w)
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
		case out <- name:
		case <-ctx.Done():
			return
		case <-w.done:
			return
		}
	}
}

// next takes the name that has waited longest. It is taken before it is sent,
// so that growth during the sending is told again.
func (f *Feed) next(w *watcher) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(w.waiting) == 0 {
		return "", false
	}
	name := w.waiting[0]
	w.waiting = w.waiting[1:]
	delete(w.held, name)
	return name, true
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
