package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/plan/lint"
	"holdfast/templates"
)

// lookAtPlan is how often the plan's folder is looked at.
const lookAtPlan = 30 * time.Second

// planKeeper holds the plan in force: the last one that could be used. A plan
// that checks badly is named and left aside, so that nobody's declaration fails
// for it.
type planKeeper struct {
	dir string
	log *slog.Logger

	mu      sync.Mutex
	plan    *plan.Plan
	set     *templates.Set
	refused string // the commit that was refused last
}

// openPlan reads a plan's folder. Without a plan that can be used no server
// starts.
func openPlan(dir string, log *slog.Logger) (*planKeeper, error) {
	k := &planKeeper{dir: dir, log: log}
	p, set, err := readPlan(dir)
	if err != nil {
		return nil, err
	}
	k.plan, k.set = p.InForce(clock.System{}.Now()), set
	log.Info("plan in force", "plan", p.Commit, "services", len(p.Services), "people", len(p.People))
	return k, nil
}

// readPlan loads a plan that has no errors.
func readPlan(dir string) (*plan.Plan, *templates.Set, error) {
	p, found := lint.Load(dir)
	if p != nil {
		found = append(found, lintTemplates(p)...)
	}
	for _, f := range found {
		if f.Level == plan.Error {
			return p, nil, fault.Newf(fault.Usage, "`holdfast plan check "+dir+"` names all that is wrong.", "The plan in %s cannot be used: %s", dir, f)
		}
	}
	if p == nil {
		return nil, nil, fault.Newf(fault.Usage, "Name the folder of a plan; `holdfast init` begins one.", "There is no plan in %s.", dir)
	}
	set, err := templates.Shipped().With(p.Templates)
	return p, set, err
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
	return k.set
}

// watch looks at the folder until ctx ends.
func (k *planKeeper) watch(ctx context.Context) {
	tick := time.NewTicker(lookAtPlan)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			k.look()
		}
	}
}

// look puts what the folder holds in force, if it can be used.
func (k *planKeeper) look() {
	p, set, err := readPlan(k.dir)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil {
		seen := "unreadable"
		if p != nil {
			seen = p.Commit
		}
		if k.refused != seen {
			k.log.Error("the plan was changed and cannot be used; the one before stays in force", "plan", k.plan.Commit, "err", err)
		}
		k.refused = seen
		return
	}
	k.refused = ""
	if p.Commit != k.plan.Commit {
		k.log.Info("plan in force", "plan", p.Commit, "before", k.plan.Commit)
		k.plan, k.set = p.InForce(clock.System{}.Now()), set
	}
}

// isRefused says that the folder holds a plan that cannot be used.
func (k *planKeeper) isRefused() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.refused != ""
}
