package plan

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// InPagerDuty is what a team or a service is in PagerDuty. The zero value says
// that the plan does not tell.
type InPagerDuty struct {
	Kind string // one of InPagerDutyKinds
	ID   string // as PagerDuty gives it: PABC123
}

// What a team or service may be in PagerDuty.
const (
	EscalationPolicy  = "policy"
	PagerDutyService  = "service"
	PagerDutySchedule = "schedule"
)

// InPagerDutyKinds lists them.
var InPagerDutyKinds = []string{EscalationPolicy, PagerDutyService, PagerDutySchedule}

// Given says whether the plan tells.
func (x InPagerDuty) Given() bool { return x.ID != "" }

// PersonOfPagerDuty returns the person with this user id in PagerDuty.
func (p *Plan) PersonOfPagerDuty(user string) (Person, bool) {
	if user == "" {
		return Person{}, false
	}
	at := slices.IndexFunc(p.People, func(x Person) bool { return x.PagerDuty == user })
	if at < 0 {
		return Person{}, false
	}
	return p.People[at], true
}

// PagerDutyOf returns what a target such as "team:dba", "service:payments-api"
// or "@dan" is in PagerDuty: for a person the user id, and for a service that
// says nothing what its team says.
func (p *Plan) PagerDutyOf(target string) (in InPagerDuty, user string) {
	k, id := splitTarget(target)
	switch k {
	case person:
		x, _ := p.Person(id)
		return InPagerDuty{}, x.PagerDuty
	case team:
		t, _ := p.Team(id)
		return t.PagerDuty, ""
	case service:
		s, _ := p.Service(id)
		if s.PagerDuty.Given() {
			return s.PagerDuty, ""
		}
		t, _ := p.Team(s.Team)
		return t.PagerDuty, ""
	}
	return InPagerDuty{}, ""
}

// pagerDutyID is how PagerDuty names a thing: seven characters, and fourteen
// since 2021.
var pagerDutyID = regexp.MustCompile(`^[A-Z0-9]{6,20}$`)

var inPagerDuty = form{says: "an id such as PABC123 or schedule:PABC123", schema: pattern(`^((policy|service|schedule):)?[A-Z0-9]{6,20}$`)}

// readInPagerDuty reads PABC123, which is of the kind most is meant, or
// schedule:PABC123.
func readInPagerDuty(d document, n *yaml.Node, usual string) InPagerDuty {
	if !d.is(n, yaml.ScalarNode, "an id of PagerDuty") {
		return InPagerDuty{}
	}
	x := InPagerDuty{Kind: usual, ID: n.Value}
	if before, after, found := strings.Cut(n.Value, ":"); found {
		x = InPagerDuty{Kind: before, ID: after}
	}
	if !slices.Contains(InPagerDutyKinds, x.Kind) || !pagerDutyID.MatchString(x.ID) {
		d.report(Error, codeValue, d.at(n), "Copy the last part of the address of its page in PagerDuty, such as PABC123; write policy:, service: or schedule: before it to say what it is.",
			"%q is no id of PagerDuty.", shown(n.Value))
		return InPagerDuty{}
	}
	return x
}

// readPagerDutyUser reads a user id, which is one person's alone.
func readPagerDutyUser(d document, n *yaml.Node, p *Person) {
	if !d.is(n, yaml.ScalarNode, "a user id of PagerDuty") {
		return
	}
	switch {
	case !pagerDutyID.MatchString(n.Value):
		d.report(Error, codeValue, d.at(n), "Copy the last part of the address of the person's profile in PagerDuty, such as PXPGF42.", "%q is no user id of PagerDuty.", shown(n.Value))
	case d.define(pagerDutyUser, n.Value, d.at(n)):
		p.PagerDuty = n.Value
	}
}
