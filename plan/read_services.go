package plan

import (
	"time"

	"go.yaml.in/yaml/v3"
)

// A serviceDraft is a service while the plan is being read, with the places
// that later checks point at.
type serviceDraft struct {
	Service
	hasTier bool
	rtoAt   Place // where the RTO stands; zero when there is none to check
	rpoAt   Place
	depsAt  []Place
}

var serviceFields = []field[serviceDraft]{
	{"id", true, "What the service is called in chat and in the plan.", takesID(func(s *serviceDraft) *string { return &s.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(s *serviceDraft) *string { return &s.Name })},
	{"kind", false, "A free word: network, storage, database, application, saas.", takesText(func(s *serviceDraft) *string { return &s.Kind })},
	{"tier", true, "How critical it is: 0 is the foundation, 4 the least.", takesOwn(aNumber(0, 4), func(d document, n *yaml.Node, s *serviceDraft) { s.Tier, s.hasTier = d.number(n, 0, 4) })},
	{"rto", true, "Recovery time objective: how long the service may be away.", takesOwn(aDuration, readRTO)},
	{"rpo", false, "Recovery point objective: how much of the newest data may be lost; without it what its dependants demand.", takesOwn(aDuration, readRPO)},
	{"recovery_work", false, "The planned hands-on time to bring it up once all it needs is there.", takesDuration(func(s *serviceDraft) *time.Duration { return &s.RecoveryWork })},
	{"team", true, "Who brings it back and is paged.", takesRef(team, func(s *serviceDraft) *string { return &s.Team })},
	{"owners", false, "Who verifies for the business that it is back.", takesRefs(person, func(s *serviceDraft) *[]string { return &s.Owners })},
	{"deps", false, "What it needs; just an id counts as hard.", takesOwn(depsForm, readDeps)},
	{"pagerduty", false, "What the service is in PagerDuty; its team's when it is missing.", takesOwn(inPagerDuty, func(d document, n *yaml.Node, s *serviceDraft) { s.PagerDuty = readInPagerDuty(d, n, PagerDutyService) })},
	{"criteria", false, "When the service counts as degraded and as out.", takesOwn(mappingOf(criteriaFields), readCriteria)},
	{"shed", false, "What is freed by switching it off, when that is allowed.", takesOwn(mappingOf(shedFields), readShed)},
	{"facts", false, "What playbooks fill in for {{name}}: host names, paths, addresses. Never a secret.", takesOwn(factsForm, readFacts)},
}

var depFields = []field[Dep]{
	{"to", true, "What is needed.", takesRef(service, func(x *Dep) *string { return &x.To })},
	{"kind", false, "hard: must be up first; data: hard, and it holds the authoritative data; startup: needed only to start; soft: works worse without it.", takesOwn(oneOfWords(depWords()), func(d document, n *yaml.Node, x *Dep) {
		x.Kind = DepKind(d.choice(n, codeValue, "kind of dependency", depWords()))
		if x.Kind == "" {
			x.Kind = Hard // reported; no second finding for the same word
		}
	})},
	{"because", false, "What for.", takesText(func(x *Dep) *string { return &x.Because })},
}

var depsForm = form{says: "a list of dependencies", keys: keysDoc(depFields), list: true,
	schema: map[string]any{"type": "array", "items": anyOf(anID.schema, objectSchema(keysDoc(depFields)))}}

// readServices reads services/*.yaml, one service a file.
func (l *loader) readServices() {
	before := len(l.findings)
	files := readFolder(l, "services", service, "a service", serviceFields, func(_ document, _ *yaml.Node, s serviceDraft, first bool) {
		if first {
			l.services = append(l.services, s)
		}
	})
	if files == 0 {
		l.blind[service] = true
		if len(l.findings) == before {
			l.report(Error, codeMissing, Place{File: "services"}, "Add one file a service, such as services/payments-api.yaml.", "There is no service.")
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

func readRPO(d document, n *yaml.Node, s *serviceDraft) {
	if s.RPO, s.HasRPO = d.duration(n); s.HasRPO {
		s.rpoAt = d.at(n)
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
