package incident

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Absorb takes in an incident that was merged into this one. Holdfast asks for
// it as the effect of the other one's journal, under the effect's key; asked
// again it changes nothing.
type Absorb struct {
	From     string // the other incident
	Title    string // empty when that is private
	By       string // who has merged it
	Because  string // empty when it is private
	Severity int
	Services []string // none when it is private
	Owners   []string
	People   []string // who was in it
	Page     []Target
	Drill    bool
	Resolved bool
	Key      string
}

// Part is an incident that goes on in this one.
type Part struct {
	ID    string    `json:"id"`
	Title string    `json:"title,omitempty"` // empty for a private one
	By    string    `json:"by"`
	At    time.Time `json:"at"`
	Seq   uint64    `json:"seq"`
	key   string    // of the effect that asked
}

// merged is what the other incident has to know of how this one was merged.
type merged struct {
	by, because string
	page        []Target
}

// AbsorbOf is the action that the effect of this key of a merged incident asks
// of the other one.
func AbsorbOf(s State, key string) Absorb {
	a := Absorb{
		From: s.ID, Title: s.Title, By: s.merged.by, Because: s.merged.because, Severity: s.Severity,
		Services: s.Services, Owners: s.Owners, People: s.people(), Page: s.merged.page,
		Drill: s.Drill, Resolved: s.TR != nil, Key: key,
	}
	if s.Private {
		a.Title, a.Because, a.Services, a.Owners = "", "", nil, nil
	}
	return a
}

func (Absorb) verb() string { return "absorb" }

func (a Absorb) decide(s State, c Context) Verdict {
	if !c.bot() || slices.ContainsFunc(s.Absorbed, func(p Part) bool { return p.key == a.Key }) {
		return Verdict{Rule: ruleEngine.name}
	}
	if err := s.takes(a.From, a.Drill, a.Resolved); err != nil {
		return Verdict{Refusal: err}
	}
	let, kept := a.welcome(s)
	told := s.post("absorbed", a.From)
	told.Text = strings.Join(kept, ", ")
	v := accept(ruleEngine, &Absorbed{From: a.From, Title: a.Title, By: a.By, Key: a.Key}).since(a.Because)
	v = a.unite(s, v).and(told)
	if a.Severity < s.Severity {
		raised := s.post("severity", strconv.Itoa(a.Severity))
		raised.Text = "raised from SEV" + strconv.Itoa(s.Severity) + ", because " + a.From + " is part of it"
		v = v.and(raised)
	}
	if len(let) > 0 {
		v = v.and(s.inviteAll(a.From, let...))
	}
	s.Severity = min(s.Severity, a.Severity)
	for _, target := range a.Page {
		if !s.paged(target.To) {
			v = v.and(s.call(target, pageText(s)))
		}
	}
	return v
}

// unite takes over the graver severity and the services with their owners.
func (a Absorb) unite(s State, v Verdict) Verdict {
	why := a.From + " is part of it"
	if a.Severity < s.Severity {
		v.Statements = append(v.Statements, Statement{Fact: &SeveritySet{Severity: a.Severity, From: s.Severity}, Because: why})
	}
	if services := unique(s.Services, a.Services); len(services) > len(s.Services) {
		v.Statements = append(v.Statements, Statement{Fact: &Rescoped{Services: services, Owners: unique(s.Owners, a.Owners)}, Because: why})
	}
	return v
}

// welcome says who is asked in, and whom a private incident keeps out until its
// commander invites them.
func (a Absorb) welcome(s State) (let, kept []string) {
	for _, p := range a.People {
		switch {
		case s.present(p):
		case s.Private && !s.Involves(p):
			kept = append(kept, at(p))
		default:
			let = append(let, p)
		}
	}
	return let, kept
}
