package engine

import (
	"context"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/readiness"
)

// subject is a journal as the scheduler sees it, whatever it is about: what it
// wants done outside, and what falls due in it.
type subject interface {
	id() string
	effects() journal.Outbox
	newer() bool // it holds a fact that this version does not know
	over() bool  // nothing comes of it any more but by somebody's hand
	perform(ctx context.Context, e *Engine, a journal.Attempt) (ref string, err error)
	timers(e *Engine, now time.Time) (due []timer, next time.Time)
	display(ctx context.Context, d Display, now time.Time) (next time.Time)
}

// timer is something that has fallen due. fire completes the command and says
// whether anything was added by it.
type timer struct {
	name string
	at   time.Time
	fire func(context.Context, Command) (added bool, err error)
}

// subject reads a journal. frozen says why there is no more of it to be read.
func (e *Engine) subject(ctx context.Context, id string) (s subject, frozen string, err error) {
	if id == readiness.Journal {
		s, err := e.RecentReadiness(ctx)
		return aboutReadiness{s}, s.Frozen, err
	}
	i, err := e.Recent(ctx, id)
	return aboutIncident{&i}, i.Frozen, err
}

// settle records how an effect has ended.
func (e *Engine) settle(ctx context.Context, name string, end ending) (err error) {
	cmd := Command{Journal: name, ID: end.key + "/over", Actor: incident.Person{ID: journal.Bot}, Source: "engine"}
	switch {
	case name == readiness.Journal && end.failed:
		_, err = e.Rate(ctx, cmd, readiness.Fail{Key: end.key, Reason: end.reason})
	case name == readiness.Journal:
		_, err = e.Rate(ctx, cmd, readiness.Settle{Key: end.key, Ref: end.ref})
	case end.failed:
		cmd.Action = incident.Fail{Key: end.key, Reason: end.reason}
		_, err = e.Do(ctx, cmd)
	default:
		cmd.Action = incident.Settle{Key: end.key, Ref: end.ref}
		_, err = e.Do(ctx, cmd)
	}
	return err
}

type aboutIncident struct{ *incident.State }

func (s aboutIncident) id() string              { return s.ID }
func (s aboutIncident) effects() journal.Outbox { return s.Outbox }
func (s aboutIncident) newer() bool             { return s.Newer() != "" }
func (s aboutIncident) over() bool              { return s.Phase == incident.PhaseClosed && s.Pending == 0 }

func (s aboutIncident) perform(ctx context.Context, e *Engine, a journal.Attempt) (string, error) {
	return performWith(ctx, e.opts.Performers, *s.State, a)
}

func (s aboutIncident) display(ctx context.Context, d Display, now time.Time) time.Time {
	return d.Display(ctx, *s.State, now)
}

func (s aboutIncident) timers(e *Engine, now time.Time) (due []timer, next time.Time) {
	fallen, next := incident.Due(*s.State, now)
	for _, t := range fallen {
		due = append(due, timer{t.Name, t.At, func(ctx context.Context, cmd Command) (bool, error) {
			cmd.Action, cmd.Platform = e.reasoned(t.Action), s.Platform
			r, err := e.Do(ctx, cmd)
			return len(r.Entries) > 0 && !r.Duplicate, err
		}})
	}
	return due, next
}
