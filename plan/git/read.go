package git

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"holdfast/plan"
)

// Read returns the plan of a commit, by its full hash, and what is wrong with
// it. The plan is nil when nobody trusted stands for the commit or it cannot be
// read as one; with errors it may be there all the same, see judgeAnew.
func (r *Repository) Read(hash string) (*plan.Plan, []plan.Finding, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := r.commit(hash)
	if err != nil {
		return nil, nil, err
	}
	found := r.trusted(c)
	tree, err := r.tree(c)
	if err != nil {
		found = append(found, plan.Finding{Code: "E_PLAN_MISSING", Level: plan.Error, File: ".",
			Message: fmt.Sprintf("The commit has no folder %q.", r.o.Folder), Fix: "Set plan.git.dir to the plan's folder."})
		return nil, found, nil
	}
	p, wrong := r.o.Read(tree)
	strange := plan.HasErrors(found)
	if found = append(found, wrong...); p == nil || strange {
		return nil, found, nil
	}
	named := *p
	named.Commit = hash
	return &named, found, nil
}

// Resolve returns the full hash of a commit of the plan's branch, see
// Follower.At.
func (r *Repository) Resolve(name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	commit, err := r.resolve(name)
	if err != nil {
		return "", err
	}
	on, err := r.ofBranch(commit)
	if err == nil && !on {
		err = missing(name)
	}
	return commit, err
}

// Descends says whether a commit has another one in its history.
func (r *Repository) Descends(commit, from string) (bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.descends(commit, from)
}

// Between counts the commits that one commit has in its history and another has
// not; at most maxBehind.
func (r *Repository) Between(from, to string) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.between(from, to)
}

func (r *Repository) mark(name plumbing.ReferenceName, commit string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.setRef(name, commit); err != nil {
		return fmt.Errorf("keep the plan's commit: %w", err)
	}
	return nil
}

// About is what a commit says of itself.
type About struct {
	Author   string // as it names itself
	At       time.Time
	Subject  string   // the first line of its message
	Approved []string // mail addresses, see Approvers
	Signed   string   // by whom, where plan.git.signers knows the key; else empty
}

// About tells who made a commit and who stands for it.
func (r *Repository) About(hash string) (About, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := r.commit(hash)
	if err != nil {
		return About{}, err
	}
	subject, _, _ := strings.Cut(c.Message, "\n")
	a := About{Author: c.Author.Name, At: c.Committer.When, Subject: subject, Approved: Approvers(c.Author, c.Message)}
	a.Signed, _ = r.signer(c)
	return a, nil
}
