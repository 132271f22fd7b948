package plan

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

var vendorFields = []field[vendorDraft]{
	{"id", true, "What the vendor is called in chat and in the plan.", takesID(func(v *vendorDraft) *string { return &v.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(v *vendorDraft) *string { return &v.Name })},
	{"services", false, "What stands on it.", takesRefs(service, func(v *vendorDraft) *[]string { return &v.Services })},
	{"critical", false, "Whether those stand still without it.", takesFlag(func(v *vendorDraft) *bool { return &v.Critical })},
	{"sla", false, "What it has promised. What is missing is no promise.", takesMapping("the SLA", slaFields, func(v *vendorDraft) *SLA { return &v.SLA })},
	{"levels", false, "Whom to call, in order.", takesOwn(listOf(mappingOf(levelFields)), readContactLevels)},
	{"verified_at", false, "When the contacts were last tried; without it, never.", takesDay(func(v *vendorDraft) *time.Time { return &v.Verified })},
	{"phrase", false, "What to say first.", takesText(func(v *vendorDraft) *string { return &v.Phrase })},
	{"contract", false, "What it owes at the end.", takesOwn(mappingOf(contractFields), func(d document, n *yaml.Node, v *vendorDraft) {
		v.Contract = &Contract{}
		readFields(d, n, "a contract", contractFields, v.Contract)
	})},
	{"circuits", false, "The lines that it runs.", takesList("a circuit", circuitFields, keepCircuit)},
	{"review_due", false, "When the promises are looked at again.", takesDay(func(v *vendorDraft) *time.Time { return &v.ReviewDue })},
}

// A vendorDraft is a vendor while the plan is being read.
type vendorDraft struct{ Vendor }

var slaFields = []field[SLA]{
	{"support_ack", false, "Within which time it answers.", takesSpan(func(s *SLA) *time.Duration { return &s.SupportAck })},
	{"restore_time", false, "Within which time it has the service back. Availability is no such promise.", takesSpan(func(s *SLA) *time.Duration { return &s.RestoreTime })},
	{"rpo", false, "How much data it may lose.", takesSpan(func(s *SLA) *time.Duration { return &s.RPO })},
	{"credit", false, "What it pays when it fails; that brings nothing back.", takesText(func(s *SLA) *string { return &s.Credit })},
	{"evidence", false, "Where the promises are written down or measured.", takesTexts(func(s *SLA) *[]string { return &s.Evidence })},
	{"measured_at", false, "When they were last measured.", takesDay(func(s *SLA) *time.Time { return &s.MeasuredAt })},
}

var levelFields = []field[ContactLevel]{
	{"who", true, "Who is reached there.", takesText(func(l *ContactLevel) *string { return &l.Who })},
	{"channel", true, "How.", takesOwn(form{says: "a channel such as \"phone:+44 20 7946 0301\", mail:noc@acme.example or portal:https://acme.example/support", schema: pattern(`^(phone|mail|portal):.+$`)}, readChannel)},
	{"hours", false, "When somebody is there; always when it is missing.", takesOwn(form{says: "24x7, 09:00-17:00 or Mon-Fri 09:00-17:00", schema: pattern(`^(24x7|(Mon-(Fri|Sat|Sun) )?\d{2}:\d{2}-\d{2}:\d{2})$`)}, readHours)},
	{"zone", false, "In which the hours are read; they need it.", takesZone(func(l *ContactLevel) *string { return &l.Zone })},
	{"wait", true, "How long to wait for an answer before the next level.", takesSpan(func(l *ContactLevel) *time.Duration { return &l.Wait })},
	{"needs", false, "What they will ask for: a word, or where a secret lies.", takesOwn(listOf(form{says: "word such as contract, or a reference such as vault:kv/acme#pin", schema: anyOf(pattern(needForm.String()), pattern(credentialForm.String()))}), readNeeds)},
}

var contractFields = []field[Contract]{
	{"ref", true, "Its number or where it is kept.", takesText(func(c *Contract) *string { return &c.Ref })},
	{"term_end", true, "When it ends.", takesDay(func(c *Contract) *time.Time { return &c.TermEnd })},
	{"notice_days", true, "How many days before that notice is given at the latest.", takesNumber(0, 3650, func(c *Contract) *int { return &c.NoticeDays })},
	{"termination_assist_days", false, "How many days of help the vendor owes after the end.", takesNumber(0, 3650, func(c *Contract) *int { return &c.TerminationAssist })},
	{"clauses", false, "Where in it each of what it is read for stands; what is missing is not granted.", takesOwn(clausesForm, readClauses)},
	{"reviewed_by", false, "Who has read it for the lawyers.", takesText(func(c *Contract) *string { return &c.ReviewedBy })},
	{"reviewed_at", false, "When.", takesDay(func(c *Contract) *time.Time { return &c.ReviewedAt })},
}

var clausesForm = form{says: "a mapping of " + strings.Join(Clauses, ", ") + " to where they stand",
	schema: map[string]any{"type": "object", "propertyNames": map[string]any{"enum": anySlice(Clauses)}, "additionalProperties": aText.schema}}

type circuitDraft struct {
	Circuit
	hasNotice bool
}

var circuitFields = []field[circuitDraft]{
	{"id", true, "What the line is called.", takesID(func(c *circuitDraft) *string { return &c.ID })},
	{"provider", false, "The vendor that runs it; the one in whose file it stands when it is missing.", takesRef(vendor, func(c *circuitDraft) *string { return &c.Provider })},
	{"a_end", true, "Where it begins.", takesText(func(c *circuitDraft) *string { return &c.AEnd })},
	{"z_end", true, "Where it ends.", takesText(func(c *circuitDraft) *string { return &c.ZEnd })},
	{"km", false, "How long its route is.", takesOwn(measured("km"), func(d document, n *yaml.Node, c *circuitDraft) { c.KM, _ = d.measure(n, "km") })},
	{"loa_ref", false, "The letter of authorisation.", takesText(func(c *circuitDraft) *string { return &c.LOARef })},
	{"contracted_ms", false, "The latency that was promised.", takesOwn(measured("ms"), func(d document, n *yaml.Node, c *circuitDraft) { c.ContractedMS, _ = d.measure(n, "ms") })},
	{"measured_p99_ms", false, "The latency that 99 of 100 packets stay below.", takesOwn(measured("ms"), func(d document, n *yaml.Node, c *circuitDraft) { c.MeasuredP99, _ = d.measure(n, "ms") })},
	{"mbps", false, "What it carries, in megabits a second.", takesOwn(measured("Mbps"), func(d document, n *yaml.Node, c *circuitDraft) { c.Mbps, _ = d.measure(n, "Mbps") })},
	{"path_id", false, "The duct or fibre; lines that share one are not diverse.", takesText(func(c *circuitDraft) *string { return &c.PathID })},
	{"term_end", false, "When its contract ends.", takesDay(func(c *circuitDraft) *time.Time { return &c.TermEnd })},
	{"notice_days", false, "How many days before that notice is given at the latest.", takesOwn(aNumber(0, 3650), func(d document, n *yaml.Node, c *circuitDraft) {
		c.NoticeDays, _ = d.number(n, 0, 3650)
		c.hasNotice = true
	})},
	{"lead_days", false, "How many days a new one takes.", takesNumber(0, 3650, func(c *circuitDraft) *int { return &c.LeadDays })},
	{"contact", false, "Who is asked about it.", takesText(func(c *circuitDraft) *string { return &c.Contact })},
}

// readVendors reads vendors/*.yaml, one vendor a file.
func (l *loader) readVendors() {
	readFolder(l, "vendors", vendor, "a vendor", vendorFields, func(d document, root *yaml.Node, v vendorDraft, first bool) {
		if !first {
			return
		}
		v.File = d.file
		if v.Name == "" {
			v.Name = v.ID
		}
		for i := range v.Circuits {
			if v.Circuits[i].Provider == "" {
				v.Circuits[i].Provider = v.ID
			}
		}
		l.plan.Vendors = append(l.plan.Vendors, v.Vendor)
	})
}

// readContactLevels reads the rungs of an escalation. They have no ids.
func readContactLevels(d document, n *yaml.Node, v *vendorDraft) {
	d.each(n, func(item *yaml.Node) {
		var level ContactLevel
		readFields(d.unplaced(), item, "a level", levelFields, &level)
		if level.Hours != "" && level.Hours != "24x7" && level.Zone == "" {
			d.report(Error, codeZone, d.at(item), "Add zone, such as Europe/London.", "The hours do not say in which zone.")
		}
		v.Levels = append(v.Levels, level)
	})
}

func readChannel(d document, n *yaml.Node, l *ContactLevel) {
	if !d.is(n, yaml.ScalarNode, "a channel") {
		return
	}
	how, where, _ := strings.Cut(n.Value, ":")
	where = strings.TrimSpace(where)
	switch {
	case how == "phone" && phoneForm.MatchString(where),
		how == "mail" && addressForm.MatchString(where),
		how == "portal" && portalForm.MatchString(where):
		l.Channel = how + ":" + where
	default:
		d.report(Error, codeValue, d.at(n), "Write it such as \"phone:+44 20 7946 0301\", mail:noc@acme.example or portal:https://acme.example/support.", "%q is no channel.", shown(n.Value))
	}
}

var (
	portalForm = regexp.MustCompile(`^https://[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?(/[A-Za-z0-9._~/%?=&#+-]*)?$`)
	hoursForm  = regexp.MustCompile(`^(?:Mon-(?:Fri|Sat|Sun) )?(\d{2}:\d{2}-\d{2}:\d{2})$`)
	needForm   = regexp.MustCompile(`^[a-z][a-z_-]{1,30}$`)
)

func readHours(d document, n *yaml.Node, l *ContactLevel) {
	if !d.is(n, yaml.ScalarNode, "hours") {
		return
	}
	ok := n.Value == "24x7"
	if m := hoursForm.FindStringSubmatch(n.Value); m != nil {
		_, ok = parseDaily(m[1])
	}
	if !ok {
		d.report(Error, codeValue, d.at(n), "Write 24x7, 09:00-17:00 or Mon-Fri 09:00-17:00.", "%q are no hours.", shown(n.Value))
		return
	}
	l.Hours = n.Value
}

// readNeeds reads what a vendor will ask for. What is neither a word nor a
// reference is taken for the PIN itself.
func readNeeds(d document, n *yaml.Node, l *ContactLevel) {
	d.each(n, func(item *yaml.Node) {
		switch {
		case !d.is(item, yaml.ScalarNode, "a word or a reference"):
		case needForm.MatchString(item.Value), credentialForm.MatchString(item.Value):
			l.Needs = append(l.Needs, item.Value)
		default:
			d.report(Error, codeSecret, d.at(item), "Write a word such as contract, or a reference such as vault:kv/acme#pin.", "This is no reference to a secret, and may be the secret itself (its value is masked).")
		}
	})
}

// readClauses reads where each clause stands. true is no place.
func readClauses(d document, n *yaml.Node, c *Contract) {
	if !d.is(n, yaml.MappingNode, "a mapping of clauses to where they stand") {
		return
	}
	c.Clauses = map[string]string{}
	d.pairs(n, func(key string, k, v *yaml.Node) {
		switch {
		case !slices.Contains(Clauses, key):
			d.unknownKey(k, key, "the clauses", Clauses)
		case !d.filled(k, v):
		case v.Kind == yaml.ScalarNode && v.Tag == "!!bool" && v.Value == "false": // not granted, and said so
		case v.Kind == yaml.ScalarNode && v.Tag == "!!bool":
			d.report(Error, codeClause, d.at(v), "Write where it stands, such as \"12.3\".", "The clause %s is claimed without saying where it stands.", key)
		default:
			if at := d.text(v); at != "" {
				c.Clauses[key] = at
				d.under(key, v)
			}
		}
	})
}

func keepCircuit(d document, item *yaml.Node, v *vendorDraft, c circuitDraft) {
	if !c.hasNotice {
		d.report(Warning, codeMissing, d.at(item), "Add notice_days.", "The circuit does not say how many days before its end notice is given.")
	}
	if c.ID != "" && d.define(circuit, c.ID, d.at(item)) {
		v.Circuits = append(v.Circuits, c.Circuit)
	}
}
