package rehearse

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/bot/console"
	"holdfast/incident"
	"holdfast/internal/nearest"
	"holdfast/plan"
	"holdfast/plan/lint"
)

// staging is what a scenario says before its first act.
type staging struct {
	dir     string // of the plan; empty for the empty plan
	commit  string // the one it stands for; empty: the digest of its files
	at      string // where the scenario names it, as the start of a message
	changes []Directive
	zone    string
	chat    string   // the chat it is played in
	named   []string // the rooms that people speak in
	hooked  bool     // a webhook comes in
}

// stage reads the stage of a scenario. The folder and the chat given by the
// caller go before the scenario's own.
func (s *Scenario) stage(o Options) staging {
	st := staging{zone: "UTC", chat: Terminal}
	for _, d := range s.Stage {
		switch b := d.Body.(type) {
		case PlanDir:
			st.dir, st.commit, st.at = s.path(b.Dir), b.Commit, d.Pos.String()+": "
		case Platform:
			st.chat = b.Name
		case Zone:
			st.zone = b.Location.String()
		case Cast, Setting:
			st.changes = append(st.changes, d)
		}
	}
	for _, d := range s.everything() {
		if say, ok := d.Body.(Say); ok && say.Place.Room() {
			st.named = append(st.named, string(say.Place))
		}
		_, hook := d.Body.(Inbound)
		st.hooked = st.hooked || hook
	}
	if o.Plan != "" {
		st.dir, st.commit, st.at = o.Plan, "", ""
	}
	st.chat = cmp.Or(o.Chat, st.chat)
	return st
}

// rooms are the rooms that are there before anybody has declared anything:
// those of the plan, and those that people speak in and no incident opens.
func (st staging) rooms(p *plan.Plan) []string {
	all := []string{console.General}
	if p.Policy.RoomExec != "" {
		all = append(all, p.Policy.RoomExec)
	}
	for _, room := range st.named {
		if !incident.IsRoomName(room) {
			all = append(all, room)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// path resolves a path that is relative to the scenario file.
func (s *Scenario) path(dir string) string {
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(filepath.Dir(s.File), dir)
}

// plan loads a plan and makes the scenario's own changes to it. It stands for
// the commit, where one is named. An error says what is wrong with the plan or
// names the line of the change.
func (st staging) plan(dir, commit string) (*plan.Plan, error) {
	p := plan.Empty()
	if dir != "" {
		loaded, findings := lint.Load(dir)
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
	p, err := p.WithSetting("zone", st.zone)
	if err != nil || commit == "" {
		return p, err
	}
	named := *p
	named.Commit = commit
	return &named, nil
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
func (s *Scenario) prepare(o Options) (*plan.Plan, staging, error) {
	st := s.stage(o)
	if _, built := o.chats()[st.chat]; !built {
		return nil, st, fmt.Errorf("%s: %s is not in this version", s.File, quoted("chat "+st.chat))
	}
	p, err := st.plan(st.dir, st.commit)
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
			} else if later, _ := lint.Load(dir); later != nil {
				people = append(people, later.PersonIDs()...)
			}
		case Inbound:
			if err := s.readable(b, o); err != nil {
				wrong = append(wrong, &SyntaxError{Pos: d.Pos, Wrong: err.Error(), Nearest: "webhook SOURCE [unsigned|forged|lost] FILE"})
			}
		case PersonAct:
			if !slices.Contains(people, b.Actor()) {
				wrong = append(wrong, &SyntaxError{Pos: d.Pos, Nearest: "person " + b.Actor(),
					Wrong: "nobody is called @" + b.Actor() + "; " + nearest.Sentence(b.Actor(), people, "the plan does not know this person")})
			}
			if verb := beyondTerminal(b); verb != "" && st.chat == Terminal {
				wrong = append(wrong, &SyntaxError{Pos: d.Pos, Wrong: verb + " is not in this version of the terminal's chat", Nearest: "chat slack"})
			}
		}
	}
	if wrong != nil {
		return nil, st, wrong
	}
	return p, st, nil
}

// beyondTerminal names the act that the terminal's chat does not have.
func beyondTerminal(a PersonAct) string {
	switch a := a.(type) {
	case React:
		if a.Undo {
			return "`unreacts`"
		}
		return "`reacts`"
	case Menu:
		return "`menu`"
	case Rewrite:
		return "`edits`"
	case Remove:
		return "`deletes`"
	}
	return ""
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
