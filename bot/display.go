package bot

import (
	"context"
	"sync"
	"time"

	"holdfast/incident"
)

// Display draws something that is computed from an incident's state and says
// when it is to be drawn again by itself; never, for the zero time.
type Display interface {
	Display(ctx context.Context, s incident.State, now time.Time) (next time.Time)
}

// OnPlatform draws each incident with the display of the platform where its room
// is, by name.
type OnPlatform map[string]Display

// Display implements Display.
func (o OnPlatform) Display(ctx context.Context, s incident.State, now time.Time) (next time.Time) {
	if d, ok := o[s.Platform]; ok {
		return d.Display(ctx, s, now)
	}
	return time.Time{}
}

// perIncident remembers what was last shown of each incident. Nothing is locked
// while a platform is called: one incident is drawn by one at a time, and another
// does not wait for it.
type perIncident[T any] struct {
	mu   sync.Mutex
	last map[string]T
}

// of returns what was last shown of an incident; the zero value when nothing was.
func (p *perIncident[T]) of(id string) T {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last[id]
}

func (p *perIncident[T]) keep(id string, shown T) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.last = map[string]T{}
	}
	p.last[id] = shown
}
