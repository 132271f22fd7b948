package engine

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/journal"
)

// perPlatform is how many calls may be under way to one platform.
const perPlatform = 4

// breakAfter consecutive failures of a platform only one call at a time is
// made to it, until one succeeds.
const breakAfter = 5

// scheduler remembers the tries of this process. Nothing in it need survive:
// what is pending is in the journals.
type scheduler struct {
	mu       sync.Mutex
	tries    map[string]*try // by effect key
	groups   map[string]*group
	lanes    map[lane]*turnOf
	apart    map[string]time.Duration
	returned []outcome
	rand     *rand.Rand

	leading    bool
	leaseCheck time.Time // when the lease is renewed next
	leaseEnd   time.Time // until when nobody else can have it
	asked      bool      // the lease has been asked for before
}

// lane is where messages wait for each other: a place on a platform.
type lane struct{ platform, place string }

// turnOf is whose turn it is in a lane.
type turnOf struct {
	taken bool
	next  time.Time // not before
}

// try is what is known of one effect's attempts.
type try struct {
	journal  string
	platform string
	number   int
	next     time.Time // earliest next try
	flying   bool
	doubtful bool   // an earlier try may have reached the provider
	failed   bool   // the last try did not get through
	why      string // it did not, in a sentence
}

// group is the calls to one platform.
type group struct {
	flying   int
	failures int // in a row
}

// outcome is what a call has brought back, and when on the clock in use.
type outcome struct {
	journal string
	effect  journal.Effect
	ref     string
	err     error
	at      time.Time
}

// platform names what an effect talks to; calls to different ones never wait
// for each other.
func platform(e journal.Effect) string {
	switch e.Type {
	case journal.Page:
		return "pager"
	case journal.Ticket, journal.Link, journal.Comment, journal.Transition:
		return "tracker"
	case journal.Mail, journal.StatusPage:
		return e.Type
	case journal.PageNote, journal.PageUpdate:
		return "notes" // which keep no page waiting
	case journal.Register, journal.Merge, journal.Reassess:
		return e.Type
	case journal.Propose:
		return "plan"
	}
	if _, name, ok := strings.Cut(e.Key, "@"); ok {
		name, _, _ = strings.Cut(name, "#")
		return name
	}
	return "chat"
}

// begin notes a try, unless it must wait.
func (sc *scheduler) begin(of string, t journal.Tracked, now time.Time, fresh bool) (journal.Attempt, bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	x, known := sc.tries[t.Key]
	if !known {
		// Requested before this process started: somebody may have begun it.
		x = &try{journal: of, platform: platform(t.Effect), doubtful: !fresh}
		sc.tries[t.Key] = x
	}
	g := sc.group(x.platform)
	limit := perPlatform
	if g.failures >= breakAfter {
		limit = 1
	}
	if x.flying || x.next.After(now) {
		return journal.Attempt{}, false
	}
	if g.flying >= limit {
		x.next = now // it is ready: the end of any call to its platform starts it
		return journal.Attempt{}, false
	}
	if l := sc.lane(x.platform, t.Effect); l != nil {
		if l.taken || l.next.After(now) {
			x.next = latest(now, l.next)
			return journal.Attempt{}, false
		}
		l.taken, l.next = true, now.Add(sc.apart[x.platform])
	}
	x.flying, x.failed, x.number = true, false, x.number+1
	g.flying++
	return journal.Attempt{Effect: t.Effect, Number: x.number, Doubtful: x.doubtful, Asked: t.Asked}, true
}

func (sc *scheduler) group(name string) *group {
	g, ok := sc.groups[name]
	if !ok {
		g = &group{}
		sc.groups[name] = g
	}
	return g
}

// lane returns the turn of where an effect says something; nil where it says
// nothing. One whose turn is over and long past is forgotten with the others.
func (sc *scheduler) lane(platform string, e journal.Effect) *turnOf {
	place := e.Says()
	if place == "" {
		return nil
	}
	at := lane{platform, place}
	l, ok := sc.lanes[at]
	if !ok {
		if len(sc.lanes) >= mostLanes {
			maps.DeleteFunc(sc.lanes, func(_ lane, l *turnOf) bool { return !l.taken })
		}
		l = &turnOf{}
		sc.lanes[at] = l
	}
	return l
}

// mostLanes bounds the places whose turn is remembered; one that is forgotten
// may be spoken in a moment early, and the platform says so.
const mostLanes = 10_000

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (sc *scheduler) hasReturned(now time.Time) bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return slices.ContainsFunc(sc.returned, func(o outcome) bool { return !o.at.After(now) })
}

func (sc *scheduler) take(now time.Time) []outcome {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	var due, rest []outcome
	for _, o := range sc.returned {
		if o.at.After(now) {
			rest = append(rest, o)
		} else {
			due = append(due, o)
		}
	}
	sc.returned = rest
	sortOutcomes(due)
	return due
}

// ending is how an effect is over.
type ending struct {
	key, ref string
	failed   bool
	reason   string
}

// judge decides what an outcome means: done, given up, or tried again later.
func (sc *scheduler) judge(o outcome, now time.Time) (end ending, over bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	x := sc.tries[o.effect.Key]
	g := sc.group(x.platform)
	x.flying = false
	g.flying--
	if l := sc.lane(x.platform, o.effect); l != nil {
		l.taken = false
	}
	switch {
	case o.err == nil:
		if g.failures > 0 {
			g.failures = 0
			sc.release(x.platform, now)
		}
		return ending{key: o.effect.Key, ref: o.ref}, true
	case permanent(o.err), o.effect.Droppable && x.number >= droppableTries:
		return ending{key: o.effect.Key, failed: true, reason: reason(o.err)}, true
	}
	x.why = reason(o.err)
	if untouched(o.err) {
		x.next = now.Add(wait(o.effect.Type, 1, o.err, sc.rand))
		return ending{}, false
	}
	g.failures++
	x.doubtful, x.failed = true, true
	x.next = now.Add(wait(o.effect.Type, x.number, o.err, sc.rand))
	return ending{}, false
}

// release lets everything go that waits only because its platform has failed:
// the platform is back.
func (sc *scheduler) release(platform string, now time.Time) {
	for _, x := range sc.tries {
		if x.failed && !x.flying && x.platform == platform && x.next.After(now) {
			x.next = now
		}
	}
}

// why returns why the last try of an effect has failed; empty when this process
// has made none.
func (sc *scheduler) why(key string) string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if x := sc.tries[key]; x != nil {
		return x.why
	}
	return ""
}

func (sc *scheduler) waitingKeys(id string) []string {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	var keys []string
	for key, x := range sc.tries {
		if x.journal == id && !x.flying {
			keys = append(keys, key)
		}
	}
	return keys
}

// again puts off an effect whose end could not be recorded.
func (sc *scheduler) again(key string, at time.Time) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	if x := sc.tries[key]; x != nil {
		x.doubtful, x.next = true, at
	}
}

// waiting returns the journals that have a try whose time has come.
func (sc *scheduler) waiting(now time.Time) map[string]bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	var ids map[string]bool
	for _, x := range sc.tries {
		if !x.flying && !x.next.IsZero() && !x.next.After(now) {
			if ids == nil {
				ids = map[string]bool{}
			}
			ids[x.journal] = true
		}
	}
	return ids
}

func (sc *scheduler) idle() bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for _, g := range sc.groups {
		if g.flying > 0 {
			return false
		}
	}
	return true
}

// next returns when the next outcome arrives or the next try is due.
func (sc *scheduler) next(now time.Time) (next time.Time) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for _, o := range sc.returned {
		next = earliest(next, o.at)
	}
	for _, x := range sc.tries {
		if !x.flying && x.next.After(now) {
			next = earliest(next, x.next)
		}
	}
	return next
}

func sortOutcomes(list []outcome) {
	slices.SortStableFunc(list, func(a, b outcome) int { return strings.Compare(a.effect.Key, b.effect.Key) })
}
