package plan

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// A windowDraft is a window while the plan is being read.
type windowDraft struct {
	Window
	at                       Place
	rtoAt                    Place
	hasStart, hasEnd         bool
	hasMonth, hasDaily       bool // given, whether well or not
	hasZone, hasProcedureKey bool
}

var windowFields = []field[windowDraft]{
	{"id", true, "What the window is called in chat and in the plan.", takesID(func(w *windowDraft) *string { return &w.ID })},
	{"name", false, "What people call it; the id when it is missing.", takesText(func(w *windowDraft) *string { return &w.Name })},
	{"services", true, "What has to be back sooner in it.", takesRefs(service, func(w *windowDraft) *[]string { return &w.Services })},
	{"rto", true, "How soon; no later than they have to be back anyway.", takesOwn(aDuration, func(d document, n *yaml.Node, w *windowDraft) {
		if length, ok := d.span(n); ok {
			w.RTO, w.rtoAt = length, d.at(n)
		}
	})},
	{"tier", false, "The tier they count as meanwhile.", takesOwn(aNumber(0, 4), func(d document, n *yaml.Node, w *windowDraft) { w.Tier, w.HasTier = d.number(n, 0, 4) })},
	{"authority", false, "Who demands it: SEC, HIPAA, the board.", takesText(func(w *windowDraft) *string { return &w.Authority })},
	{"cite", false, "Where it is demanded.", takesText(func(w *windowDraft) *string { return &w.Cite })},
	{"procedure", false, "The playbook to work by meanwhile.", takesOwn(theID(playbook), func(d document, n *yaml.Node, w *windowDraft) {
		w.Procedure, w.hasProcedureKey = d.refer(playbook, n), true
	})},
	{"emergency", false, "A procedure for working without the services is demanded.", takesFlag(func(w *windowDraft) *bool { return &w.Emergency })},
	{"start", false, "When it begins.", takesOwn(anInstant, func(d document, n *yaml.Node, w *windowDraft) {
		w.hasStart = true
		w.Start, _ = d.instant(n)
	})},
	{"end", false, "When it ends; it does not belong to it.", takesOwn(anInstant, func(d document, n *yaml.Node, w *windowDraft) {
		w.hasEnd = true
		w.End, _ = d.instant(n)
	})},
	{"month", false, "Instead of start and end, in each month: from the begin of the first to the end of the last of two business days around its end. WD+1 is the first after the month, WD-1 its last; there is no WD0.", takesOwn(form{says: "two business days such as WD-2..WD+5", schema: pattern(`^WD[+-]\d{1,2}\.\.WD[+-]\d{1,2}$`)}, readMonth)},
	{"daily", false, "Instead of start and end, in each day.", takesOwn(form{says: "two times such as 00:00-24:00", schema: pattern(`^\d{2}:\d{2}-\d{2}:\d{2}$`)}, readDaily)},
	{"zone", false, "In which month and daily are read; they need it.", takesOwn(aZone, func(d document, n *yaml.Node, w *windowDraft) { w.Zone, w.hasZone = d.zone(n), true })},
	{"calendar", false, "The list of holidays by which business days are counted: NAME of holidays/NAME.txt.", takesRef(calendar, func(w *windowDraft) *string { return &w.Calendar })},
}

// readWindows reads windows.yaml, which may be missing.
func (l *loader) readWindows() {
	readOptionalList(l, "windows.yaml", "windows", window, "a window", windowFields, func(d document, n *yaml.Node, w windowDraft) {
		w.at = d.at(n)
		w.settle(d)
		if w.ID != "" && l.define(window, w.ID, w.at) {
			l.windows = append(l.windows, w)
		}
	})
}

// settle checks that the window says in one way when it is.
func (w *windowDraft) settle(d document) {
	span := w.hasStart || w.hasEnd
	ways := 0
	for _, given := range []bool{span, w.hasMonth, w.hasDaily} {
		if given {
			ways++
		}
	}
	const fix = "Write start and end, or month, or daily."
	switch {
	case ways == 0:
		d.report(Error, codeMissing, w.at, fix, "The window does not say when it is.")
	case ways > 1:
		d.report(Error, codeValue, w.at, fix, "The window says in two ways when it is.")
	case span && w.hasStart != w.hasEnd:
		d.report(Error, codeMissing, w.at, fix, "The window has only one of start and end.")
	case span && !w.Start.IsZero() && !w.End.IsZero() && !w.End.After(w.Start):
		d.report(Error, codeValue, d.places[d.path+".end"], "Write an end that comes later.", "The window ends before it begins.")
	case !span && !w.hasZone:
		d.report(Error, codeZone, w.at, "Add zone, such as Europe/London.", "The window does not say in which zone.")
	}
	if w.Emergency && !w.hasProcedureKey {
		d.report(Error, codeProcedure, d.places[d.path+".emergency"], "Add procedure, the id of a playbook.", "An emergency procedure is demanded, and none is named.")
	}
}

var businessDay = regexp.MustCompile(`^WD([+-]\d{1,2})\.\.WD([+-]\d{1,2})$`)

// readMonth reads WD-2..WD+5.
func readMonth(d document, n *yaml.Node, w *windowDraft) {
	w.hasMonth = true
	if !d.is(n, yaml.ScalarNode, "two business days") {
		return
	}
	days, ok := parseBusinessDays(n.Value)
	if !ok {
		d.report(Error, codeValue, d.at(n), "Write them such as WD-2..WD+5, at most 15 days from the month's end. WD-1 is the last business day of the month, WD+1 the first of the next.", "%q are not two business days.", shown(n.Value))
		return
	}
	w.Month = &days
}

func parseBusinessDays(s string) (days BusinessDays, ok bool) {
	m := businessDay.FindStringSubmatch(s)
	if m == nil {
		return days, false
	}
	days.From, _ = strconv.Atoi(m[1])
	days.To, _ = strconv.Atoi(m[2])
	fits := func(day int) bool { return day != 0 && -15 <= day && day <= 15 }
	return days, fits(days.From) && fits(days.To) && days.From <= days.To
}

// readDaily reads 00:00-24:00.
func readDaily(d document, n *yaml.Node, w *windowDraft) {
	w.hasDaily = true
	if !d.is(n, yaml.ScalarNode, "two times") {
		return
	}
	hours, ok := parseDaily(n.Value)
	if !ok {
		d.report(Error, codeValue, d.at(n), "Write them such as 08:00-18:30; the second comes later and is at most 24:00.", "%q are not two times of a day.", shown(n.Value))
		return
	}
	w.Daily = &hours
}

func parseDaily(s string) (hours Daily, ok bool) {
	from, to, _ := strings.Cut(s, "-")
	var ok1, ok2 bool
	hours.From, ok1 = parseClock(from)
	hours.To, ok2 = parseClock(to)
	return hours, ok1 && ok2 && hours.From < hours.To
}

// parseClock reads 18:30 as minutes from midnight; 24:00 is the day's end.
func parseClock(s string) (minutes int, ok bool) {
	if len(s) != 5 || s[2] != ':' || strings.Trim(s[:2]+s[3:], "0123456789") != "" {
		return 0, false
	}
	h, _ := strconv.Atoi(s[:2])
	m, _ := strconv.Atoi(s[3:])
	return h*60 + m, m < 60 && h*60+m <= 24*60
}

// checkWindows reports windows that ask for less than holds anyway.
func (l *loader) checkWindows() {
	rto := map[string]time.Duration{}
	for _, s := range l.services {
		rto[s.ID] = s.RTO
	}
	for _, w := range l.windows {
		for _, id := range w.Services {
			if base := rto[id]; base > 0 && w.RTO > base {
				l.report(Error, codeLoosens, w.rtoAt, "A window may only tighten: shorten its RTO, or leave the service out.",
					"The RTO %s of the window is longer than the %s of %s.", FormatDuration(w.RTO), FormatDuration(base), id)
			}
		}
		if w.Name == "" {
			w.Name = w.ID
		}
		l.plan.Windows = append(l.plan.Windows, w.Window)
	}
}
