package engine

import (
	"context"
	"errors"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/readiness"
	"holdfast/storage"
)

// Readiness is what the journal of ratings and reviews needs beside an engine's
// other options. The zero value keeps the journal and lets nothing fall due.
type Readiness struct {
	Performers map[string]PerformerOf[readiness.State] // by effect type
	// Due returns what falls due under the plan in force, as readiness.Due does.
	Due func(s readiness.State, now time.Time) (due []readiness.Timer, next time.Time)
}

// planLook is how long a plan may be in force before what it makes due is seen:
// nobody tells the engine of a new one.
const planLook = time.Hour

// Rate decides a command on the journal of ratings and reviews, and appends its
// facts, as Do does. The command's Journal and Action are not used.
func (e *Engine) Rate(ctx context.Context, cmd Command, a readiness.Action) (ResultOf[readiness.State], error) {
	return do(ctx, e, e.ratings, cmd, func(s readiness.State) ruling { return rulingOf(readiness.Decide(s, e.rater(cmd), a)) })
}

// PreviewRate judges a command as Rate would and records nothing.
func (e *Engine) PreviewRate(ctx context.Context, cmd Command, a readiness.Action) (ResultOf[readiness.State], error) {
	s, err := e.Readiness(ctx)
	if err != nil {
		return ResultOf[readiness.State]{}, err
	}
	v := readiness.Decide(s, e.rater(cmd), a)
	if v.Refusal != nil {
		return ResultOf[readiness.State]{}, v.Refusal
	}
	_, entries, err := e.draft(readiness.Journal, s.Entries, cmd, v.Rule, v.Statements)
	return ResultOf[readiness.State]{Journal: readiness.Journal, Entries: entries, State: readiness.Fold(s, entries...)}, err
}

func (e *Engine) rater(cmd Command) readiness.Context {
	return readiness.Context{Now: e.opts.Clock.Now(), Actor: readiness.Person(cmd.Actor)}
}

func rulingOf(v readiness.Verdict) ruling {
	return ruling{statements: v.Statements, rule: v.Rule, refusal: v.Refusal}
}

// Readiness returns what the journal of ratings and reviews adds up to now. One
// without entries is no error. Of a frozen one it is what can be read, and Frozen
// says why there is no more: what was in dispute is so still.
func (e *Engine) Readiness(ctx context.Context) (readiness.State, error) {
	b := e.ratings
	if err := b.turn.take(ctx, b.name); err != nil {
		return readiness.State{}, err
	}
	defer b.turn.give()
	before := e.heard(b.name)
	var frozen *storage.FrozenError
	err := b.catchUp(ctx, e)
	if err != nil && (!errors.As(err, &frozen) || b.state.Entries == 0) {
		return readiness.State{}, err
	}
	s := b.state
	if frozen != nil {
		s.Frozen = frozen.String()
	}
	e.caughtUp(b.name, s.Entries, before)
	b.shown.Store(&s) // also while it is empty, so that nobody asks again
	return s, nil
}

// RecentReadiness returns the state that this process has, as Recent does.
func (e *Engine) RecentReadiness(ctx context.Context) (readiness.State, error) {
	if s := e.ratings.shown.Load(); s != nil && !e.isBehind(readiness.Journal, s.Entries) {
		return *s, nil
	}
	return e.Readiness(ctx)
}

type aboutReadiness struct{ readiness.State }

func (s aboutReadiness) id() string              { return readiness.Journal }
func (s aboutReadiness) effects() journal.Outbox { return s.Outbox }
func (s aboutReadiness) newer() bool             { return s.Newer() != "" }
func (s aboutReadiness) over() bool              { return false }

// display draws nothing: what this journal has to show is shown on request.
func (s aboutReadiness) display(context.Context, Display, time.Time) time.Time { return time.Time{} }

func (s aboutReadiness) perform(ctx context.Context, e *Engine, a journal.Attempt) (string, error) {
	return performWith(ctx, e.opts.Readiness.Performers, s.State, a)
}

func (s aboutReadiness) timers(e *Engine, now time.Time) (due []timer, next time.Time) {
	if e.opts.Readiness.Due == nil {
		return nil, time.Time{}
	}
	fallen, next := e.opts.Readiness.Due(s.State, now)
	for _, t := range fallen {
		due = append(due, timer{t.Name, t.At, func(ctx context.Context, cmd Command) (bool, error) {
			r, err := e.Rate(ctx, cmd, t.Action)
			return len(r.Entries) > 0 && !r.Duplicate, err
		}})
	}
	return due, earliest(next, now.Add(planLook))
}

// reassess has the journal of readiness ask for a review, because an incident
// took longer than its service may. The command id is the effect's key.
func (e *Engine) reassess(ctx context.Context, id string, a journal.Attempt) (ref string, err error) {
	s, err := e.State(ctx, id)
	if err != nil {
		return "", err
	}
	m, ok := s.MissOf(a.Key)
	if !ok {
		return "", nil // taken back meanwhile
	}
	r, err := e.Rate(ctx, Command{ID: a.Key, Actor: incident.Person{ID: journal.Bot}, Source: "engine"}, readiness.Reopen{
		Kind: readiness.ByIncident, Ref: id, TTR: time.Duration(m.TTR), RTO: time.Duration(m.RTO), Subject: readiness.Subject{Service: m.Service},
	})
	if fault.CodeOf(err) == fault.Newer {
		f := *fault.From(err)
		f.Permanent = true
		err = &f
	}
	return r.Ref(), err
}
