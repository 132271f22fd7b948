package redis

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"holdfast/internal/clock"
)

// theirs is the clock of Redis as far as its answers tell, counted from this
// machine's monotonic clock, so that it does not jump with the other one. A
// write carries the instant after which nobody waits for it: what a hanging
// Redis finds in its socket when it wakes must not land an hour after somebody
// was told that it was not recorded.
type theirs struct {
	ahead atomic.Int64 // microseconds, at least
	span  atomic.Int64 // the span in which forgetting was last seen to
}

// origin is an instant of this machine's monotonic clock.
var origin = clock.System{}.Now()

// at returns t in microseconds as Redis counts them; if anything a little less,
// by the time its last answer took.
func (c *theirs) at(t time.Time) int64 { return c.ahead.Load() + t.Sub(origin).Microseconds() }

// begins says, once, that a span has begun.
func (c *theirs) begins(span int64) bool { return c.span.Swap(span) != span }

// told takes in what the clock of Redis has just shown.
func (c *theirs) told(micros int64) {
	c.ahead.Store(micros - clock.System{}.Now().Sub(origin).Microseconds())
}

// late takes in the instant at which Redis found a write too late that is not:
// its clock has gone forward, or it is another Redis.
func (c *theirs) late(instant string) error {
	micros, err := strconv.ParseInt(instant, 10, 64)
	if err != nil {
		return fmt.Errorf("%q is no instant: %w", instant, err)
	}
	c.told(micros)
	return nil
}
