package window

import (
	"time"

	"holdfast/plan"
)

// first and latest turn wall-clock time, in minutes from midnight, into an
// instant. Where clocks are put back a time happens twice: first takes the
// earlier one and latest the later, so that a window is rather too long than too
// short. Where clocks are put forward it does not happen: both take the instant
// of the change.
func first(d plan.Day, minutes int, zone *time.Location) time.Time {
	return wallClock(d, minutes, zone, true)
}

func latest(d plan.Day, minutes int, zone *time.Location) time.Time {
	return wallClock(d, minutes, zone, false)
}

func wallClock(d plan.Day, minutes int, zone *time.Location, early bool) time.Time {
	wall := time.Date(d.Year, d.Month, d.Day, 0, minutes, 0, 0, time.UTC)
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	// The offsets that may hold then are those of a day before and a day after.
	// A larger one gives the earlier instant.
	one, two := offset(wall.Add(-26*time.Hour)), offset(wall.Add(26*time.Hour))
	early1, late1 := wall.Add(-max(one, two)), wall.Add(-min(one, two))
	happens := func(at time.Time) bool { return at.Add(offset(at)).Equal(wall) }
	switch ok1, ok2 := happens(early1), happens(late1); {
	case ok1 && ok2 && early:
		return early1.In(zone)
	case ok1 && ok2:
		return late1.In(zone)
	case ok1:
		return early1.In(zone)
	case ok2:
		return late1.In(zone)
	}
	// Before the change the smaller offset holds; the earlier candidate lies
	// before it.
	if _, change := early1.In(zone).ZoneBounds(); !change.IsZero() {
		return change
	}
	return late1.In(zone)
}
