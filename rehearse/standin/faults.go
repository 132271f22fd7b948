// Package standin holds stateful, in-memory worlds that answer behind the same
// contracts as the true providers: for rehearsals, the demo and tests. They
// read the time from a clock that may be moved and spend virtual time instead
// of waiting.
package standin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"holdfast/integrations"
	"holdfast/internal/clock"
)

// The ways in which a provider fails. Only with LostReply has it done what it
// was asked.
const (
	Refuse       = "refuse"     // the connection is refused
	Hang         = "hang"       // nothing comes back until the caller gives up
	Unauthorized = "401"        // the credentials are not accepted
	Throttle     = "429"        // too many requests, come back in 30 s
	ServerError  = "500"        // the provider failed
	Unavailable  = "503"        // the provider is down
	BadTLS       = "tls"        // its certificate cannot be trusted
	Garbage      = "garbage"    // the answer cannot be read
	LostReply    = "lost-reply" // done, but the answer is lost
)

// Modes lists every mode.
var Modes = []string{Refuse, Hang, Unauthorized, Throttle, ServerError, Unavailable, BadTLS, Garbage, LostReply}

// Patience is after how long callers give up.
const Patience = 10 * time.Second

// comeBack is the Retry-After of a 429.
const comeBack = 30 * time.Second

// Faults makes one provider fail or answer slowly. It is safe for concurrent
// use; make it with NewFaults.
type Faults struct {
	provider string
	clock    clock.Clock

	mu    sync.Mutex
	mode  string
	until time.Time // zero: until healed
	times int       // calls left to fail; 0: no limit
	slow  time.Duration
}

// NewFaults returns the faults of a provider, none yet. The name stands in
// errors.
func NewFaults(provider string, c clock.Clock) *Faults {
	return &Faults{provider: provider, clock: c}
}

// Fault makes calls fail from now on: before until unless that is zero, and
// the next times of them unless that is 0. It replaces an earlier fault. An
// unknown mode is an error.
func (f *Faults) Fault(mode string, until time.Time, times int) error {
	if !slices.Contains(Modes, mode) {
		return fmt.Errorf("%s cannot fail by %q: one of %s", f.provider, mode, strings.Join(Modes, ", "))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mode, f.until, f.times = mode, until, times
	return nil
}

// Counted reports whether a number of calls is to fail, not a time or until it
// is healed.
func (f *Faults) Counted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end()
	return f.mode != "" && f.times > 0
}

// Slow makes every answer take d. What takes as long as the caller's patience
// is done, and its answer comes too late.
func (f *Faults) Slow(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slow = d
}

// Heal ends failure and slowness.
func (f *Faults) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mode, f.until, f.times, f.slow = "", time.Time{}, 0, 0
}

// Outcome is what becomes of one call: whether the provider does what it is
// asked, and the error the caller gets in place of the answer, nil for none.
type Outcome struct {
	Performs bool
	Err      error
	Mode     string // how it fails; empty for slowness, and for not failing
}

// Strike decides the outcome of one call, spends its time on ctx's meter and
// counts it. A lookup is a call like any other.
func (f *Faults) Strike(ctx context.Context) Outcome {
	if err := ctx.Err(); err != nil {
		return Outcome{Err: err}
	}
	mode, slow := f.next()
	switch mode {
	case "":
		if slow >= Patience {
			clock.Spend(ctx, Patience)
			return Outcome{Performs: true, Err: f.says("the answer came too late: %w", context.DeadlineExceeded)}
		}
		clock.Spend(ctx, slow)
		return Outcome{Performs: true}
	case Hang:
		clock.Spend(ctx, Patience)
	default:
		clock.Spend(ctx, min(slow, Patience))
	}
	return Outcome{Performs: mode == LostReply, Err: f.failure(mode), Mode: mode}
}

// next returns the mode of the next call and how long its answer takes.
func (f *Faults) next() (mode string, slow time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.take(), f.slow
}

// Spoiled tells whether the next connection is to show an expired certificate,
// which is then one call that has failed: what ServeTLS asks.
func (f *Faults) Spoiled() bool { return f.nextIs(BadTLS) }

// nextIs tells whether the next call fails by a mode, and if so counts it.
func (f *Faults) nextIs(mode string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end()
	return f.mode == mode && f.take() == mode
}

// take counts a call and returns its mode. mu is held.
func (f *Faults) take() string {
	f.end()
	mode := f.mode
	if mode != "" && f.times > 0 {
		if f.times--; f.times == 0 {
			f.mode = ""
		}
	}
	return mode
}

// end ends a fault whose time is over. mu is held.
func (f *Faults) end() {
	if !f.until.IsZero() && !f.clock.Now().Before(f.until) {
		f.mode, f.until, f.times = "", time.Time{}, 0
	}
}

var (
	errExpired    = errors.New("x509: certificate has expired or is not yet valid")
	errUnreadable = errors.New("invalid character '<' looking for beginning of value")
)

func (f *Faults) failure(mode string) error {
	switch mode {
	case Refuse:
		return f.says("%w", syscall.ECONNREFUSED)
	case Hang:
		return f.says("no answer: %w", context.DeadlineExceeded)
	case Unauthorized:
		return &integrations.Unauthorized{Provider: f.provider, Status: http.StatusUnauthorized}
	case Throttle:
		return &integrations.Throttled{Provider: f.provider, Status: http.StatusTooManyRequests, After: comeBack}
	case BadTLS:
		return f.says("tls: failed to verify certificate: %w", errExpired)
	case Garbage:
		return f.says("unreadable answer: %w", errUnreadable)
	case LostReply:
		return f.says("connection reset before the answer: %w", io.ErrUnexpectedEOF)
	}
	return f.says("it answered %s", mode)
}

func (f *Faults) says(format string, args ...any) error {
	return fmt.Errorf("%s: "+format, append([]any{f.provider}, args...)...)
}
