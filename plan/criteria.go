package plan

import (
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Shed is what a service frees when it is switched off for others.
type Shed struct {
	Allowed  bool
	VCPU     float64
	GB       float64 // of memory
	IOPS     float64
	Playbook string        // how it is switched off and on again; may be empty
	MaxOff   time.Duration // zero: no limit is stated
}

var criteriaFields = []field[Criteria]{
	{"journey", true, "The user journey that is measured.", takesText(func(c *Criteria) *string { return &c.Journey })},
	{"slo", true, "The share of requests that has to succeed.", takesOwn(aPercentage, readSLO)},
	{"window", false, "The time over which the error budget is counted.", takesSpan(func(c *Criteria) *time.Duration { return &c.Window })},
	{"min_volume", false, "Fewer requests than these say nothing.", takesNumber(1, 1_000_000_000, func(c *Criteria) *int { return &c.MinVolume })},
	{"outage_ratio", false, "Below this share of requests that succeed it is an outage.", takesPercent(func(c *Criteria) *float64 { return &c.OutageRatio })},
	{"quorum", false, "The share of vantages whose failing makes an outage; a fraction such as 2/3 is read too.", takesOwn(aShare, func(d document, n *yaml.Node, c *Criteria) { c.Quorum, _ = d.share(n) })},
	{"hold", false, "How long a better state has to last.", takesSpan(func(c *Criteria) *time.Duration { return &c.Hold })},
}

var shedFields = []field[Shed]{
	{"allowed", true, "Whether the service may be switched off for others.", takesFlag(func(s *Shed) *bool { return &s.Allowed })},
	{"vcpu", false, "Processors that this frees.", takesOwn(measured("vCPU"), func(d document, n *yaml.Node, s *Shed) { s.VCPU, _ = d.measure(n, "vCPU") })},
	{"gb", false, "Memory that this frees.", takesOwn(measured("GB"), func(d document, n *yaml.Node, s *Shed) { s.GB, _ = d.measure(n, "GB") })},
	{"iops", false, "Storage operations a second that this frees.", takesOwn(measured("IOPS"), func(d document, n *yaml.Node, s *Shed) { s.IOPS, _ = d.measure(n, "IOPS") })},
	{"playbook", false, "How it is switched off and on again.", takesRef(playbook, func(s *Shed) *string { return &s.Playbook })},
	{"max_off", false, "How long it may stay off.", takesSpan(func(s *Shed) *time.Duration { return &s.MaxOff })},
}

// readCriteria reads criteria; what they leave out, the policy fills.
func readCriteria(d document, n *yaml.Node, s *serviceDraft) {
	policy := d.plan.Policy
	s.Criteria = &Criteria{Window: policy.CriteriaWindow, MinVolume: policy.CriteriaVolume,
		OutageRatio: policy.CriteriaOutage, Quorum: policy.CriteriaQuorum, Hold: policy.CriteriaHold}
	readFields(d, n, "the criteria", criteriaFields, s.Criteria)
}

func readSLO(d document, n *yaml.Node, c *Criteria) {
	slo, ok := d.percent(n)
	if ok && slo == 100 {
		d.report(Error, codeNoBudget, d.at(n), "Write how much may fail, such as 99.9.", "An objective of 100 percent leaves no error budget.")
		return
	}
	c.SLO = slo
}

func readShed(d document, n *yaml.Node, s *serviceDraft) {
	s.Shed = &Shed{}
	readFields(d, n, "what may be shed", shedFields, s.Shed)
}

var factName = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$`)

var factsForm = form{says: "a mapping of names such as host.primary to texts",
	schema: map[string]any{"type": "object", "propertyNames": pattern(factName.String()), "additionalProperties": aText.schema}}

func readFacts(d document, n *yaml.Node, s *serviceDraft) {
	if !d.is(n, yaml.MappingNode, "a mapping of names to texts") {
		return
	}
	s.Facts = map[string]string{}
	d.pairs(n, func(key string, k, v *yaml.Node) {
		switch {
		case !d.filled(k, v):
		case !factName.MatchString(key):
			d.report(Error, codeValue, d.at(k), "Write it such as host.primary.", "%q is no name of a fact.", shown(key))
		default:
			value := d.text(v)
			if strings.Contains(value, "{{") {
				d.report(Error, codeValue, d.at(v), "Write the value out.", "A fact cannot be made of others.")
				return
			}
			s.Facts[key] = value
			d.under(key, v)
		}
	})
}
