package plan

import (
	"regexp"
	"slices"

	"go.yaml.in/yaml/v3"
)

var personFields = []field[Person]{
	{"id", true, "What the person is called in chat and in the plan.", takesID(func(p *Person) *string { return &p.ID })},
	{"name", false, "The full name; the id when it is missing.", takesText(func(p *Person) *string { return &p.Name })},
	{"groups", false, "The standing groups; none makes a plain responder.", takesOwn(listOf(oneOfWords(Groups)), readGroups)},
	{"guest", false, "Somebody from outside, who may read at most.", takesFlag(func(p *Person) *bool { return &p.Guest })},
	{"phone", false, "Where the person is called when chat does not reach them.", takesPhone(func(p *Person) *string { return &p.Phone })},
	{"mail", false, "One address, without a name.", takesOwn(aMail, func(d document, n *yaml.Node, p *Person) { p.Mail = d.mail(n) })},
	{"manager", false, "Who the person reports to.", takesOwn(theID(person), readManager)},
	{"zone", false, "Where the person lives; the plan's zone when it is missing.", takesZone(func(p *Person) *string { return &p.Zone })},
	{"slack", false, "The member id in Slack, which never changes.", takesOwn(form{says: "a member id such as U0123ABCDEF", schema: pattern(slackMember.String())}, readSlack)},
	{"pagerduty", false, "The user id in PagerDuty.", takesOwn(form{says: "a user id such as PXPGF42", schema: pattern(pagerDutyID.String())}, readPagerDutyUser)},
}

var teamFields = []field[Team]{
	{"id", true, "What the team is called in chat and in the plan.", takesID(func(t *Team) *string { return &t.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(t *Team) *string { return &t.Name })},
	{"members", true, "Who belongs to it.", takesRefs(person, func(t *Team) *[]string { return &t.Members })},
	{"on_call", false, "Who is reached first, in order.", takesRefs(person, func(t *Team) *[]string { return &t.OnCall })},
	{"phone", false, "The number by which whoever is on call is reached.", takesPhone(func(t *Team) *string { return &t.Phone })},
	{"page_to", false, "The pager's own name for the team; the id when it is missing.", takesText(func(t *Team) *string { return &t.PageTo })},
	{"pagerduty", false, "What the team is in PagerDuty.", takesOwn(inPagerDuty, func(d document, n *yaml.Node, t *Team) { t.PagerDuty = readInPagerDuty(d, n, EscalationPolicy) })},
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

// readOptionalList is readList for a file that may be missing or say nothing.
func readOptionalList[T any](l *loader, file, key string, k kind, what string, fields []field[T], keep func(document, *yaml.Node, T)) {
	before := len(l.findings)
	text, ok := l.source(file, false)
	switch {
	case !ok:
		l.blind[k] = len(l.findings) > before
	case !onlyComments(text):
		readListText(l, file, text, key, k, what, fields, keep)
	}
}

// readList reads a file whose one key holds a list of mappings.
func readList[T any](l *loader, file, key string, k kind, what string, fields []field[T], keep func(document, *yaml.Node, T)) {
	text, ok := l.source(file, true)
	if !ok {
		l.blind[k] = true
		return
	}
	readListText(l, file, text, key, k, what, fields, keep)
}

func readListText[T any](l *loader, file, text, key string, k kind, what string, fields []field[T], keep func(document, *yaml.Node, T)) {
	d, root, ok := l.parse(file, text)
	if !ok {
		l.blind[k] = true
		return
	}
	top := []field[[]T]{{key, true, "", takesOwn(form{}, func(d document, n *yaml.Node, _ *[]T) {
		d.each(n, func(item *yaml.Node) {
			var x T
			d := d.of(k, item)
			readFields(d, item, what, fields, &x)
			keep(d, item, x)
		})
	})}}
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

func readManager(d document, n *yaml.Node, p *Person) {
	if p.Manager = d.refer(person, n); p.Manager != "" && d.path == string(person)+"/"+p.Manager+".manager" {
		d.report(Error, codeValue, d.at(n), "Name who they report to, or remove the key.", "%s cannot be their own manager.", p.Manager)
	}
}
