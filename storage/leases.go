package storage

import (
	"sync"
	"time"
)

// Leases keeps named leases for a store with one writing process. The zero
// value is ready; it is safe for concurrent use.
type Leases struct {
	mu   sync.Mutex
	held map[string]lease
}

type lease struct {
	holder string
	until  time.Time
}

// Take takes or renews a lease as Store.Lease says. A lease ends at its last
// instant: at now = until it is free.
func (l *Leases) Take(name, holder string, now time.Time, ttl time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	current, found := l.held[name]
	if found && current.holder != holder && now.Before(current.until) {
		return false
	}
	if ttl <= 0 {
		delete(l.held, name)
		return false
	}
	if l.held == nil {
		l.held = map[string]lease{}
	}
	l.held[name] = lease{holder: holder, until: now.Add(ttl)}
	return true
}
