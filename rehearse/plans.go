package rehearse

import (
	"context"
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/templates"
)

// use puts a plan in force.
func (w *world) use(p *plan.Plan) error {
	set, err := templates.Shipped().With(p.Templates)
	if err != nil {
		return err
	}
	now := w.clock.Now()
	w.plan, w.set = p.InForce(now), set
	w.plans = append(w.plans, w.plan)
	w.standing = templates.PlanStanding{Commit: p.Commit, Since: now, Current: now, Checked: now, From: "the scenario"}
	return nil
}

// refused remembers a commit that could not be used.
func (w *world) refused(commit string, err error) {
	w.standing.Current = w.currentUntil()
	w.standing.Checked, w.standing.Unreached = w.clock.Now(), ""
	w.standing.Refused, w.standing.Errors, w.standing.Wrong = commit, 0, ""
	for line := range strings.Lines(err.Error()) {
		if strings.HasPrefix(line, "  ") {
			if w.standing.Errors++; w.standing.Errors == 1 {
				w.standing.Wrong = strings.TrimSpace(line)
			}
		}
	}
	w.standing.Behind++
}

// unreached remembers that the plan's repository did not answer.
func (w *world) unreached(err error) {
	w.standing.Current = w.currentUntil()
	w.standing.Unreached = "The plan's repository cannot be used: " + err.Error() + "."
}

// currentUntil is when the plan in force was last known to be the newest: until
// now, unless something was wrong before.
func (w *world) currentUntil() (at time.Time) {
	if w.standing.Refused == "" && w.standing.Unreached == "" {
		return w.clock.Now()
	}
	return w.standing.Current
}

func (w *world) inForce() *plan.Plan { return w.plan }

func (w *world) templates() *templates.Set { return w.set }

// Standing implements commands.Plans.
func (w *world) Standing() templates.PlanStanding {
	s := w.standing
	if s.Refused == "" && s.Unreached == "" {
		s.Current, s.Checked = w.clock.Now(), w.clock.Now()
	}
	return s
}

// At implements commands.Plans. The newest plan of a name goes first.
func (w *world) At(_ context.Context, commit string) (*plan.Plan, error) {
	for _, p := range slices.Backward(w.plans) {
		if p.Commit == commit || len(commit) >= 4 && strings.HasPrefix(p.Commit, commit) {
			return p, nil
		}
	}
	if commit == "main" {
		return w.plan, nil
	}
	return nil, fault.Newf(fault.CommitMissing, "`/continuity plan version` says which commit is in force.", "The plan has no commit %s.", plan.ShortCommit(commit))
}
