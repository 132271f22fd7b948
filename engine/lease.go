package engine

import (
	"context"
	"math"
	"time"

	"holdfast/incident"
	"holdfast/readiness"
	"holdfast/storage"
)

// PerformLease is the one lease of a workspace: its holder performs effects,
// fires timers and draws displays. Safety never rests on it, but on positions
// and the providers' keys.
const PerformLease = "perform"

// leads takes or keeps the lease.
func (e *Engine) leads(ctx context.Context, now time.Time) bool {
	if e.sched.keepsLease(now) {
		return true
	}
	held, err := e.opts.Store.Lease(ctx, PerformLease, e.opts.Replica, e.opts.LeaseLife)
	if err != nil {
		e.opts.Log.Warn("take the lease", "lease", PerformLease, "err", err)
	}
	held = held && err == nil
	if e.sched.leased(held, now, e.opts.LeaseLife) {
		if err := e.takeOver(ctx); err != nil {
			e.opts.Log.Error("take over", "err", err)
			return e.sched.leased(false, now, e.opts.LeaseLife)
		}
	}
	return held
}

// Leading says whether this replica performs at present.
func (e *Engine) Leading() bool {
	e.sched.mu.Lock()
	defer e.sched.mu.Unlock()
	return e.sched.leading
}

// Resign gives the lease back, so that another replica performs at once and not
// only when it has run out. Advance must not be called any more.
func (e *Engine) Resign(ctx context.Context) {
	e.sched.mu.Lock()
	leading := e.sched.leading
	e.sched.leading = false
	e.sched.mu.Unlock()
	if !leading {
		return
	}
	if _, err := e.opts.Store.Lease(ctx, PerformLease, e.opts.Replica, 0); err != nil {
		e.opts.Log.Warn("give the lease back", "lease", PerformLease, "err", err)
	}
}

func (sc *scheduler) keepsLease(now time.Time) bool {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return sc.leading && now.Before(sc.leaseCheck)
}

// leased notes the answer to a request for the lease. tookOver says that
// another replica may have led since this one last did.
func (sc *scheduler) leased(held bool, now time.Time, life time.Duration) (tookOver bool) {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	tookOver = held && sc.asked && (!sc.leading || !now.Before(sc.leaseEnd))
	sc.leading, sc.asked = held, true
	sc.leaseCheck, sc.leaseEnd = now.Add(life/3), now.Add(life)
	return tookOver
}

// takeOver takes up what another replica may have begun: every effect may have
// reached its provider, and there may be incidents this one has not heard of.
func (e *Engine) takeOver(ctx context.Context) error {
	e.mu.Lock()
	clear(e.fresh)
	e.mu.Unlock()
	e.sched.mistrust()
	return e.Open(ctx)
}

// mistrust marks every effect as one that may have been done.
func (sc *scheduler) mistrust() {
	sc.mu.Lock()
	defer sc.mu.Unlock()
	for _, x := range sc.tries {
		x.doubtful = true
	}
}

// unknownGrowth is how far a journal goes of which only is known that it has
// grown.
const unknownGrowth = math.MaxUint64

// Grown tells the engine that a journal has grown, as the store's Watch does.
// What this process has written itself is no news.
func (e *Engine) Grown(ctx context.Context, g storage.Growth) error {
	if g.Seq == 0 {
		g.Seq = unknownGrowth
	}
	if g.Journal == incident.RegisterJournal {
		if g.Seq <= e.register.read.Load() {
			return nil
		}
		defer e.nudge()
		return e.meet(ctx)
	}
	if g.Seq <= e.shown(g.Journal) {
		return nil
	}
	e.mayHaveGrown(g.Journal, g.Seq)
	e.nudge()
	return nil
}

// shown is how many entries of a journal this process has read, for those who do
// not take its turn; 0 before anything was read.
func (e *Engine) shown(name string) uint64 {
	if name == readiness.Journal {
		if s := e.ratings.shown.Load(); s != nil {
			return s.Entries
		}
		return 0
	}
	if s := e.book(name).shown.Load(); s != nil {
		return s.Entries
	}
	return 0
}

func (e *Engine) mayHaveGrown(id string, seq uint64) {
	e.mu.Lock()
	g := e.grown[id]
	e.grown[id] = growth{max(g.seq, seq), g.times + 1}
	e.mu.Unlock()
	e.stir(id)
}

// growth is how far a journal is known to go, and how often that was told.
type growth struct {
	seq   uint64
	times int
}

// heard returns what has been told of a journal's growth so far.
func (e *Engine) heard(id string) growth {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.grown[id]
}

// caughtUp notes that a journal was read to its end; before is what had been
// told when the reading began.
func (e *Engine) caughtUp(id string, entries uint64, before growth) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if g := e.grown[id]; g.seq <= entries || g == before {
		delete(e.grown, id)
	}
}
