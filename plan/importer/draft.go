package importer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/plan"
)

// A draft is the plan while tables are taken into it.
type draft struct {
	report    *Report
	services  keeper[draftService]
	people    keeper[draftPerson]
	teams     keeper[draftTeam]
	processes keeper[draftProcess]
	pending   []reference // to services, looked up when all are known
}

// A keeper holds things in the order of their ids' first mention and finds them
// by id or by name.
type keeper[T any] struct {
	all   map[string]*T
	names map[string]string // name without case and signs -> id
}

func newKeeper[T any]() keeper[T] { return keeper[T]{map[string]*T{}, map[string]string{}} }

func (k keeper[T]) ids() []string { return slices.Sorted(maps.Keys(k.all)) }

// find returns the id of what a cell names.
func (k keeper[T]) find(text string) (string, bool) {
	if k.all[text] != nil {
		return text, true
	}
	if x := idOf(text); x != "" && k.all[x] != nil {
		return x, true
	}
	x, ok := k.names[squeeze(text)]
	return x, ok && squeeze(text) != ""
}

func (k keeper[T]) add(id, name string, x *T) {
	k.all[id] = x
	for _, word := range []string{squeeze(name), squeeze(id)} {
		if _, taken := k.names[word]; !taken && word != "" {
			k.names[word] = id
		}
	}
}

// A value is a field of a thing: read, or a TODO with where to look.
type value struct {
	text string
	todo string
}

type draftService struct {
	id, name, kind               string
	tier, rto, rpo, work, team   value
	owners                       []string
	deps                         []draftDep
	needed                       map[string]int // where in deps
	ownersTodo, depsTodo, source string
}

type draftDep struct{ to, kind, because string }

type draftPerson struct {
	id, name, mail, phone, zone, slack, manager string
	groups                                      []string
	source                                      string
}

type draftTeam struct {
	id, name string
	members  []string
}

type draftProcess struct {
	id, name, source string
	owner            value
	services         []string
	wrt, limit, when value
	points           []string
	levels           map[string][]string
}

type reference struct {
	at   Place
	text string
	to   func(id string)
	lost func()
}

func newDraft(r *Report) *draft {
	return &draft{report: r, services: newKeeper[draftService](), people: newKeeper[draftPerson](), teams: newKeeper[draftTeam](), processes: newKeeper[draftProcess]()}
}

// reader reads the fields of one row.
type reader struct {
	d *draft
	t *table
	r row
}

func (x reader) column(f field) int {
	if columns := x.t.fields[f]; len(columns) > 0 {
		return columns[0]
	}
	return -1
}

func (x reader) text(f field) string {
	if c := x.column(f); c >= 0 {
		return x.r.text(c)
	}
	return ""
}

func (x reader) at(f field) Place {
	c := x.column(f)
	if c < 0 {
		return Place{x.t.at.File, x.t.at.Sheet, x.r.number, 0}
	}
	return x.t.place(x.r, c)
}

func (x reader) row() Place { return Place{x.t.at.File, x.t.at.Sheet, x.r.number, 0} }

func (x reader) remark(l Level, f field, text, fix string) { x.d.report.add(l, x.at(f), text, fix) }

// id reads who or what the row is about, from its id or else from its name.
func (x reader) id() (ident, called string, ok bool) {
	called = x.text(name)
	source, f := x.text(id), id
	if source == "" {
		source, f = called, name
	}
	if called == "" {
		called = source
	}
	if ident = idOf(source); ident == "" {
		x.d.report.add(Skipped, x.row(), "The row names nothing that can be an id.", "Give it an id of lower-case letters, digits and -.")
		return "", "", false
	}
	if ident != source && f == id {
		x.remark(Guessed, f, fmt.Sprintf("%s cannot be an id as it stands; %s was taken.", shown(source), ident), "")
	}
	return ident, called, true
}

// duration reads a field that is a length of time.
func (x reader) duration(f field) value {
	text := x.text(f)
	if text == "" {
		if x.column(f) < 0 {
			return value{todo: "the tables have no column for it"}
		}
		return value{todo: x.at(f).String() + " is empty"}
	}
	d, how := duration(text, x.t.units[x.column(f)])
	switch how {
	case noUnit:
		x.remark(Refused, f, fmt.Sprintf("%s has no unit, neither here nor in the heading.", shown(text)), "Write the heading as "+shown(string(f)+" (h)")+" or the value as 4h.")
	case unread:
		x.remark(Refused, f, fmt.Sprintf("%s is not a length of time.", shown(text)), "Write it such as 90m, 4h or 2d.")
	case guessed:
		x.remark(Guessed, f, fmt.Sprintf("%s was read as %s.", shown(text), written(d)), "")
		fallthrough
	default:
		return value{text: written(d)}
	}
	return value{todo: x.at(f).String() + " was not understood"}
}

// take takes all rows of a table.
func (d *draft) take(t *table) {
	for _, r := range t.rows[t.heading+1:] {
		if r.empty() {
			continue
		}
		x := reader{d, t, r}
		switch t.kind {
		case services:
			x.service()
		case people:
			x.person()
		case dependencies:
			x.dependency()
		case analyses:
			x.analysis()
		}
	}
}

func (x reader) service() {
	ident, called, ok := x.id()
	if !ok {
		return
	}
	if first := x.d.services.all[ident]; first != nil {
		x.d.report.add(Skipped, x.row(), fmt.Sprintf("The service %s stands already at %s.", ident, first.source), "Keep one of them, or give it another id.")
		return
	}
	s := &draftService{id: ident, name: called, kind: x.text(kind), source: x.row().String()}
	s.tier = x.tier()
	s.rto, s.rpo, s.work = x.duration(rto), x.duration(rpo), x.duration(work)
	if x.text(rpo) == "" {
		s.rpo = value{} // what its dependants demand
	}
	if s.rto.text == "0s" {
		x.remark(Refused, rto, "A recovery time of nothing cannot be promised.", "")
		s.rto = value{todo: x.at(rto).String() + " says 0"}
	}
	s.team = x.team()
	for _, c := range x.t.fields[owners] {
		for _, who := range several(x.r.text(c)) {
			if p, found := x.d.people.find(who); found {
				if !slices.Contains(s.owners, p) {
					s.owners = append(s.owners, p)
				}
				continue
			}
			s.ownersTodo = x.t.place(x.r, c).String() + " names somebody who is not among the people"
			x.d.report.add(Refused, x.t.place(x.r, c), fmt.Sprintf("%s is not among the people.", shown(who)), "Import the table of people together with this one.")
		}
	}
	for _, c := range x.t.fields[needs] {
		for _, other := range several(x.r.text(c)) {
			x.d.refer(x.t.place(x.r, c), other, func(to string) { s.need(draftDep{to: to}, x.d.report, x.t.place(x.r, c)) }, func() { s.depsTodo = x.t.place(x.r, c).String() + " names an unknown service" })
		}
	}
	x.d.services.add(ident, called, s)
}

// need adds a dependency once.
func (s *draftService) need(dep draftDep, r *Report, at Place) {
	if dep.to == s.id {
		r.add(Skipped, at, "A service does not depend on itself.", "")
		return
	}
	i, stands := s.needed[dep.to]
	switch {
	case !stands:
		if s.needed == nil {
			s.needed = map[string]int{}
		}
		s.needed[dep.to] = len(s.deps)
		s.deps = append(s.deps, dep)
	case s.deps[i].kind == "" && s.deps[i].because == "":
		s.deps[i] = dep
	case dep.kind != "":
		r.add(Skipped, at, fmt.Sprintf("The dependency of %s on %s stands already.", s.id, dep.to), "")
	}
}

func (x reader) tier() value {
	text := x.text(tier)
	if n, ok := tierOf(text); ok {
		return value{text: n}
	}
	switch {
	case x.column(tier) < 0:
		return value{todo: "the tables have no column for it"}
	case text == "":
		return value{todo: x.at(tier).String() + " is empty"}
	}
	x.remark(Refused, tier, fmt.Sprintf("%s is no tier from 0 to 4.", shown(text)), "Decide which number each word stands for.")
	return value{todo: x.at(tier).String() + " was not understood"}
}

// team reads a team's name, and begins the team.
func (x reader) team() value {
	text := x.text(team)
	if text == "" {
		if x.column(team) < 0 {
			return value{todo: "the tables have no column for it"}
		}
		return value{todo: x.at(team).String() + " is empty"}
	}
	ident, ok := x.d.team(text)
	if !ok {
		x.remark(Refused, team, fmt.Sprintf("%s cannot be an id.", shown(text)), "")
		return value{todo: x.at(team).String() + " was not understood"}
	}
	return value{text: ident}
}

func (d *draft) team(text string) (string, bool) {
	if found, ok := d.teams.find(text); ok {
		return found, true
	}
	ident := idOf(text)
	if ident == "" {
		return "", false
	}
	d.teams.add(ident, text, &draftTeam{id: ident, name: text})
	return ident, true
}

func (x reader) person() {
	ident, called, ok := x.id()
	if !ok {
		return
	}
	if first := x.d.people.all[ident]; first != nil {
		x.d.report.add(Skipped, x.row(), fmt.Sprintf("The person %s stands already at %s.", ident, first.source), "Give one of them another id.")
		return
	}
	p := &draftPerson{id: ident, name: called, source: x.row().String()}
	p.mail = x.formed(mail, mailForm.MatchString, "This is no mail address.", "Write one address, without a name.")
	p.phone = x.formed(phone, phoneForm.MatchString, "This is no telephone number.", "Write it such as +44 20 7946 0123, as text: a spreadsheet cuts long numbers.")
	p.slack = x.formed(slack, slackForm.MatchString, "This is no member id of Slack.", "It is such as U0123ABCDEF, not the name.")
	p.zone = x.formed(zone, isZone, "This is no zone of the IANA list.", "Write it such as Europe/London.")
	for _, g := range several(x.text(groups)) {
		if word := strings.ToLower(g); slices.Contains(plan.Groups, word) {
			p.groups = append(p.groups, word)
			continue
		}
		x.remark(Skipped, groups, fmt.Sprintf("%s is none of the standing groups: %s.", shown(g), strings.Join(plan.Groups, ", ")), "")
	}
	if boss := x.text(manager); boss != "" {
		p.manager = boss // settled when all people are known
	}
	for _, name := range several(x.text(team)) {
		if ident, ok := x.d.team(name); ok {
			t := x.d.teams.all[ident]
			t.members = append(t.members, p.id)
		}
	}
	x.d.people.add(ident, called, p)
	if p.mail != "" {
		x.d.people.names[squeeze(p.mail)] = ident
	}
}

// formed reads a text that must have a form.
func (x reader) formed(f field, ok func(string) bool, what, fix string) string {
	text := x.text(f)
	if text == "" || ok(text) {
		return text
	}
	x.remark(Refused, f, what, fix)
	return ""
}

func (x reader) dependency() {
	dep := draftDep{because: x.text(because)}
	if k := strings.ToLower(x.text(depKind)); slices.Contains(plan.DepKinds, plan.DepKind(k)) {
		dep.kind = k
	} else if k != "" {
		x.remark(Refused, depKind, fmt.Sprintf("%s is no kind of dependency: hard, soft, data or startup.", shown(k)), "It counts as hard until somebody decides.")
	}
	a, b := x.text(from), x.text(to)
	if a == "" || b == "" {
		x.d.report.add(Skipped, x.row(), "The row names no two services.", "")
		return
	}
	x.d.refer(x.at(from), a, func(one string) {
		s := x.d.services.all[one]
		x.d.refer(x.at(to), b, func(other string) {
			dep.to = other
			s.need(dep, x.d.report, x.row())
		}, func() { s.depsTodo = x.at(to).String() + " names an unknown service" })
	}, func() {})
}

// refer looks a service up once all are known.
func (d *draft) refer(at Place, text string, to func(string), lost func()) {
	d.pending = append(d.pending, reference{at, text, to, lost})
}

// settle looks up what could only be known at the end.
func (d *draft) settle() {
	ids := d.services.ids()
	for len(d.pending) > 0 {
		now := d.pending
		d.pending = nil
		for _, ref := range now {
			if ident, ok := d.services.find(ref.text); ok {
				ref.to(ident)
				continue
			}
			ref.lost()
			near := "it was left out."
			if d.report.More == 0 {
				near = nearestOf(ref.text, ids)
			}
			d.report.add(Skipped, ref.at, fmt.Sprintf("There is no service %s; %s", shown(ref.text), near), "")
		}
	}
	for _, ident := range d.people.ids() {
		p := d.people.all[ident]
		if p.manager == "" {
			continue
		}
		boss, ok := d.people.find(p.manager)
		if !ok || boss == p.id {
			d.report.add(Skipped, Place{File: p.source}, fmt.Sprintf("The manager of %s is not among the people.", p.id), "")
			boss = ""
		}
		p.manager = boss
	}
	d.report.Services, d.report.People, d.report.Teams, d.report.Processes = len(d.services.all), len(d.people.all), len(d.teams.all), len(d.processes.all)
}
