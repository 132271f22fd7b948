package incident

import (
	"fmt"
	"strings"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
)

// Pin is the commit of the plan that an incident goes by: the one it was
// declared under, until its commander adopts another. What the plan in force
// says by then changes nothing here by itself.
type Pin struct {
	Commit  string   `json:"commit,omitempty"`
	Adopted bool     `json:"adopted,omitempty"` // not the one it was declared under
	Newer   string   `json:"newer,omitempty"`   // the commit in force that differs in what concerns this incident
	Changes []string `json:"changes,omitempty"` // what is different there, a sentence each
}

type (
	// PlanPinned says that the plan in force has moved on, and that the incident
	// goes on by the commit it has. Without changes what was said before is over:
	// nothing that concerns the incident is different any more.
	PlanPinned struct {
		Commit  string   `json:"commit"`
		InForce string   `json:"in_force"`
		Changes []string `json:"changes,omitempty"`
	}
	// PlanAdopted moves the incident to another commit. It carries what that plan
	// means for it from now on, so that replay never needs the plan.
	PlanAdopted struct {
		Commit string   `json:"commit"`
		From   string   `json:"from"`
		Owners []string `json:"owners,omitempty"` // of the services, who may verify
		Terms  Terms    `json:"terms"`
	}
)

func (PlanPinned) Kind() string  { return "plan.pinned" }
func (PlanAdopted) Kind() string { return "plan.adopted" }

// maxChanges is how many changes are told; more are counted.
const maxChanges = 12

// NotePlan tells the incident that another commit is in force, with what is
// different there that concerns it. Who follows the plan decides it, once for a
// commit.
type NotePlan struct {
	InForce string
	Changes []string // none: nothing that concerns the incident, and nobody is told
}

func (NotePlan) verb() string { return "plan" }

func (a NotePlan) decide(s State, c Context) Verdict {
	same := len(a.Changes) == 0 || a.InForce == s.Plan.Commit
	switch {
	case !c.bot(), a.InForce == s.Plan.Newer, same && s.Plan.Newer == "":
		return Verdict{Rule: ruleEngine.name}
	case same: // what was different has been taken back
		return accept(ruleEngine, &PlanPinned{Commit: s.Plan.Commit, InForce: a.InForce})
	}
	changes := a.Changes
	if len(changes) > maxChanges+1 {
		changes = append(changes[:maxChanges:maxChanges], fmt.Sprintf("and %d more", len(changes)-maxChanges))
	}
	return accept(ruleEngine, &PlanPinned{Commit: s.Plan.Commit, InForce: a.InForce, Changes: changes}, s.post("plan-moved", a.InForce))
}

// AdoptPlan moves the incident to another commit of the plan, known to be one
// that can be used.
type AdoptPlan struct {
	Commit  string
	Because string
	Owners  []string
	Terms   Terms
}

func (AdoptPlan) verb() string { return "plan adopt" }

func (a AdoptPlan) decide(s State, c Context) Verdict {
	switch {
	case !ruleCommander.permits(s, c):
		return deny(s, c, a, ruleCommander)
	case a.Commit == s.Plan.Commit:
		return refuse(fault.NotOpen, "`/continuity plan version` says which commit is in force.", "%s goes by the plan %s already.", s.ID, plan.ShortCommit(a.Commit))
	case strings.TrimSpace(a.Because) == "":
		return refuse(fault.Missing, "`/incident plan adopt "+plan.ShortCommit(a.Commit)+" because \"...\"`", "Say why %s changes its plan.", s.ID)
	}
	if err := textWithin("reason", a.Because, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	adopted := &PlanAdopted{Commit: a.Commit, From: s.Plan.Commit, Owners: a.Owners, Terms: a.Terms}
	told := s.post("plan-adopted", a.Commit)
	told.Text = "by " + at(c.Actor.ID) + ", because " + a.Because
	return accept(ruleCommander, adopted).since(a.Because).and(told)
}

// applyPlan folds what is said of the plan.
func (s State) applyPlan(e journal.Entry) State {
	switch f := e.Fact.(type) {
	case *PlanPinned:
		if s.Plan.Newer, s.Plan.Changes = f.InForce, f.Changes; len(f.Changes) == 0 {
			s.Plan.Newer = ""
		}
	case *PlanAdopted:
		s.Plan = Pin{Commit: f.Commit, Adopted: true}
		s.Terms, s.Owners = f.Terms, f.Owners
		if s.Phase != PhaseResolved && s.Phase != PhaseClosed {
			s.Updates = recadenced(s, e.Recorded)
		}
	}
	return s
}
