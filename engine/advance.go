package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// agenda is when an incident next needs attention.
type agenda struct {
	stirs  int       // how often it has had something new
	looked int       // stirs when its state was last read
	done   int       // stirs that have been seen to
	timer  time.Time // its next timer; zero: none
	redraw time.Time // when it is to be drawn again by itself; zero: not at all
	drawn  bool      // it is being drawn now
}

// dirty says that it has grown, or has never been looked at.
func (a *agenda) dirty() bool { return a.stirs != a.done }

// due says that its timer or its drawing has come.
func (a *agenda) due(now time.Time) bool {
	next := earliest(a.timer, a.redraw)
	return !next.IsZero() && !next.After(now)
}

// stir marks an incident as having something new.
func (e *Engine) stir(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	a, ok := e.active[id]
	if !ok {
		a = &agenda{}
		e.active[id] = a
	}
	a.stirs++
}

// look notes that an incident's state is about to be read: what comes after
// that is new again.
func (e *Engine) look(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a := e.active[id]; a != nil {
		a.looked = a.stirs
	}
}

// Advance does everything that can be done at now: it takes in what calls have
// brought back, starts ready effects, then fires timers that are due, and begins
// anew until nothing is left; then it has drawn what has changed. Calls and
// drawings go on beside it; idle says that none is under way. next is the earliest instant at which there will be more to do by
// itself; zero when there is none. When ctx ends, what has begun is recorded and
// nothing more is begun.
func (e *Engine) Advance(ctx context.Context, now time.Time) (idle bool, next time.Time) {
	ended := ctx.Err
	ctx = context.WithoutCancel(ctx)
	if !e.leads(ctx, now) {
		return true, earliest(now.Add(e.opts.LeaseLife/3), e.draw(ctx, now, e.opts.Private))
	}
	for ended() == nil {
		if e.settleReturned(ctx, now) || e.startReady(ctx, now) {
			continue
		}
		if e.fireTimers(ctx, now) {
			continue
		}
		break
	}
	next = e.draw(ctx, now, e.displays)
	return e.sched.idle() && !e.isDrawing(), earliest(next, e.sched.next(now))
}

// worklist returns the active incidents that have grown or whose time has come,
// in the order they were declared.
func (e *Engine) worklist(now time.Time) []string {
	waiting := e.sched.waiting(now)
	e.mu.Lock()
	defer e.mu.Unlock()
	var ids []string
	for id, a := range e.active {
		if a.dirty() || a.due(now) || waiting[id] {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, byNumber)
	return ids
}

func byNumber(a, b string) int {
	pa, na, _ := strings.Cut(a, "-")
	pb, nb, _ := strings.Cut(b, "-")
	ia, _ := strconv.Atoi(na)
	ib, _ := strconv.Atoi(nb)
	if pa != pb {
		return strings.Compare(pa, pb)
	}
	return ia - ib
}

// attention returns the journals that have grown or whose time has
// come, and forgets those that are over.
func (e *Engine) attention(ctx context.Context, now time.Time) []subject {
	var all []subject
	for _, id := range e.worklist(now) {
		e.look(id)
		s, frozen, err := e.subject(ctx, id)
		if e.setAside(id, frozen, err) {
			e.postpone(id, now)
			continue
		}
		all = append(all, s)
	}
	return all
}

func (e *Engine) fireTimers(ctx context.Context, now time.Time) (fired bool) {
	for _, s := range e.attention(ctx, now) {
		due, _ := s.timers(e, now)
		for _, t := range due {
			added, err := t.fire(ctx, Command{
				ID:      s.id() + "/timer/" + t.name + "/" + t.at.UTC().Format(time.RFC3339Nano),
				Journal: s.id(), Actor: incident.Person{ID: journal.Bot}, Source: "engine",
			})
			if err != nil {
				e.opts.Log.Error("fire timer", "journal", s.id(), "timer", t.name, "err", err)
				e.postpone(s.id(), now)
				continue
			}
			if added {
				fired = true
				break // the state has moved: look again
			}
		}
	}
	return fired
}

// reasoned puts into an announcement what this process knows of the tries.
func (e *Engine) reasoned(a incident.Action) incident.Action {
	switch a := a.(type) {
	case incident.Stuck:
		a.Why = e.sched.why(a.Key)
		return a
	case incident.ConfirmMissing:
		a.Why = e.sched.why(a.Key)
		return a
	}
	return a
}

// postpone looks at an incident again in a second: its journal could not be
// read or written.
func (e *Engine) postpone(id string, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a := e.active[id]; a != nil {
		a.done, a.timer, a.redraw = a.stirs, now.Add(time.Second), time.Time{}
	}
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func permanent(err error) bool {
	f := fault.From(err)
	return f.Permanent
}
