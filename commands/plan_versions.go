package commands

import (
	"context"
	"errors"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/plan/diff"
	"holdfast/templates"
)

// Plans knows the versions of the plan besides the one in force.
type Plans interface {
	// At returns the plan of a commit, by its name or enough of it. The error is
	// E_COMMIT_MISSING for one that is not known or cannot be used.
	At(ctx context.Context, commit string) (*plan.Plan, error)
	// Standing says where the plan in force stands.
	Standing() templates.PlanStanding
}

// planAt returns the plan of a commit.
func (b *Bot) planAt(ctx context.Context, commit string) (*plan.Plan, error) {
	if now := b.Plan(); now.Commit == commit {
		return now, nil
	}
	if b.Plans == nil {
		return nil, fault.Newf(fault.CommitMissing, "`/continuity plan version` says which is in force.", "The plan has no commit %s.", plan.ShortCommit(commit))
	}
	return b.Plans.At(ctx, commit)
}

// pinned returns the plan that an incident goes by; the one in force where that
// commit cannot be had, since an emergency waits for no repository.
func (c *Call) pinned(ctx context.Context, s incident.State) *plan.Plan {
	if s.Plan.Commit == "" || s.Plan.Commit == c.plan.Commit {
		return c.plan
	}
	p, err := c.bot.planAt(ctx, s.Plan.Commit)
	if err != nil {
		return c.plan
	}
	return p
}

// under is the same call under another plan.
func (c *Call) under(p *plan.Plan) *Call {
	other := *c
	other.plan = p
	return &other
}

// FollowPlan tells every open incident, once, that another plan is in force
// than the one it goes by, where that concerns it. It is called when a plan has
// come into force, by the replica that performs.
func (b *Bot) FollowPlan(ctx context.Context) error {
	all, err := b.Engine.Incidents(ctx)
	if err != nil {
		return err
	}
	now := b.Plan()
	var errs []error
	for _, l := range all {
		if l.Closed || l.Lost {
			continue
		}
		s, err := b.Engine.StateOf(ctx, l)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if !s.Open() || s.Newer() != "" || s.Frozen != "" || s.Plan.Commit == "" || s.Plan.Newer == now.Commit || s.Plan.Commit == now.Commit && s.Plan.Newer == "" {
			continue
		}
		_, err = b.Engine.Do(ctx, engine.Command{Journal: s.ID, ID: "plan/" + s.ID + "/" + now.Commit, Source: "plan", Plan: now.Commit,
			Actor: incident.Person{ID: journal.Bot}, Action: incident.NotePlan{InForce: now.Commit, Changes: b.concerning(ctx, s, now)}})
		if code := fault.CodeOf(err); err != nil && code != fault.Closed && code != fault.Newer {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// concerning says what is different for an incident in the plan in force.
func (b *Bot) concerning(ctx context.Context, s incident.State, now *plan.Plan) []string {
	old, err := b.planAt(ctx, s.Plan.Commit)
	if err != nil {
		return []string{"what is different is not known here: the plan it goes by is not kept"}
	}
	var lines []string
	for _, change := range diff.For(diff.Between(old, now), s.Services, old, now) {
		lines = append(lines, change.String())
	}
	return lines
}
