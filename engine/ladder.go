package engine

import (
	"errors"
	"math/rand/v2"
	"time"

	"holdfast/journal"
)

// droppableTries is after how many tries a droppable effect is given up.
const droppableTries = 4

// pageLadder is when a page is tried, counted from the first try. After it the
// fallback ladder of people starts, and the tries go on more slowly.
var pageLadder = []time.Duration{0, 5 * time.Second, 15 * time.Second}

// wait returns how long after a failed try the next one is made. It is pure
// but for the jitter drawn from r.
func wait(kind string, tries int, err error, r *rand.Rand) time.Duration {
	d := backoff(kind, tries, r)
	var hint interface{ RetryAfter() time.Duration }
	if errors.As(err, &hint) {
		d = max(d, hint.RetryAfter())
	}
	return d
}

// untouched says that a failed try has left no doubt behind.
func untouched(err error) bool {
	var sure interface{ Untouched() bool }
	return errors.As(err, &sure) && sure.Untouched()
}

func backoff(kind string, tries int, r *rand.Rand) time.Duration {
	if kind == journal.Page {
		if tries < len(pageLadder) {
			return pageLadder[tries] - pageLadder[tries-1]
		}
		return min(15*time.Second<<min(tries-len(pageLadder), 4), time.Minute)
	}
	ceiling := min(time.Second<<min(tries-1, 6), time.Minute)
	// Full jitter keeps many waiting effects from coming back at one instant; a
	// tenth of a second keeps a try from following at once.
	return max(time.Duration(r.Int64N(int64(ceiling))).Round(time.Millisecond), 100*time.Millisecond)
}
