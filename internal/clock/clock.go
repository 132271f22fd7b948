// Package clock is where time comes from, so that tests and rehearsals can
// move it.
package clock

import (
	"context"
	"sync"
	"time"
)

// Clock tells the time. Implementations are safe for concurrent use.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, in UTC.
type System struct{}

// Now returns the present instant in UTC.
func (System) Now() time.Time { return time.Now().UTC() }

// Manual is a clock that stands still until it is moved.
type Manual struct {
	mu  sync.Mutex
	now time.Time
}

// NewManual returns a clock that stands at start.
func NewManual(start time.Time) *Manual { return &Manual{now: start.UTC()} }

// Now returns the instant the clock was last moved to.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Set moves the clock to t. It never goes back: an earlier t is ignored.
func (m *Manual) Set(t time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if t.After(m.now) {
		m.now = t.UTC()
	}
}

// Add moves the clock forward by d.
func (m *Manual) Add(d time.Duration) { m.Set(m.Now().Add(d)) }

type meterKey struct{}

// Meter measures how long a call would have taken on a virtual clock. A
// stand-in spends time on it instead of waiting, and whoever steps the clock
// delivers the result that much later.
type Meter struct {
	mu    sync.Mutex
	spent time.Duration
}

// Spent returns the virtual time spent so far.
func (m *Meter) Spent() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent
}

// WithMeter returns a context whose Spend calls are added to the meter.
func WithMeter(ctx context.Context) (context.Context, *Meter) {
	m := &Meter{}
	return context.WithValue(ctx, meterKey{}, m), m
}

// Spend records that the call in ctx takes d of virtual time. It returns
// immediately; without a meter it does nothing.
func Spend(ctx context.Context, d time.Duration) {
	if m, ok := ctx.Value(meterKey{}).(*Meter); ok && d > 0 {
		m.mu.Lock()
		m.spent += d
		m.mu.Unlock()
	}
}
