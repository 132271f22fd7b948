package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/templates"
)

// planKeeper holds the plan in force: the last one that could be used. A plan
// that checks badly is named and left aside, so that nobody's declaration fails
// for it.
type planKeeper struct {
	from  planSource
	every time.Duration // between two looks
	log   *slog.Logger

	mu       sync.Mutex
	plan     *plan.Plan
	set      *templates.Set
	standing templates.PlanStanding
	names    map[string]string // of counterparts, in messages

	told string // the commit that the open incidents have been told of; of watch only
}

// planSource is where a plan comes from: a folder, or a repository.
type planSource interface {
	// kept returns the plan that was in force before, nil where nobody knows.
	kept() *plan.Plan
	// look returns the newest plan that can be used, and where that stands. The
	// plan is nil where there is none.
	look(ctx context.Context) (*plan.Plan, templates.PlanStanding)
	// at returns the plan of a commit; E_COMMIT_MISSING for one that is not known.
	at(commit string) (*plan.Plan, error)
	// refusal says why there is no plan that can be used.
	refusal() error
}

// openPlan reads the plan. Without one that can be used no server starts; one
// that was in force before is enough.
func openPlan(ctx context.Context, c config.Config, env func(string) string, log *slog.Logger) (*planKeeper, error) {
	k := &planKeeper{every: lookAtFolder, log: log, from: &planFolder{dir: c.PlanDir, now: clock.System{}.Now}}
	if c.PlanGit.URL != "" {
		r, err := openPlanRepository(ctx, c, env)
		if err != nil {
			return nil, err
		}
		k.from, k.every = r, c.PlanGit.Poll
	}
	if p := k.from.kept(); p != nil {
		k.standing = templates.PlanStanding{Commit: p.Commit, Since: p.Since, Current: p.Since}
		if err := k.force(p); err != nil {
			return nil, err
		}
	} else {
		k.look(ctx)
	}
	if k.plan == nil {
		return nil, k.from.refusal()
	}
	log.Info("plan in force", "plan", k.plan.Commit, "services", len(k.plan.Services), "people", len(k.plan.People))
	return k, nil
}

// Plan returns the plan in force.
func (k *planKeeper) Plan() *plan.Plan {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.plan
}

// Templates returns the messages in force: the shipped ones and the plan's.
func (k *planKeeper) Templates() *templates.Set {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set.Calling(k.names)
}

// call gives counterparts the names that messages call them by.
func (k *planKeeper) call(names map[string]string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.names = names
}

// Standing implements commands.Plans.
func (k *planKeeper) Standing() templates.PlanStanding {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.standing
}

// At implements commands.Plans.
func (k *planKeeper) At(_ context.Context, commit string) (*plan.Plan, error) {
	return k.from.at(commit)
}

// watch looks at the plan until ctx ends, and has open incidents told when
// another one has come into force, while this replica leads.
func (k *planKeeper) watch(ctx context.Context, leads func() bool, tell func(context.Context) error) {
	turn := time.NewTimer(0) // what was in force before may be old
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		k.look(ctx)
		k.tell(ctx, leads, tell)
		turn.Reset(k.every)
	}
}

func (k *planKeeper) tell(ctx context.Context, leads func() bool, tell func(context.Context) error) {
	if !leads() {
		k.told = "" // whoever leads next looks at all of them
		return
	}
	commit := k.Plan().Commit
	if k.told == commit {
		return
	}
	if err := tell(ctx); err != nil {
		k.log.Warn("not every open incident could be told of the plan", "plan", commit, "err", fault.From(err).Text)
		return
	}
	k.told = commit
}

// look puts the newest plan in force, if it can be used.
func (k *planKeeper) look(ctx context.Context) {
	p, now := k.from.look(ctx)
	if ctx.Err() != nil {
		return
	}
	before := k.Standing()
	k.say(before, now)
	if p != nil && (k.Plan() == nil || p.Commit != k.Plan().Commit) {
		if err := k.force(p); err != nil {
			k.log.Error("the messages of the plan cannot be used; the plan before stays in force", "plan", p.Commit, "err", err)
			return
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.standing = now
}

// force puts a plan in force.
func (k *planKeeper) force(p *plan.Plan) error {
	set, err := templates.Shipped().With(p.Templates)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.plan != nil {
		k.log.Info("plan in force", "plan", p.Commit, "before", k.plan.Commit)
	}
	k.plan, k.set = p, set
	return nil
}

// say tells the log what has turned since the last look.
func (k *planKeeper) say(before, now templates.PlanStanding) {
	if now.Refused != "" && now.Refused != before.Refused {
		k.log.Error("the plan was changed and cannot be used; the one before stays in force", "plan", now.Commit, "refused", now.Refused, "errors", now.Errors, "first", now.Wrong)
	}
	if now.Rewritten != "" && now.Rewritten != before.Rewritten && !before.Checked.IsZero() {
		k.log.Warn("the plan's branch was rewritten: a commit is gone from its history", "branch", now.From, "gone", now.Rewritten)
	}
	switch {
	case now.Unreached != "" && before.Unreached == "":
		k.log.Warn("the plan's repository cannot be asked; the last good commit stays in force", "plan", now.Commit, "err", now.Unreached)
	case now.Unreached == "" && before.Unreached != "":
		k.log.Info("the plan's repository answers again")
	}
}

// isRefused says that the newest plan cannot be used.
func (k *planKeeper) isRefused() bool { return k.Standing().Refused != "" }

// age is how long ago the plan in force was last known to be the newest.
func (k *planKeeper) age(now time.Time) time.Duration {
	current := k.Standing().Current
	if current.IsZero() {
		return 0
	}
	return now.Sub(current)
}
