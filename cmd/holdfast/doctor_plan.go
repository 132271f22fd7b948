package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"holdfast/plan"
	"holdfast/plan/git"
)

// newestPlan reads the plan that a server would take into force now.
func (d *doctor) newestPlan() *plan.Plan {
	if d.config.PlanGit.URL != "" {
		return d.planRepository()
	}
	p, err := readPlan(d.config.PlanDir)
	if err != nil {
		d.refused("plan", "check", err)
		return nil
	}
	if differ, err := git.Uncommitted(d.config.PlanDir); err == nil && len(differ) > 0 {
		d.warn("plan", "commit", "Commit it, so that everybody can see the same plan.", "%s and %d more differ from the last commit of the work tree", differ[0], len(differ)-1)
	}
	return p
}

// planRepository reads the plan from its repository into a folder that is thrown
// away, so that a server's copy stays as it is. Where the repository gives
// nothing, the plan is the one that a server would go on with.
func (d *doctor) planRepository() *plan.Plan {
	o, err := repositoryOptions(d.config, d.env)
	if err != nil {
		d.refused("plan", "repository", err)
		return nil
	}
	kept := d.keptPlan(o)
	if o.Dir, err = os.MkdirTemp("", "holdfast-doctor-"); err != nil {
		d.fail("plan", "repository", "", "%v", err)
		return kept
	}
	defer os.RemoveAll(o.Dir)
	f, err := git.NewFollower(o)
	if err == nil {
		ctx, done := context.WithTimeout(d.ctx, lookLimit)
		defer done()
		err = f.Look(ctx)
	}
	if err != nil {
		d.refused("plan", "repository", err)
		return kept
	}
	s := f.Standing()
	d.pass("plan", "repository", "answers, %s is at %s", s.Branch, plan.ShortCommit(s.Head))
	if f.Plan() != nil {
		return f.Plan()
	}
	d.refused("plan", "check", (&planRepository{Follower: f}).refusal())
	return kept
}

// keptPlan is the plan that a server's copy has in force.
func (d *doctor) keptPlan(o git.Options) *plan.Plan {
	if _, err := os.Stat(filepath.Join(o.Dir, "HEAD")); err != nil {
		d.warn("plan", "copy", "The first start brings one; until then it needs the repository.", "there is none in %s yet", o.Dir)
		return nil
	}
	f, err := git.NewFollower(o)
	if err != nil || f.Plan() == nil {
		d.warn("plan", "copy", "The next start brings another; until then it needs the repository.", "%s holds no plan that can be used", o.Dir)
		return nil
	}
	s := f.Standing()
	d.pass("plan", "copy", "%s in force, the newest at %s", plan.ShortCommit(s.Commit), s.Current.UTC().Format(time.RFC3339))
	if x := s.Rewritten; x != nil {
		d.warn("plan", "history", "Ask who has pushed by force; the copy still has the commit.", "%s was made to forget %s at %s", s.Branch, plan.ShortCommit(x.From), x.At.UTC().Format(time.RFC3339))
	}
	return f.Plan()
}

// plan looks whether the plan can be used, and whether it reaches anybody.
func (d *doctor) plan() *plan.Plan {
	p := d.newestPlan()
	if p == nil {
		return nil
	}
	d.pass("plan", "check", "%s, %d services, %d people", p.Commit, len(p.Services), len(p.People))
	for _, group := range []string{"commanders", "comms"} {
		if by := p.Policy.SlackGroups[group]; by != "" && slices.Contains(p.Unstaffed(), group) {
			d.pass("plan", group, "whoever is in the user group %s of Slack", by)
			continue
		}
		if slices.Contains(p.Unstaffed(), group) {
			d.warn("plan", group, "Put people into the group in people.yaml.", "nobody is in the group %s, so everybody may do what it may", group)
			continue
		}
		d.pass("plan", group, "staffed")
	}
	var alone, silent []string
	for _, t := range p.Teams {
		if len(t.OnCall) < 2 {
			alone = append(alone, t.ID)
		}
		if t.Phone == "" && !slices.ContainsFunc(t.OnCall, func(id string) bool { x, _ := p.Person(id); return x.Phone != "" }) {
			silent = append(silent, t.ID)
		}
	}
	if len(alone) > 0 {
		d.warn("plan", "on call", "Name a second person in on_call.", "one person or nobody is on call for %s", strings.Join(alone, ", "))
	} else {
		d.pass("plan", "on call", "every team has two people")
	}
	if len(silent) > 0 {
		d.warn("plan", "telephones", "Give the team, or who is on call, a phone: it is what is left when the pager fails.", "no number is known for %s", strings.Join(silent, ", "))
	} else {
		d.pass("plan", "telephones", "every team can be called")
	}
	return p
}
