package readiness

import (
	"time"

	"holdfast/plan"
)

// Days are midnights in the plan's zone: a rule that counts days never sees an
// hour that a change of the clocks has taken.

// dayOf is the begin of the day on which an instant lies in a zone.
func dayOf(t time.Time, zone *time.Location) time.Time {
	return plan.DayOf(t.In(zone)).In(zone)
}

// begin is that of a day, which may be one beyond its month's end.
func begin(y int, m time.Month, d int, zone *time.Location) time.Time {
	return plan.DayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)).In(zone)
}

// plusDays is the begin of a later day.
func plusDays(day time.Time, n int) time.Time {
	y, m, d := day.Date()
	return begin(y, m, d+n, day.Location())
}

// plusMonths is the day with the same number so many months later, or the last
// day of that month.
func plusMonths(day time.Time, n int) time.Time {
	y, m, d := day.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return begin(y, m+time.Month(n), min(d, last), day.Location())
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
		if plan.DayOf(day).IsBusiness(holidays) {
			n--
		}
	}
	return day
}

// wholeDays is a span in days, begun ones counted.
func wholeDays(d time.Duration) int {
	const day = 24 * time.Hour
	return int((d + day - 1) / day)
}
