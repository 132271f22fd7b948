package main

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/plan/lint"
	"holdfast/templates"
)

// lookAtFolder is how often the plan's folder is looked at.
const lookAtFolder = 30 * time.Second

// planFolder is a plan that lies in a folder.
type planFolder struct {
	dir string
	now func() time.Time

	mu       sync.Mutex
	seen     []*plan.Plan // those that were in force while this process ran, the newest last
	standing templates.PlanStanding
	err      error // of the last look
}

// readPlan loads a plan that has no errors.
func readPlan(dir string) (*plan.Plan, error) {
	p, found := checkPlan(dir)
	if err := whyUnusable(dir, p, found); err != nil {
		return nil, err
	}
	return p, nil
}

// whyUnusable says why a plan that was loaded from a folder cannot be used.
func whyUnusable(dir string, p *plan.Plan, found []plan.Finding) error {
	if wrong := slices.IndexFunc(found, func(f plan.Finding) bool { return f.Level == plan.Error }); wrong >= 0 {
		return fault.Newf(fault.Usage, "`holdfast plan check "+dir+"` names all that is wrong.", "The plan in %s cannot be used: %s", dir, found[wrong])
	}
	if p == nil {
		return fault.Newf(fault.Usage, "Name the folder of a plan; `holdfast init` begins one.", "There is no plan in %s.", dir)
	}
	return nil
}

// checkPlan loads a plan from a folder with all that is wrong with it.
func checkPlan(dir string) (*plan.Plan, []plan.Finding) {
	p, found := plan.Load(dir)
	return linted(p, found)
}

// checkPlanFS is checkPlan for a plan that lies elsewhere.
func checkPlanFS(files fs.FS) (*plan.Plan, []plan.Finding) {
	p, found := plan.LoadFS(files)
	return linted(p, found)
}

// linted adds what the plan's own loader does not look at.
func linted(p *plan.Plan, found []plan.Finding) (*plan.Plan, []plan.Finding) {
	if p != nil {
		found = append(found, lint.Check(p)...)
		found = append(found, lintTemplates(p)...)
	}
	return p, found
}

func (f *planFolder) kept() *plan.Plan { return nil }

func (f *planFolder) refusal() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		return fault.Newf(fault.Usage, "`holdfast plan check "+f.dir+"` names all that is wrong.", "The messages of the plan in %s cannot be used.", f.dir)
	}
	return f.err
}

func (f *planFolder) look(context.Context) (*plan.Plan, templates.PlanStanding) {
	now := f.now()
	p, found := checkPlan(f.dir)
	differ, err := git.Uncommitted(f.dir)
	if err != nil {
		differ = nil // a work tree that cannot be read is just a folder
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.standing
	s.From, s.Checked, s.Uncommitted = "the folder", now, len(differ)
	s.Refused, s.Errors, s.Wrong = "", 0, ""
	if f.err = whyUnusable(f.dir, p, found); f.err != nil {
		s.Refused, s.Wrong = "what the folder holds", fault.From(f.err).Text
		for _, x := range found {
			if x.Level != plan.Error {
				continue
			}
			if s.Errors++; s.Errors == 1 {
				s.Wrong = x.String()
			}
		}
		return nil, *s
	}
	if n := len(f.seen); n == 0 || f.seen[n-1].Commit != p.Commit {
		f.seen = append(f.seen, p.InForce(now))
		f.seen = f.seen[max(0, len(f.seen)-maxSeen):]
		s.Commit, s.Since = p.Commit, now
	}
	s.Current = now
	return f.seen[len(f.seen)-1], *s
}

// maxSeen is how many plans of a folder are kept: a folder remembers nothing.
const maxSeen = 8

func (f *planFolder) at(commit string) (*plan.Plan, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range slices.Backward(f.seen) {
		if digits := strings.TrimPrefix(p.Commit, "sha256:"); p.Commit == commit || len(commit) >= 4 && strings.HasPrefix(digits, commit) {
			return p, nil
		}
	}
	return nil, fault.Newf(fault.CommitMissing, "A folder keeps no history; a plan in git does.", "The plan has no commit %s.", plan.ShortCommit(commit))
}
