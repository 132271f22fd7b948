package plan

import (
	"regexp"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// String writes the day as plans do.
func (d Day) String() string { return d.In(time.UTC).Format(time.DateOnly) }

// In returns the first instant of the day in a zone. Where clocks are put forward
// at midnight it is that of the change, which time.Date may take for an hour of
// the day before.
func (d Day) In(zone *time.Location) time.Time {
	t := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	if t.Hour() == 23 {
		if _, change := t.ZoneBounds(); !change.IsZero() {
			return change
		}
	}
	return t
}

// IsBusiness says whether the day is one of Monday to Friday and none of the
// holidays, which are sorted.
func (d Day) IsBusiness(holidays []Day) bool {
	switch d.In(time.UTC).Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	_, holiday := slices.BinarySearchFunc(holidays, d, Day.Compare)
	return !holiday
}

// Before reports whether d comes before another day.
func (d Day) Before(other Day) bool { return d.Compare(other) < 0 }

// Compare is negative when d comes before the other day, and zero when they are
// the same.
func (d Day) Compare(other Day) int {
	return d.In(time.UTC).Compare(other.In(time.UTC))
}

// Until returns how many days later another day is.
func (d Day) Until(other Day) int {
	return int(other.In(time.UTC).Sub(d.In(time.UTC)) / (24 * time.Hour))
}

// DayOf returns the day of an instant in the instant's own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// ParseDay reads 2026-12-25. Years before 1970 and after 2199 are none that a
// plan speaks of.
func ParseDay(s string) (d Day, ok bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || !sensible(t) {
		return Day{}, false
	}
	return DayOf(t), true
}

func sensible(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 2199 }

var (
	instantForms = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}
	bareTime     = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$`)
)

// parseInstant reads an instant with its offset. bare says that it is one
// without.
func parseInstant(s string) (t time.Time, ok, bare bool) {
	for _, form := range instantForms {
		if t, err := time.Parse(form, s); err == nil && sensible(t) {
			return t, true, false
		}
	}
	return time.Time{}, false, bareTime.MatchString(s)
}

// instant reads an instant. One without offset, and a date, is refused with
// E_ZONE: nobody can know which midnight was meant.
func (d document) instant(n *yaml.Node) (at time.Time, ok bool) {
	if !d.is(n, yaml.ScalarNode, "an instant") {
		return time.Time{}, false
	}
	at, ok, bare := parseInstant(n.Value)
	switch {
	case ok:
	case bare:
		d.report(Error, codeZone, d.at(n), "Write it with its offset, such as 2026-10-30T18:00:00Z or 2026-10-30T18:00:00+01:00.", "%q does not say in which zone.", shown(n.Value))
	default:
		d.report(Error, codeValue, d.at(n), "Write it such as 2026-10-30T18:00:00Z.", "%q is no instant.", shown(n.Value))
	}
	return at, ok
}

// day reads a date where a rule counts days: its first instant in the plan's
// zone. An instant is read as one.
func (d document) day(n *yaml.Node) (at time.Time, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a date") {
		return time.Time{}, false
	}
	if day, ok := ParseDay(n.Value); ok {
		zone, err := time.LoadLocation(d.plan.Policy.Zone)
		if err != nil {
			zone = time.UTC
		}
		return day.In(zone), true
	}
	at, ok, bare := parseInstant(n.Value)
	switch {
	case ok:
	case bare && len(n.Value) > len(time.DateOnly):
		d.report(Error, codeZone, d.at(n), "Write the date alone, or the instant with its offset.", "%q does not say in which zone.", shown(n.Value))
	default:
		d.report(Error, codeValue, d.at(n), "Write it such as 2026-08-10.", "%q is no date.", shown(n.Value))
	}
	return at, ok
}
