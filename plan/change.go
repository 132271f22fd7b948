package plan

import (
	"slices"
	"strings"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

// WithPerson returns a copy of the plan in which the person is added, or
// replaced when the id is known. An id that is none, or an unknown group, is
// refused.
func (p *Plan) WithPerson(person Person) (*Plan, error) {
	if !IsID(person.ID) {
		return nil, fault.Newf(fault.Range, idRule, "%q is no person id.", person.ID)
	}
	for _, g := range person.Groups {
		if !slices.Contains(Groups, g) {
			return nil, fault.Newf(fault.UnknownID, nearest.Sentence(g, Groups, "Groups are "+strings.Join(Groups, ", ")+"."),
				"There is no group %q.", g)
		}
	}
	if person.Name == "" {
		person.Name = person.ID
	}
	c := p.clone()
	at, found := slices.BinarySearchFunc(c.People, person, func(a, b Person) int { return strings.Compare(a.ID, b.ID) })
	if found {
		c.People[at] = person
	} else {
		c.People = slices.Insert(c.People, at, person)
	}
	return c, nil
}

// WithSetting returns a copy of the plan with one policy setting changed, as
// Policy.Set does, after checking that teams and people it names exist.
func (p *Plan) WithSetting(key, value string) (*Plan, error) {
	c := p.clone()
	if err := c.Policy.Set(key, value); err != nil {
		return nil, err
	}
	for _, ref := range c.Policy.refs(key) {
		if err := c.find(ref.kind, ref.id); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// FindService returns a service, or a refusal that names the nearest ids.
func (p *Plan) FindService(id string) (Service, error) {
	s, _ := p.Service(id)
	return s, p.find(service, id)
}

// FindPerson returns a person, with or without "@" before the id, or a refusal
// that names the nearest ids.
func (p *Plan) FindPerson(id string) (Person, error) {
	id = strings.TrimPrefix(id, "@")
	x, _ := p.Person(id)
	return x, p.find(person, id)
}

// FindTeam returns a team, or a refusal that names the nearest ids.
func (p *Plan) FindTeam(id string) (Team, error) {
	t, _ := p.Team(id)
	return t, p.find(team, id)
}

// FindPlaybook returns a playbook, or a refusal that names the nearest ids.
func (p *Plan) FindPlaybook(id string) (Playbook, error) {
	b, _ := p.Playbook(id)
	return b, p.find(playbook, id)
}

// A kind says what an id names.
type kind string

const (
	service kind = "service"
	person  kind = "person"
	team    kind = "team"

	process  kind = "process"
	window   kind = "window"
	regime   kind = "regime"
	calendar kind = "holiday list"
	playbook kind = "playbook"
	vendor   kind = "vendor"
	circuit  kind = "circuit"
	exercise kind = "exercise"

	slackAccount  kind = "member of Slack"
	pagerDutyUser kind = "user of PagerDuty"
)

// A reference is an id used where something of its kind must exist.
type reference struct {
	kind kind
	id   string
}

func (p *Plan) find(k kind, id string) error {
	all := map[kind][]string{service: p.ServiceIDs(), person: p.PersonIDs(), team: p.TeamIDs(),
		calendar: ids(p.Holidays, func(x Holidays) string { return x.Name }), playbook: ids(p.Playbooks, func(x Playbook) string { return x.ID })}[k]
	if slices.Contains(all, id) {
		return nil
	}
	return fault.Newf(fault.UnknownID, nearest.Sentence(id, all, listing(k, all)), "There is no %s %q in the plan.", k, shown(id))
}

// listing says which ids there are, or where to look when they are many.
func listing(k kind, all []string) string {
	plural := plural(string(k))
	switch {
	case len(all) == 0:
		return "The plan has no " + plural + "."
	case len(all) <= 12:
		return "The plan's " + plural + ": " + strings.Join(all, ", ") + "."
	}
	return "`/continuity plan show` lists the plan's " + plural + "."
}
