package git

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"holdfast/internal/fault"
	"holdfast/plan"
)

// Follower keeps the last commit of the branch in force whose plan has no
// errors. What it knows survives a restart without the repository. It is safe
// for concurrent use.
type Follower struct {
	repo *Repository
	now  func() time.Time

	look   sync.Mutex // one look at a time
	mu     sync.Mutex
	record record
	plan   *plan.Plan // in force; nil: none yet
	last   error      // of the last look
	behind int        // commits of the branch that are not in force
	plans  []*plan.Plan
	read   string // the commit that this process has found to be of no use, by its own settings
}

// record is what is kept beside the copy.
type record struct {
	URL       string    `json:"url"`
	Branch    string    `json:"branch"`
	Folder    string    `json:"folder,omitempty"`
	Head      string    `json:"head"`    // of the branch, as it was last seen
	Since     time.Time `json:"since"`   // the commit in force came into force
	Current   time.Time `json:"current"` // the branch was last seen to be at the commit in force
	Looked    time.Time `json:"looked"`  // the repository has last answered
	Refused   *Refusal  `json:"refused,omitempty"`
	Rewritten *Rewrite  `json:"rewritten,omitempty"`
}

// Refusal is a commit that cannot be used.
type Refusal struct {
	Commit   string         `json:"commit"`
	At       time.Time      `json:"at"`       // when it was first seen
	Findings []plan.Finding `json:"findings"` // the errors only
}

// Rewrite is a branch that was made to forget a commit: a forced push.
type Rewrite struct {
	From string    `json:"from"`
	To   string    `json:"to"`
	At   time.Time `json:"at"`
}

// Standing is where the plan stands.
type Standing struct {
	Branch    string
	Commit    string    // in force; empty: none
	Since     time.Time // it came into force
	Current   time.Time // the branch was last seen to be at it
	Looked    time.Time // the repository has last answered; zero: never
	Head      string    // of the branch, as it was last seen
	Behind    int       // commits of the branch that are not in force
	Err       error     // why the repository does not answer; nil: it does
	Refused   *Refusal
	Rewritten *Rewrite // the last time the branch was rewritten; nil: never seen
}

// NewFollower opens the copy and takes up the commit that was in force before,
// without asking the repository.
func NewFollower(o Options) (*Follower, error) {
	repo, err := Open(o)
	if err != nil {
		return nil, err
	}
	f := &Follower{repo: repo, now: o.Now, record: record{URL: o.URL, Branch: o.Branch, Folder: repo.o.Folder}}
	was, err := f.kept()
	if err != nil {
		return nil, err
	}
	if was.URL != o.URL || was.Branch != o.Branch || was.Folder != repo.o.Folder {
		return f, nil // of another plan
	}
	f.record = was
	if commit := repo.ref(inForceRef); commit != "" {
		p, found, err := repo.Read(commit)
		if err == nil && p != nil {
			f.plan = p.InForce(was.Since)
			f.remember(f.plan)
			f.judgeAnew(commit, errorsOf(found))
		}
	}
	f.behind = f.lag()
	return f, nil
}

// judgeAnew keeps what is wrong with the commit in force by now. It was in order
// when it was taken, and a Holdfast that has learnt to look more closely does not
// leave people without a plan for that: it says so instead.
func (f *Follower) judgeAnew(commit string, wrong []plan.Finding) {
	switch was := f.record.Refused; {
	case len(wrong) > 0:
		f.record.Refused = &Refusal{Commit: commit, At: f.now(), Findings: wrong}
	case was != nil && was.Commit == commit:
		f.record.Refused = nil
	}
}

// Plan returns the plan in force, nil where there is none yet.
func (f *Follower) Plan() *plan.Plan {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.plan
}

// Look asks the repository once and takes a newer commit into force if it can
// be used. It returns an error when the repository does not answer or nothing
// could be kept; a commit that is refused is told by Standing.
func (f *Follower) Look(ctx context.Context) error {
	f.look.Lock()
	defer f.look.Unlock()
	err := f.take(ctx)
	behind := f.lag()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last, f.behind = err, behind
	if err == nil {
		f.record.Looked = f.now()
		err = f.keep()
	}
	return err
}

func (f *Follower) take(ctx context.Context) error {
	head, err := f.repo.Fetch(ctx)
	if err != nil {
		return err
	}
	now, before := f.now(), f.head()
	if before != "" && before != head {
		on, err := f.repo.Descends(head, before)
		if err != nil {
			return err
		}
		if !on {
			if err := f.repo.mark(plumbing.ReferenceName(forgotten+before), before); err != nil {
				return err
			}
			f.mu.Lock()
			f.record.Rewritten = &Rewrite{From: before, To: head, At: now}
			f.mu.Unlock()
		}
	}
	if err := f.repo.mark(headRef, head); err != nil {
		return err
	}
	f.mu.Lock()
	f.record.Head = head
	f.mu.Unlock()
	if p := f.Plan(); p != nil && p.Commit == head {
		f.mu.Lock()
		f.record.Current = now
		if was := f.record.Refused; was != nil && was.Commit != head {
			f.record.Refused = nil
		}
		f.mu.Unlock()
		return nil
	}
	if f.refusedAlready(head) {
		return nil
	}
	p, found, err := f.repo.Read(head)
	if err != nil {
		return err
	}
	if p == nil || plan.HasErrors(found) {
		f.mu.Lock()
		if was := f.record.Refused; was != nil && was.Commit == head {
			now = was.At
		}
		f.read, f.record.Refused = head, &Refusal{Commit: head, At: now, Findings: errorsOf(found)}
		f.mu.Unlock()
		return nil
	}
	if err := f.repo.mark(inForceRef, head); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = p.InForce(now)
	f.record.Since, f.record.Current, f.record.Refused = now, now, nil
	f.remember(f.plan)
	return nil
}

// lag counts the commits that are not in force; a history that cannot be read
// counts as none.
func (f *Follower) lag() int {
	p, head := f.Plan(), f.head()
	if p == nil || head == "" {
		return 0
	}
	n, _ := f.repo.Between(p.Commit, head)
	return n
}

func (f *Follower) head() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.record.Head
}

func (f *Follower) refusedAlready(head string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.record.Refused != nil && f.read == head && f.last == nil && f.plan != nil
}

func errorsOf(found []plan.Finding) []plan.Finding {
	found = slices.DeleteFunc(slices.Clone(found), func(x plan.Finding) bool { return x.Level != plan.Error })
	const most = 20
	return found[:min(len(found), most)]
}

// Standing says where the plan stands.
func (f *Follower) Standing() Standing {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := Standing{Branch: f.record.Branch, Since: f.record.Since, Current: f.record.Current, Looked: f.record.Looked,
		Head: f.record.Head, Behind: f.behind, Err: f.last, Refused: f.record.Refused, Rewritten: f.record.Rewritten}
	if f.plan != nil {
		s.Commit = f.plan.Commit
	}
	return s
}

// maxPlans is how many plans are kept read: those of open incidents and the one
// in force.
const maxPlans = 8

// remember keeps a plan read. The caller holds mu.
func (f *Follower) remember(p *plan.Plan) {
	f.plans = append(f.plans, p)
	if len(f.plans) > maxPlans {
		f.plans = slices.Delete(f.plans, 0, 1)
	}
}

// At returns the plan of a commit, by its hash, at least four digits of it, or
// the branch's name. The error is E_COMMIT_MISSING for one that the copy does
// not have or that cannot be used.
func (f *Follower) At(name string) (*plan.Plan, error) {
	commit, err := f.repo.Resolve(name)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	i := slices.IndexFunc(f.plans, func(p *plan.Plan) bool { return p.Commit == commit })
	if i >= 0 {
		defer f.mu.Unlock()
		return f.plans[i], nil
	}
	f.mu.Unlock()
	p, found, err := f.repo.Read(commit)
	if err != nil {
		return nil, err
	}
	if wrong := errorsOf(found); len(wrong) > 0 {
		return nil, fault.Newf(fault.CommitMissing, "Name one that could be used.", "The commit %s cannot be used: %s", plan.ShortCommit(commit), wrong[0])
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remember(p)
	return p, nil
}

// About tells who made a commit and who stands for it.
func (f *Follower) About(commit string) (About, error) { return f.repo.About(commit) }

const recordName = "holdfast.json"

func (f *Follower) kept() (record, error) {
	var was record
	text, err := os.ReadFile(filepath.Join(f.repo.o.Dir, recordName))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return was, nil
	case err != nil:
		return was, fmt.Errorf("read what is known of the plan's repository: %w", err)
	}
	if !json.Valid(text) {
		return was, nil // torn: it is learnt again
	}
	if err := json.Unmarshal(text, &was); err != nil {
		return record{}, fmt.Errorf("read what is known of the plan's repository: %w", err)
	}
	return was, nil
}

// keep writes the record down. The caller holds mu.
func (f *Follower) keep() error {
	text, err := json.MarshalIndent(f.record, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(f.repo.o.Dir, recordName)
	if err := os.WriteFile(name+".new", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("keep what is known of the plan's repository: %w", err)
	}
	return os.Rename(name+".new", name)
}
