package plan

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

var personFields = []field[Person]{
	{"id", true, func(d document, n *yaml.Node, p *Person) { p.ID = d.id(n) }},
	{"name", false, func(d document, n *yaml.Node, p *Person) { p.Name = d.text(n) }},
	{"groups", false, readGroups},
	{"guest", false, func(d document, n *yaml.Node, p *Person) { p.Guest = d.flag(n) }},
	{"phone", false, func(d document, n *yaml.Node, p *Person) { p.Phone = d.phone(n) }},
	{"mail", false, func(d document, n *yaml.Node, p *Person) { p.Mail = d.mail(n) }},
	{"manager", false, readManager},
	{"zone", false, readZone},
	{"slack", false, readSlack},
	{"pagerduty", false, readPagerDutyUser},
}

var teamFields = []field[Team]{
	{"id", true, func(d document, n *yaml.Node, t *Team) { t.ID = d.id(n) }},
	{"name", false, func(d document, n *yaml.Node, t *Team) { t.Name = d.text(n) }},
	{"members", true, func(d document, n *yaml.Node, t *Team) { t.Members = d.referAll(person, n) }},
	{"on_call", false, func(d document, n *yaml.Node, t *Team) { t.OnCall = d.referAll(person, n) }},
	{"phone", false, func(d document, n *yaml.Node, t *Team) { t.Phone = d.phone(n) }},
	{"page_to", false, func(d document, n *yaml.Node, t *Team) { t.PageTo = d.text(n) }},
	{"pagerduty", false, func(d document, n *yaml.Node, t *Team) { t.PagerDuty = readInPagerDuty(d, n, EscalationPolicy) }},
}

func (l *loader) readPeople() {
	readList(l, "people.yaml", "people", person, "a person", personFields, func(d document, n *yaml.Node, p Person) {
		if p.ID != "" && l.define(person, p.ID, d.at(n)) {
			l.plan.People = append(l.plan.People, p)
		}
	})
}

func (l *loader) readTeams() {
	readList(l, "teams.yaml", "teams", team, "a team", teamFields, func(d document, n *yaml.Node, t Team) {
		if t.ID != "" && l.define(team, t.ID, d.at(n)) {
			l.plan.Teams = append(l.plan.Teams, t)
		}
	})
}

// readList reads a file whose one key holds a list of mappings.
func readList[T any](l *loader, file, key string, k kind, what string, fields []field[T], keep func(document, *yaml.Node, T)) {
	text, ok := l.source(file, true)
	if !ok {
		l.blind[k] = true
		return
	}
	d, root, ok := l.parse(file, text)
	if !ok {
		l.blind[k] = true
		return
	}
	top := []field[[]T]{{key, true, func(d document, n *yaml.Node, _ *[]T) {
		d.each(n, func(item *yaml.Node) {
			var x T
			readFields(d.of(k, item), item, what, fields, &x)
			keep(d, item, x)
		})
	}}}
	before := len(l.findings)
	var none []T
	readFields(d, root, file, top, &none)
	if len(l.defined[k]) == 0 && len(l.findings) > before {
		l.blind[k] = true // the list itself could not be read
	}
}

func readGroups(d document, n *yaml.Node, p *Person) {
	d.each(n, func(item *yaml.Node) {
		group := d.choice(item, codeUnknownID, "group", Groups)
		switch {
		case group == "":
		case slices.Contains(p.Groups, group):
			d.twice(item, group)
		default:
			p.Groups = append(p.Groups, group)
		}
	})
}

var slackMember = regexp.MustCompile(`^[UW][A-Z0-9]{6,20}$`)

// readSlack reads a member id, which is one person's alone.
func readSlack(d document, n *yaml.Node, p *Person) {
	if !d.is(n, yaml.ScalarNode, "a member id of Slack") {
		return
	}
	switch {
	case !slackMember.MatchString(n.Value):
		d.report(Error, codeValue, d.at(n), "Copy it from the person's profile in Slack: More, Copy member ID.", "%q is no member id of Slack.", shown(n.Value))
	case d.define(slackAccount, n.Value, d.at(n)):
		p.Slack = n.Value
	}
}

func readZone(d document, n *yaml.Node, p *Person) {
	if !d.is(n, yaml.ScalarNode, "a zone") {
		return
	}
	if p.Zone = n.Value; !validZone(n.Value) {
		d.report(Error, codeValue, d.at(n), "Write a zone such as Europe/London or UTC.", "%q is no time zone.", shown(n.Value))
	}
}

func readManager(d document, n *yaml.Node, p *Person) {
	if p.Manager = d.refer(person, n); p.Manager != "" && d.path == string(person)+"/"+p.Manager+".manager" {
		d.report(Error, codeValue, d.at(n), "Name who they report to, or remove the key.", "%s cannot be their own manager.", p.Manager)
	}
}
