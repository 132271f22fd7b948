package main

import (
	"context"
	"os"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/templates"
)

// lookLimit is how long the plan's repository may take to answer.
const lookLimit = 2 * time.Minute

// planRepository is a plan that lies in git.
type planRepository struct {
	*git.Follower
	approvals int
}

func openPlanRepository(ctx context.Context, c config.Config, env func(string) string) (*planRepository, error) {
	o, err := repositoryOptions(c, env)
	if err != nil {
		return nil, err
	}
	f, err := git.NewFollower(o)
	if err != nil {
		return nil, err
	}
	return &planRepository{Follower: f, approvals: c.PlanGit.Approvals}, nil
}

// repositoryOptions says how the plan's repository is reached: by the rules for
// every call to the outside, with more room for its answers.
func repositoryOptions(c config.Config, env func(string) string) (git.Options, error) {
	g := c.PlanGit
	o := git.Options{URL: g.URL, Branch: g.Branch, Folder: g.Folder, Dir: g.Copy, User: g.User, Hosts: g.Hosts,
		Approvals: g.Approvals, Read: checkPlanFS, Now: clock.System{}.Now}
	if g.Token.Given() {
		o.Token = func(ctx context.Context) (string, error) { return g.Token.Fetch(ctx, env) }
	}
	if g.Key.Given() {
		o.Key = func(ctx context.Context) ([]byte, error) {
			pem, err := g.Key.Fetch(ctx, env)
			return []byte(pem + "\n"), err
		}
	}
	if g.Signers != "" {
		keys, err := os.ReadFile(g.Signers)
		if err != nil {
			return o, fault.Newf(fault.Usage, "`gpg --export --armor` writes it.", "The file of signers %s (plan.git.signers) cannot be read.", g.Signers)
		}
		if o.Signers, err = git.Keys(string(keys)); err != nil {
			return o, err
		}
	}
	way := outbound.Options{Version: version, Allow: c.OutboundAllow, Roots: c.OutboundRoots, Proxy: c.OutboundProxy, Clock: clock.System{},
		Timeout: lookLimit, Header: time.Minute, Answer: git.MaxPack + 1<<20} // a pack is parted into packets
	var err error
	if o.HTTP, err = outbound.New(way); err != nil {
		return o, err
	}
	o.Dial, err = outbound.NewDialer(way)
	return o, err
}

func (r *planRepository) kept() *plan.Plan { return r.Plan() }

func (r *planRepository) at(commit string) (*plan.Plan, error) { return r.At(commit) }

// look asks the repository. Whatever comes of it is in the standing.
func (r *planRepository) look(ctx context.Context) (*plan.Plan, templates.PlanStanding) {
	ctx, done := context.WithTimeout(ctx, lookLimit)
	defer done()
	_ = r.Look(ctx) // Standing has it
	return r.Plan(), r.standing()
}

func (r *planRepository) standing() templates.PlanStanding {
	s := r.Standing()
	p := templates.PlanStanding{Commit: s.Commit, Since: s.Since, Current: s.Current, Checked: s.Looked, From: "the branch " + s.Branch, Behind: s.Behind}
	if about, err := r.About(s.Commit); s.Commit != "" && err == nil {
		p.Author, p.Subject, p.Approved, p.Signed = about.Author, about.Subject, about.Approved, about.Signed
	}
	if x := s.Rewritten; x != nil {
		p.Rewritten, p.At = x.From, x.At
	}
	if x := s.Refused; x != nil {
		p.Refused, p.Errors = x.Commit, len(x.Findings)
		if len(x.Findings) > 0 {
			p.Wrong = x.Findings[0].String()
		}
	}
	if s.Err != nil {
		p.Unreached = fault.From(s.Err).Text
	}
	return p
}

// refusal says why nothing of the repository can be used.
func (r *planRepository) refusal() error {
	s := r.Standing()
	switch {
	case s.Err != nil:
		return s.Err
	case s.Refused != nil && len(s.Refused.Findings) > 0:
		return fault.Newf(fault.Usage, "Push a commit that is in order; `holdfast plan check` names all that is wrong.",
			"The plan of the commit %s cannot be used: %s", plan.ShortCommit(s.Refused.Commit), s.Refused.Findings[0])
	}
	return fault.New(fault.Usage, "The plan's repository holds no plan.", "Look at plan.git.url, plan.git.branch and plan.git.dir.")
}
