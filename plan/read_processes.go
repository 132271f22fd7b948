package plan

import (
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// A processDraft is a process while the plan is being read.
type processDraft struct {
	Process
	currencies []priced
	ways       map[string]bool // the ids of its strategies
}

// priced is the currency of one amount and where it stands.
type priced struct {
	currency string
	at       Place
}

var processFields = []field[processDraft]{
	{"id", true, "What the process is called in chat and in the plan.", takesID(func(p *processDraft) *string { return &p.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(p *processDraft) *string { return &p.Name })},
	{"owner", true, "Who answers for it on the side of the business.", takesRef(person, func(p *processDraft) *string { return &p.Owner })},
	{"services", true, "What it cannot do without.", takesRefs(service, func(p *processDraft) *[]string { return &p.Services })},
	{"assessed_at", false, "When it was last assessed; without it, it never was.", takesDay(func(p *processDraft) *time.Time { return &p.AssessedAt })},
	{"assessed_by", false, "By whom; the owner when it is missing.", takesRef(person, func(p *processDraft) *string { return &p.AssessedBy })},
	{"points", false, "After how long an absence the impact was judged, ascending; the setting bia.points when it is missing.", takesOwn(listOf(aDuration), readPoints)},
	{"levels", false, "For each type of impact a level from 0 to 4 at each of the points. Levels never fall as time passes.", takesOwn(levelsForm, readLevels)},
	{"unacceptable", false, "The lowest level that cannot be borne; the setting bia.unacceptable when it is missing.", takesNumber(1, 4, func(p *processDraft) *int { return &p.Unacceptable })},
	{"wrt", false, "Work recovery time: from technically restored to verified by the business.", takesDuration(func(p *processDraft) *time.Duration { return &p.WRT })},
	{"mbco_pct", false, "Minimum business continuity objective, in percent of normal business.", takesNumber(0, 100, func(p *processDraft) *int { return &p.MBCO })},
	{"bands", false, "What an hour of absence costs, from one time after its begin to another; the last may be open.", takesOwn(listOf(mappingOf(bandFields)), readBands)},
	{"frequency_per_year", false, "How many outages a year are expected; without it no totals are computed.", takesOwn(form{says: "a number such as 0.5", schema: map[string]any{"type": "number", "minimum": 0}}, func(d document, n *yaml.Node, p *processDraft) {
		p.Frequency, p.HasFrequency = d.decimal(n, "frequency")
	})},
	{"data_loss_per_hour", false, "What an hour of lost data costs.", takesOwn(anAmount, func(d document, n *yaml.Node, p *processDraft) { p.DataLossPerHour = p.amount(d, n) })},
	{"currency", false, "The currency of every amount here; the first amount's when it is missing.", takesOwn(form{says: "three capitals such as EUR", schema: pattern(currencyForm.String())}, readCurrency)},
	{"cap", false, "The longest RTO that a regulation admits.", takesSpan(func(p *processDraft) *time.Duration { return &p.Cap })},
	{"cap_cite", false, "Which regulation, and where in it.", takesText(func(p *processDraft) *string { return &p.CapCite })},
	{"max_rpo", false, "The most data, in time, that may be lost.", takesOwn(aDuration, func(d document, n *yaml.Node, p *processDraft) { p.MaxRPO, p.HasMaxRPO = d.duration(n) })},
	{"strategies", false, "The ways to recover that were looked at.", takesList("a strategy", strategyFields, keepStrategy)},
	{"chosen", false, "The id of the strategy that the services are built for.", takesOwn(anID, readChosen)},
}

var bandFields = []field[bandDraft]{
	{"from", false, "From when on; where the band before ends when it is missing.", takesOwn(aDuration, func(d document, n *yaml.Node, b *bandDraft) { b.From, b.hasFrom = d.duration(n) })},
	{"to", false, "Until when; without it for ever.", takesSpan(func(b *bandDraft) *time.Duration { return &b.To })},
	{"per_hour", true, "What an hour costs then.", takesOwn(anAmount, func(d document, n *yaml.Node, b *bandDraft) {
		if m, currency, ok := d.money(n); ok {
			b.PerHour, b.priced = m, priced{currency, d.at(n)}
		}
	})},
}

type bandDraft struct {
	Band
	hasFrom bool
	priced  priced
}

var strategyFields = []field[strategyDraft]{
	{"id", true, "What it is called.", takesID(func(s *strategyDraft) *string { return &s.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(s *strategyDraft) *string { return &s.Name })},
	{"rto", true, "How fast it brings the service back.", takesDuration(func(s *strategyDraft) *time.Duration { return &s.RTO })},
	{"rpo", true, "How much of the newest data it loses.", takesDuration(func(s *strategyDraft) *time.Duration { return &s.RPO })},
	{"annual_cost", true, "What it costs a year.", takesOwn(anAmount, func(d document, n *yaml.Node, s *strategyDraft) {
		if m, currency, ok := d.money(n); ok {
			s.AnnualCost, s.priced = m, priced{currency, d.at(n)}
		}
	})},
}

type strategyDraft struct {
	Strategy
	priced priced
}

var levelsForm = form{says: "a mapping of financial, customer, regulatory, reputational and safety to lists of levels",
	schema: map[string]any{"type": "object", "propertyNames": map[string]any{"enum": anySlice(ImpactTypes)},
		"additionalProperties": map[string]any{"type": "array", "items": map[string]any{"type": "integer", "minimum": 0, "maximum": 4}}}}

// readProcesses reads bia/*.yaml, one process a file.
func (l *loader) readProcesses() {
	readFolder(l, "bia", process, "a process", processFields, func(d document, root *yaml.Node, p processDraft, first bool) {
		p.settle(d)
		if !first {
			return
		}
		if p.Name == "" {
			p.Name = p.ID
		}
		if p.AssessedBy == "" {
			p.AssessedBy = p.Owner
		}
		l.plan.Processes = append(l.plan.Processes, p.Process)
	})
}

// settle checks what can be checked only when the whole process was read, and
// fills what it leaves out.
func (p *processDraft) settle(d document) {
	if p.Points == nil {
		p.Points = d.plan.Policy.BIAPoints
	}
	if p.Unacceptable == 0 {
		p.Unacceptable = d.plan.Policy.BIAUnacceptable
	}
	for _, kind := range ImpactTypes {
		if at, given := d.places[d.path+".levels."+kind]; given && len(p.Levels[kind]) != len(p.Points) {
			d.report(Error, codeValue, at, "Give a level for each of the points.", "%s has %s for %s.", kind, counted(len(p.Levels[kind]), "level"), counted(len(p.Points), "point"))
		}
	}
	if p.Cap > 0 && p.CapCite == "" && d.places[d.path+".cap_cite"].Line == 0 {
		d.report(Error, codeMissing, d.places[d.path+".cap"], "Add cap_cite.", "A cap needs the regulation that demands it.")
	}
	for _, x := range p.currencies {
		switch {
		case p.Currency == "":
			p.Currency = x.currency
		case p.Currency != x.currency:
			d.report(Error, codeCurrency, x.at, "Convert it: amounts of several currencies cannot be added.", "This amount is in %s, others are in %s.", x.currency, p.Currency)
		}
	}
	if at, given := d.places[d.path+".chosen"]; given && p.Chosen != "" && !p.ways[p.Chosen] {
		all := ids(p.Strategies, func(s Strategy) string { return s.ID })
		d.report(Error, codeUnknownID, at, "The strategies here: "+few(all)+".", "There is no strategy %q in this process.", p.Chosen)
	}
}

// amount reads money and remembers its currency.
func (p *processDraft) amount(d document, n *yaml.Node) Money {
	m, currency, ok := d.money(n)
	if ok {
		p.currencies = append(p.currencies, priced{currency, d.at(n)})
	}
	return m
}

func readCurrency(d document, n *yaml.Node, p *processDraft) {
	if !d.is(n, yaml.ScalarNode, "a currency") {
		return
	}
	if !currencyForm.MatchString(n.Value) {
		d.report(Error, codeValue, d.at(n), "Write three capitals, such as EUR.", "%q is no currency.", shown(n.Value))
		return
	}
	p.Currency = n.Value
}

func readPoints(d document, n *yaml.Node, p *processDraft) {
	p.Points = []time.Duration{}
	d.each(n, func(item *yaml.Node) {
		at, ok := d.span(item)
		if last := len(p.Points) - 1; ok && last >= 0 && at <= p.Points[last] {
			d.report(Error, codeValue, d.at(item), "Write the points in ascending order.", "%s does not come after %s.", FormatDuration(at), FormatDuration(p.Points[last]))
		}
		p.Points = append(p.Points, at)
	})
}

func readLevels(d document, n *yaml.Node, p *processDraft) {
	if !d.is(n, yaml.MappingNode, "a mapping of types to lists of levels") {
		return
	}
	p.Levels = map[string][]int{}
	d.pairs(n, func(key string, k, v *yaml.Node) {
		if !slices.Contains(ImpactTypes, key) {
			d.unknownKey(k, key, "the levels", ImpactTypes)
			return
		}
		if !d.filled(k, v) || !d.is(v, yaml.SequenceNode, "a list of levels such as [1, 2, 3]") {
			return
		}
		d.under(key, v)
		row := make([]int, 0, len(v.Content))
		fell := false
		for _, item := range v.Content {
			level, ok := d.number(item, 0, 4)
			if last := len(row) - 1; ok && last >= 0 && level < row[last] && !fell {
				fell = true // what follows is as low, most likely
				d.report(Error, codeNotMonotone, d.at(item), "Impact does not heal by waiting: write a level that is at least as high.", "The level falls from %d to %d.", row[last], level)
			}
			row = append(row, level)
		}
		p.Levels[key] = row
	})
}

func readBands(d document, n *yaml.Node, p *processDraft) {
	open, end := false, time.Duration(0)
	d.each(n, func(item *yaml.Node) {
		var b bandDraft
		readFields(d.unplaced(), item, "a band", bandFields, &b)
		if !b.hasFrom {
			b.From = end
		}
		const fix = "Let each band begin where the one before ends, the first at 0s."
		switch {
		case open:
			d.report(Error, codeValue, d.at(item), fix, "The band before this one has no end.")
		case b.From != end:
			d.report(Error, codeValue, d.at(item), fix, "This band begins at %s, and the one before ends at %s.", FormatDuration(b.From), FormatDuration(end))
		case b.To != 0 && b.To <= b.From:
			d.report(Error, codeValue, d.at(item), fix, "This band ends at %s, where it begins or before.", FormatDuration(b.To))
		}
		open, end = b.To == 0, max(b.To, b.From)
		p.Bands = append(p.Bands, b.Band)
		p.price(b.priced)
	})
}

func keepStrategy(d document, item *yaml.Node, p *processDraft, s strategyDraft) {
	switch {
	case s.ID == "":
		return
	case p.ways[s.ID]:
		d.twice(item, s.ID)
		return
	case p.ways == nil:
		p.ways = map[string]bool{}
	}
	p.ways[s.ID] = true
	if s.Name == "" {
		s.Name = s.ID
	}
	p.Strategies = append(p.Strategies, s.Strategy)
	p.price(s.priced)
}

// price notes the currency of an amount that could be read.
func (p *processDraft) price(x priced) {
	if x.currency != "" {
		p.currencies = append(p.currencies, x)
	}
}

func readChosen(d document, n *yaml.Node, p *processDraft) { p.Chosen = d.id(n) }
