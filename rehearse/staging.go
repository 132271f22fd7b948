package rehearse

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/internal/nearest"
	"holdfast/plan"
)

// staging is what a scenario says before its first act.
type staging struct {
	dir     string // of the plan; empty for the empty plan
	at      string // where the scenario names it, as the start of a message
	changes []Directive
	zone    string
}

// stage reads the stage of a scenario. The folder given by the caller goes
// before the scenario's own.
func (s *Scenario) stage(override string) staging {
	st := staging{zone: "UTC"}
	for _, d := range s.Stage {
		switch b := d.Body.(type) {
		case PlanDir:
			st.dir, st.at = s.path(b.Dir), d.Pos.String()+": "
		case Zone:
			st.zone = b.Location.String()
		case Cast, Setting:
			st.changes = append(st.changes, d)
		}
	}
	if override != "" {
		st.dir, st.at = override, ""
	}
	return st
}

// path resolves a path that is relative to the scenario file.
func (s *Scenario) path(dir string) string {
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(filepath.Dir(s.File), dir)
}

// plan loads a plan and makes the scenario's own changes to it. An error says
// what is wrong with the plan or names the line of the change.
func (st staging) plan(dir string) (*plan.Plan, error) {
	p := plan.Empty()
	if dir != "" {
		loaded, findings := plan.Load(dir)
		if plan.HasErrors(findings) || loaded == nil {
			return nil, fmt.Errorf("%sthe plan in %s cannot be used:\n%s", st.at, dir, errorsOf(findings))
		}
		p = loaded
	}
	for _, d := range st.changes {
		changed, err := d.change(p)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", d.Pos, err)
		}
		p = changed
	}
	return p.WithSetting("zone", st.zone)
}

// change makes one change to a plan. What is not said of a person stays as the
// plan has it.
func (d Directive) change(p *plan.Plan) (*plan.Plan, error) {
	switch b := d.Body.(type) {
	case Cast:
		person, _ := p.Person(b.ID)
		person.ID = b.ID
		if b.Groups != nil {
			person.Groups, person.Guest = b.Groups, false
		}
		person.Guest = person.Guest || b.Guest
		return p.WithPerson(person)
	case Setting:
		return p.WithSetting(b.Key, b.Value)
	}
	return p, nil
}

func errorsOf(findings []plan.Finding) string {
	var lines []string
	for _, f := range findings {
		if f.Level == plan.Error {
			lines = append(lines, "  "+f.String())
		}
	}
	return strings.Join(lines, "\n")
}

// prepare loads the plan of a scenario and checks what can only be checked
// with it: that everybody who acts is somebody, and that folders exist.
func (s *Scenario) prepare(override string) (*plan.Plan, staging, error) {
	st := s.stage(override)
	p, err := st.plan(st.dir)
	if err != nil {
		return nil, st, err
	}
	people := p.PersonIDs()
	var wrong Errors
	for _, d := range s.everything() {
		switch b := d.Body.(type) {
		case UsePlan:
			dir := s.path(b.Dir)
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				wrong = append(wrong, &SyntaxError{Pos: d.Pos, Wrong: "there is no folder " + quoted(dir), Nearest: "use plan DIR"})
			} else if later, _ := plan.Load(dir); later != nil {
				people = append(people, later.PersonIDs()...)
			}
		case PersonAct:
			if !slices.Contains(people, b.Actor()) {
				wrong = append(wrong, &SyntaxError{Pos: d.Pos, Nearest: "person " + b.Actor(),
					Wrong: "nobody is called @" + b.Actor() + "; " + nearest.Sentence(b.Actor(), people, "the plan does not know this person")})
			}
		}
	}
	if wrong != nil {
		return nil, st, wrong
	}
	return p, st, nil
}

// everything returns the acts and checks in order, those of together blocks
// among them.
func (s *Scenario) everything() []Directive {
	var all []Directive
	for _, d := range s.Directives {
		if block, ok := d.Body.(Together); ok {
			all = append(all, block.Acts...)
			continue
		}
		all = append(all, d)
	}
	return all
}
