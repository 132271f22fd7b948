package slack

import (
	"net/url"
	"time"
)

// bucket holds what may still be called at a time.
type bucket struct {
	left float64
	at   time.Time
}

// burst is how many messages a channel takes at once.
const burst = 4

// perMinute is how many calls of a tier are let through in a minute, which is
// also how many may come at once.
var perMinute = map[int]float64{1: 5, 2: 20, 3: 50, 4: 100, free: 600}

// limit counts a call of a method and returns how long it has to wait, 0 when
// it may go ahead. mu is held.
func (w *Workspace) limit(name string, m method, form url.Values, now time.Time) time.Duration {
	if w.o.Unlimited {
		return 0
	}
	size, rate := perMinute[m.tier], perMinute[m.tier]/60
	if m.tier == posting {
		name += " " + form.Get("channel")
		size, rate = burst, 1
	}
	b := w.buckets[name]
	if b == nil {
		b = &bucket{left: size, at: now}
		w.buckets[name] = b
	}
	b.left = min(size, b.left+now.Sub(b.at).Seconds()*rate)
	b.at = now
	if b.left < 1 {
		return max(time.Second, time.Duration((1-b.left)/rate*float64(time.Second)))
	}
	b.left--
	return 0
}
