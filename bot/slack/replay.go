package slack

import (
	"sync"
	"time"
)

// recent remembers what has been taken in for as long as it could come again.
// It holds a bounded number: when it is full the oldest is forgotten, and what
// keeps a repetition harmless then is the journal, which knows its deliveries.
type recent struct {
	most int

	mu    sync.Mutex
	until map[string]time.Time
	order []sighting // as they came
}

type sighting struct {
	key   string
	until time.Time
}

func newRecent(most int) *recent { return &recent{most: most, until: map[string]time.Time{}} }

// first says whether a key is new, and remembers it until an instant.
func (r *recent) first(key string, now, until time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expire(now)
	if _, known := r.until[key]; known {
		return false
	}
	for len(r.order) >= r.most {
		r.forgetOldest()
	}
	r.until[key] = until
	r.order = append(r.order, sighting{key, until})
	return true
}

// forget lets a key be new again: what came with it has not been taken in.
func (r *recent) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.until, key)
}

// expire drops from the front what is over. Something that is over behind
// something that is not stays until its turn: it is sighting too long by ten
// minutes at most, and counts towards the bound. The caller holds r.mu.
func (r *recent) expire(now time.Time) {
	for len(r.order) > 0 && now.After(r.order[0].until) {
		r.forgetOldest()
	}
}

// forgetOldest drops the front of the order. What was forgotten before, and
// perhaps came again since, is not the same any more. The caller holds r.mu.
func (r *recent) forgetOldest() {
	front := r.order[0]
	r.order = r.order[1:]
	if until, known := r.until[front.key]; known && until.Equal(front.until) {
		delete(r.until, front.key)
	}
}
