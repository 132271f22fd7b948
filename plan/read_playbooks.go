package plan

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// A playbookDraft is a playbook while the plan is being read.
type playbookDraft struct {
	Playbook
	at          Place
	hasSteps    bool
	scriptAt    Place
	approvalsAt Place
	facts       []factUse
}

// A factUse is a fact that a step wants filled, and where.
type factUse struct {
	name string
	at   Place
}

var playbookFields = []field[playbookDraft]{
	{"id", true, "What the playbook is called in chat and in the plan.", takesID(func(p *playbookDraft) *string { return &p.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(p *playbookDraft) *string { return &p.Name })},
	{"service", false, "What it brings back; its facts fill the commands.", takesRef(service, func(p *playbookDraft) *string { return &p.Service })},
	{"role", false, "Who works by it: dba, network.", takesText(func(p *playbookDraft) *string { return &p.Role })},
	{"trigger", false, "When it is opened.", takesText(func(p *playbookDraft) *string { return &p.Trigger })},
	{"owner", true, "Who keeps it right.", takesRef(person, func(p *playbookDraft) *string { return &p.Owner })},
	{"reviewed_at", true, "When it was last read through.", takesDay(func(p *playbookDraft) *time.Time { return &p.ReviewedAt })},
	{"version", false, "A version of its own, besides the plan's commit.", takesText(func(p *playbookDraft) *string { return &p.Version })},
	{"min_approvals", false, "How many others than the owner must have approved it.", takesOwn(aNumber(0, 10), func(d document, n *yaml.Node, p *playbookDraft) {
		p.MinApprovals, _ = d.number(n, 0, 10)
		p.approvalsAt = d.at(n)
	})},
	{"approved_by", false, "Who has approved it.", takesRefs(person, func(p *playbookDraft) *[]string { return &p.ApprovedBy })},
	{"steps", false, "What to do, in order; needed unless a script does it.", takesOwn(listOf(mappingOf(stepFields)), func(d document, n *yaml.Node, p *playbookDraft) {
		p.hasSteps = true
		p.Steps, p.facts = readSteps(d, n, p.facts)
	})},
	{"script", false, "A program that does it, with its manual twin.", takesOwn(mappingOf(scriptFields), readScript)},
}

// Stores lists where a secret that a plan refers to may lie.
var Stores = []string{"vault", "env", "file", "exec", "aws", "azure", "gcp", "op", "cyberark", "sops"}

type stepDraft struct {
	Step
	named map[string]bool // its facts
	uses  []factUse       // what its command wants
}

var stepFields = []field[stepDraft]{
	{"id", true, "What the step is called, such as 4 or m1.", takesOwn(form{says: "an id such as fence or 4", schema: map[string]any{"type": []any{"string", "integer"}}}, func(d document, n *yaml.Node, s *stepDraft) { s.ID = d.id(n) })},
	{"do", true, "What to do, in one sentence.", takesText(func(s *stepDraft) *string { return &s.Do })},
	{"command", false, "What to type; {{host.primary}} is filled in from facts.", takesOwn(someLines, readStepCommand)},
	{"expect", false, "What is seen when it went well.", takesLines(func(s *stepDraft) *string { return &s.Expect })},
	{"timeout", true, "After how long it counts as stuck.", takesOwn(aDuration.ask(codeTimeout), func(d document, n *yaml.Node, s *stepDraft) { s.Timeout, _ = d.span(n) })},
	{"reversible", false, "Whether it can be undone.", takesFlag(func(s *stepDraft) *bool { return &s.Reversible })},
	{"danger", false, "How careful it is started: confirm asks once more, two_person asks somebody else too; none when it is missing.", takesChoice("danger", Dangers, func(s *stepDraft) *string { return &s.Danger })},
	{"credential_ref", false, "Where the secret lies that it needs, never the secret. Stores are " + list(Stores) + ".", takesOwn(form{says: "a reference such as vault:kv/db/payments#password", schema: pattern(credentialForm.String())}, readCredential)},
	{"facts", false, "The facts that the command is filled from.", takesOwn(listOf(form{says: "name of a fact such as host.primary", schema: pattern(factName.String())}), readStepFacts)},
	{"role", false, "Who does it; the playbook's role when it is missing.", takesText(func(s *stepDraft) *string { return &s.Role })},
}

// readPlaybooks reads playbooks/**/*.yaml, one playbook a file, and what they
// run from scripts/.
func (l *loader) readPlaybooks() {
	unread := false
	for _, file := range l.tree("playbooks", ".yaml") {
		unread = !readFile(l, file, playbook, "a playbook", playbookFields, func(d document, root *yaml.Node, p playbookDraft, first bool) {
			p.at, p.File = d.at(root), file
			p.settle(d)
			if first {
				l.playbooks = append(l.playbooks, p)
			}
		}) || unread
	}
	l.readOtherScripts(unread)
}

// settle checks what can be checked only when the whole playbook was read.
func (p *playbookDraft) settle(d document) {
	if !p.hasSteps && p.scriptAt.Line == 0 {
		d.report(Error, codeMissing, p.at, "Add steps.", "The playbook has neither steps nor a script.")
	}
	if given := p.approvals(); given < p.MinApprovals {
		d.report(Warning, codeApprovals, p.approvalsAt, "Have it approved, and add who did to approved_by; the owner does not count.",
			"The playbook has %d of %s.", given, counted(p.MinApprovals, "approval"))
	}
}

// approvals counts who has approved the playbook, the owner aside.
func (p Playbook) approvals() int {
	return len(slices.DeleteFunc(slices.Clone(p.ApprovedBy), func(id string) bool { return id == p.Owner }))
}

// readSteps reads a list of steps, which have ids of their own.
func readSteps(d document, n *yaml.Node, uses []factUse) ([]Step, []factUse) {
	var steps []Step
	taken := map[string]bool{}
	d.each(n, func(item *yaml.Node) {
		s := stepDraft{named: map[string]bool{}}
		in := d.under(idOf(item), item)
		readFields(in, item, "a step", stepFields, &s)
		switch {
		case s.ID == "":
			return
		case taken[s.ID]:
			d.twice(item, s.ID)
			return
		}
		taken[s.ID] = true
		for _, u := range s.uses {
			if !s.named[u.name] {
				d.report(Error, codeValue, u.at, "Add it to the facts of the step.", "The command wants the fact %s, which the step does not name.", shown(u.name))
			}
		}
		at := Place{File: d.file, Line: item.Line, Column: item.Column}
		if given, ok := d.places[in.path+".facts"]; ok && in.path != "" {
			at = given
		}
		for _, name := range s.Facts {
			uses = append(uses, factUse{name, at})
		}
		steps = append(steps, s.Step)
	})
	if len(n.Content) == 0 && n.Kind == yaml.SequenceNode {
		d.report(Error, codeMissing, d.at(n), "Add a step.", "The list of steps is empty.")
	}
	return steps, uses
}

var (
	placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)
	// credentialForm is where a secret lies: a store, a path and a field. The
	// stores are named, or admin:hunter2 would pass for a place.
	credentialForm = regexp.MustCompile(`^(` + strings.Join(Stores, "|") + `):[A-Za-z0-9/_.@-]{1,200}(#[A-Za-z0-9_.-]{1,60})?$`)
)

func readStepCommand(d document, n *yaml.Node, s *stepDraft) {
	s.Command = d.lines(n)
	rest := placeholder.ReplaceAllStringFunc(s.Command, func(found string) string {
		name := placeholder.FindStringSubmatch(found)[1]
		if !factName.MatchString(name) {
			d.report(Error, codeValue, d.at(n), "Write it such as {{host.primary}}.", "%q is no name of a fact.", shown(name))
		} else {
			s.uses = append(s.uses, factUse{name, d.at(n)})
		}
		return ""
	})
	if strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		d.report(Error, codeValue, d.at(n), "Close each {{ by }}.", "The command has a placeholder that is not closed or not opened.")
	}
}

// hiding returns a character of a command that is not what it looks like, or
// not seen at all.
func hiding(s string) (r rune, found bool) {
	for _, r := range s {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			return r, true
		}
	}
	return 0, false
}

// readCredential reads where a secret lies. Anything else is taken for the
// secret itself.
func readCredential(d document, n *yaml.Node, s *stepDraft) {
	if !d.is(n, yaml.ScalarNode, "a reference") {
		return
	}
	if !credentialForm.MatchString(n.Value) {
		d.report(Error, codeSecret, d.at(n), "Write a reference such as vault:kv/db/payments#password; stores are "+list(Stores)+".", "This is no reference to a secret, and may be the secret itself (its value is masked).")
		return
	}
	s.CredentialRef = n.Value
}

func readStepFacts(d document, n *yaml.Node, s *stepDraft) {
	d.each(n, func(item *yaml.Node) {
		switch name := item.Value; {
		case !d.is(item, yaml.ScalarNode, "the name of a fact"):
		case !factName.MatchString(name):
			d.report(Error, codeValue, d.at(item), "Write it such as host.primary.", "%q is no name of a fact.", shown(name))
		case s.named[name]:
			d.twice(item, name)
		default:
			s.named[name] = true
			s.Facts = append(s.Facts, name)
		}
	})
}

// incidentFacts come from the incident and not from the plan.
const incidentFacts = "incident."

// checkPlaybooks reports facts that the plan does not know, and hands the
// playbooks over.
func (l *loader) checkPlaybooks() {
	facts := map[string]map[string]string{}
	for _, s := range l.services {
		facts[s.ID] = s.Facts
	}
	for _, p := range l.playbooks {
		for _, u := range p.facts {
			if _, known := facts[p.Service][u.name]; !known && !strings.HasPrefix(u.name, incidentFacts) && !l.blind[service] {
				of := "its service " + p.Service
				if p.Service == "" {
					of = "any service: the playbook names none"
				}
				l.report(Warning, codeFact, u.at, "Add it to the facts of the service, or the step cannot be shown filled in.", "The fact %s is not known of %s.", u.name, of)
			}
		}
		if p.Name == "" {
			p.Name = p.ID
		}
		l.plan.Playbooks = append(l.plan.Playbooks, p.Playbook)
	}
}
