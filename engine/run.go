package engine

import (
	"context"
	"time"
)

// Run advances the engine in real time until ctx ends: at once when something
// is appended or a call comes back, otherwise when the next thing is due or
// the lease is to be renewed.
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
		_, next := e.Step(ctx)
		timer.Stop()
		pause := e.opts.LeaseLife / 3
		if !next.IsZero() {
			pause = min(pause, max(next.Sub(e.opts.Clock.Now()), 0))
		}
		timer.Reset(pause)
	}
}

// Step advances to the present instant. It may be called beside Run.
func (e *Engine) Step(ctx context.Context) (idle bool, next time.Time) {
	e.stepping.Lock()
	defer e.stepping.Unlock()
	return e.Advance(ctx, e.opts.Clock.Now())
}
