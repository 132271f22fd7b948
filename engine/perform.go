package engine

import (
	"context"
	"errors"
	"slices"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// callLimit ends a call that does not come back.
const callLimit = 10 * time.Second

// startReady starts the effects that may start now: predecessors over, its
// time come, its platform not busy. Pages are first. It stops as soon as a
// call has come back, so that what it brought is recorded before the next one
// starts.
func (e *Engine) startReady(ctx context.Context, now time.Time) (started bool) {
	for _, s := range e.attention(ctx, now) {
		e.forgetOver(s)
		for _, t := range startable(s) {
			if a, ok := e.sched.begin(s.id(), t, now, e.isFresh(t.Key)); ok {
				e.start(ctx, s, a, now)
				started = true
			}
			if e.sched.hasReturned(now) {
				return true
			}
		}
	}
	return started
}

// startable returns the effects whose turn it is, none where this version may
// not record their ends. The register hears of an end last, so that a restart
// finds every incident that still has something to do.
func startable(s subject) []journal.Tracked {
	if s.newer() {
		return nil
	}
	busy := slices.ContainsFunc(s.effects().Open(), func(t journal.Tracked) bool { return t.Type != journal.Register })
	return slices.DeleteFunc(s.effects().Ready(), func(t journal.Tracked) bool { return t.Type == journal.Register && busy })
}

func (e *Engine) isFresh(key string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fresh[key]
}

// start makes one call. Virtual time that the call spends puts off its
// outcome; real time has passed when it returns.
func (e *Engine) start(ctx context.Context, s subject, a journal.Attempt, now time.Time) {
	e.calls.Add(1)
	e.opts.Spawn(func() {
		defer e.calls.Done()
		callCtx, meter := clock.WithMeter(context.WithoutCancel(ctx))
		callCtx, cancel := context.WithTimeout(callCtx, callLimit)
		defer cancel()
		defer context.AfterFunc(e.life, cancel)()
		ref, err := e.perform(callCtx, s, a)
		e.sched.mu.Lock()
		at := now.Add(min(meter.Spent(), callLimit))
		e.sched.returned = append(e.sched.returned, outcome{s.id(), a.Effect, ref, err, at})
		e.sched.mu.Unlock()
		e.nudge()
	})
}

func (e *Engine) perform(ctx context.Context, s subject, a journal.Attempt) (ref string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Newf(fault.Internal, "", "performing %s panicked: %v", a.Key, p)
		}
	}()
	if journal.Own(a.Type) {
		return e.own(ctx, s.id(), a)
	}
	return s.perform(ctx, e, a)
}

// performWith has the performer of an effect's type do it.
func performWith[S any](ctx context.Context, all map[string]PerformerOf[S], s S, a journal.Attempt) (ref string, err error) {
	p, ok := all[a.Type]
	if !ok {
		f := fault.Newf(fault.NotOpen, "Configure one, or do it by hand.", "Nothing here can do a %s.", a.Type)
		f.Permanent = true
		return "", f
	}
	return p.Perform(ctx, s, a)
}

// settleReturned records the ends of calls whose time has come, in the order
// of their keys.
func (e *Engine) settleReturned(ctx context.Context, now time.Time) (any bool) {
	for _, o := range e.sched.take(now) {
		any = true
		end, over := e.sched.judge(o, now)
		if !over {
			e.opts.Log.Warn("effect failed, will be tried again", "journal", o.journal, "effect", o.effect.Key, "err", o.err)
			continue
		}
		if err := e.settle(ctx, o.journal, end); err != nil {
			// It is done outside but not recorded: look before doing it again.
			e.opts.Log.Error("record the end of an effect", "effect", o.effect.Key, "err", err)
			e.sched.again(o.effect.Key, now.Add(time.Second))
			continue
		}
		e.forget(o.effect.Key)
	}
	return any
}

// forget drops what was remembered of an effect that is over.
func (e *Engine) forget(key string) {
	e.mu.Lock()
	delete(e.fresh, key)
	e.mu.Unlock()
	e.sched.mu.Lock()
	delete(e.sched.tries, key)
	e.sched.mu.Unlock()
}

// forgetOver drops what was remembered of effects that have ended without a
// call of this process: abandoned, given up for their age, or done by another.
func (e *Engine) forgetOver(s subject) {
	for _, key := range e.sched.waitingKeys(s.id()) {
		if t, _ := s.effects().Get(key); t.Outcome != journal.Pending {
			e.forget(key)
		}
	}
}

func reason(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Text
	}
	return err.Error()
}
