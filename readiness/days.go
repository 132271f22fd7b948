package readiness

import (
	"slices"
	"time"

	"holdfast/plan"
)

// Days are midnights in the plan's zone: a rule that counts days never sees an
// hour that a change of the clocks has taken.

// dayOf is the begin of the day on which an instant lies in a zone.
func dayOf(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// plusDays is the begin of a later day.
func plusDays(day time.Time, n int) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, day.Location())
}

// plusMonths is the day with the same number so many months later, or the last
// day of that month.
func plusMonths(day time.Time, n int) time.Time {
	y, m, d := day.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, day.Location()).Day()
	return time.Date(y, m+time.Month(n), min(d, last), 0, 0, 0, 0, day.Location())
}

// daysBetween counts the days from one to another, negative when the other is
// before.
func daysBetween(from, to time.Time) int {
	utc := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(utc(to).Sub(utc(from)) / (24 * time.Hour))
}

// plusBusinessDays counts business days; the first day is day 0, whatever it is.
// Monday to Friday are, but for holidays.
func plusBusinessDays(day time.Time, n int, holidays []plan.Day) time.Time {
	for n > 0 {
		day = plusDays(day, 1)
		if isBusiness(day, holidays) {
			n--
		}
	}
	return day
}

func isBusiness(day time.Time, holidays []plan.Day) bool {
	y, m, d := day.Date()
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && !slices.Contains(holidays, plan.Day{Year: y, Month: m, Day: d})
}

// wholeDays is a span in days, begun ones counted.
func wholeDays(d time.Duration) int {
	const day = 24 * time.Hour
	return int((d + day - 1) / day)
}
