package engine

import (
	"context"
	"time"
)

// Run advances the engine in real time until ctx ends: at once when something
// is appended or a call comes back, otherwise when the next thing is due.
func (e *Engine) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.wake:
		case <-timer.C:
		}
		now := e.opts.Clock.Now()
		_, next := e.Advance(ctx, now)
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(max(next.Sub(now), 0))
		}
	}
}
