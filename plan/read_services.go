package plan

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A serviceDraft is a service while the plan is being read, with the places
// that later checks point at.
type serviceDraft struct {
	Service
	hasTier bool
	rtoAt   Place // where the RTO stands; zero when there is none to check
	depsAt  []Place
}

var serviceFields = []field[serviceDraft]{
	{"id", true, func(d document, n *yaml.Node, s *serviceDraft) { s.ID = d.id(n) }},
	{"name", false, func(d document, n *yaml.Node, s *serviceDraft) { s.Name = d.text(n) }},
	{"kind", false, func(d document, n *yaml.Node, s *serviceDraft) { s.Kind = d.text(n) }},
	{"tier", true, func(d document, n *yaml.Node, s *serviceDraft) { s.Tier, s.hasTier = d.number(n, 0, 4) }},
	{"rto", true, readRTO},
	{"rpo", false, func(d document, n *yaml.Node, s *serviceDraft) { s.RPO, s.HasRPO = d.duration(n) }},
	{"recovery_work", false, func(d document, n *yaml.Node, s *serviceDraft) { s.RecoveryWork, _ = d.duration(n) }},
	{"team", true, func(d document, n *yaml.Node, s *serviceDraft) { s.Team = d.refer(team, n) }},
	{"owners", false, func(d document, n *yaml.Node, s *serviceDraft) { s.Owners = d.referAll(person, n) }},
	{"deps", false, readDeps},
	{"pagerduty", false, func(d document, n *yaml.Node, s *serviceDraft) { s.PagerDuty = readInPagerDuty(d, n, PagerDutyService) }},
}

var depFields = []field[Dep]{
	{"to", true, func(d document, n *yaml.Node, x *Dep) { x.To = d.refer(service, n) }},
	{"kind", false, func(d document, n *yaml.Node, x *Dep) {
		x.Kind = DepKind(d.choice(n, codeValue, "kind of dependency", depWords()))
		if x.Kind == "" {
			x.Kind = Hard // reported; no second finding for the same word
		}
	}},
	{"because", false, func(d document, n *yaml.Node, x *Dep) { x.Because = d.text(n) }},
}

// readServices reads services/*.yaml, one service a file.
func (l *loader) readServices() {
	const dir = "services"
	before := len(l.findings)
	files := l.folder(dir, ".yaml", true)
	if len(files) == 0 {
		l.blind[service] = true
		if len(l.findings) == before {
			l.report(Error, codeMissing, Place{File: dir}, "Add one file a service, such as services/payments-api.yaml.", "There is no service.")
		}
	}
	for _, file := range files {
		text, ok := l.source(file, true)
		var d document
		var root *yaml.Node
		if ok {
			d, root, ok = l.parse(file, text)
		}
		if !ok {
			// It was probably meant to define the service of its name.
			l.known(service, strings.TrimSuffix(path.Base(file), ".yaml"), Place{File: file})
			continue
		}
		s := serviceDraft{}
		readFields(d.of(service, root), root, "a service", serviceFields, &s)
		if s.ID != "" && l.define(service, s.ID, d.at(root)) {
			l.services = append(l.services, s)
		}
	}
}

func readRTO(d document, n *yaml.Node, s *serviceDraft) {
	length, ok := d.duration(n)
	switch {
	case !ok:
	case length == 0:
		d.report(Error, codeValue, d.at(n), "Write how long the service may be away.", "The recovery time objective must be longer than 0s.")
	default:
		s.RTO, s.rtoAt = length, d.at(n)
	}
}

func readDeps(d document, n *yaml.Node, s *serviceDraft) {
	seen := map[string]bool{}
	d.each(n, func(item *yaml.Node) {
		var dep Dep
		if item.Kind == yaml.ScalarNode { // just the id
			dep.To = d.refer(service, item)
		} else {
			readFields(d.unplaced(), item, "a dependency", depFields, &dep)
		}
		switch {
		case dep.To == "":
			return
		case seen[dep.To]:
			d.twice(item, dep.To)
			return
		case dep.Kind == "":
			d.report(Warning, codeDepKind, d.at(item), "Add kind: hard, soft, data or startup.", "The dependency on %s has no kind and counts as hard.", dep.To)
			dep.Kind = Hard
		}
		seen[dep.To] = true
		d.under(dep.To, item)
		s.Deps, s.depsAt = append(s.Deps, dep), append(s.depsAt, d.at(item))
	})
}

func depWords() []string {
	return ids(DepKinds, func(k DepKind) string { return string(k) })
}
