package plan

import (
	"slices"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

// Duty is whom the plan names for something, first the one to reach first.
type Duty struct {
	Target string   // team:dba, @alice; empty where no one target stands for all of them
	Name   string   // what people call it: Databases
	Phone  string   // of the team; may be empty
	People []Person // may be empty
	OnCall bool     // false: nobody is named on call, these are all there are
}

// InForce returns the plan as the one that holds since an instant.
func (p *Plan) InForce(since time.Time) *Plan {
	c := *p
	c.Since = since
	return &c
}

// TeamDuty returns who is on call in a team, or its members where the plan
// names nobody on call.
func (p *Plan) TeamDuty(id string) Duty {
	t, _ := p.Team(id)
	d := Duty{Target: "team:" + id, Name: t.Name, Phone: t.Phone, OnCall: len(t.OnCall) > 0}
	names := t.OnCall
	if !d.OnCall {
		names = t.Members
	}
	for _, name := range names {
		if x, ok := p.Person(name); ok {
			d.People = append(d.People, x)
		}
	}
	return d
}

// CommandDuty returns who is on call for command: whom page.command names, or
// else page.command.escalate, or else everybody who may hold command.
func (p *Plan) CommandDuty() Duty {
	for _, to := range []string{p.Policy.PageCommand, p.Policy.PageEscalate} {
		switch k, id := splitTarget(to); {
		case to == "":
		case k == team:
			return p.TeamDuty(id)
		case k == service:
			s, _ := p.Service(id)
			return p.TeamDuty(s.Team)
		default:
			x, _ := p.Person(id)
			return Duty{Target: to, Name: x.Name, People: []Person{x}, OnCall: true}
		}
	}
	d := Duty{Name: "all who may hold it"}
	for _, x := range p.People {
		if x.In("commanders") {
			d.People = append(d.People, x)
		}
	}
	return d
}

// FindDuty returns who is on call for a service or a team, or a refusal that
// names the nearest ids. Of two of one name the service counts; its team is
// meant.
func (p *Plan) FindDuty(id string) (Duty, error) {
	if s, ok := p.Service(id); ok {
		return p.TeamDuty(s.Team), nil
	}
	if _, ok := p.Team(id); ok {
		return p.TeamDuty(id), nil
	}
	all := slices.Concat(p.TeamIDs(), p.ServiceIDs())
	return Duty{}, fault.Newf(fault.UnknownID, nearest.Sentence(id, all, listing(team, p.TeamIDs())), "There is no service or team %q in the plan.", shown(id))
}
