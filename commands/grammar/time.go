package grammar

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/plan"
)

const (
	reach   = 12 * time.Hour // how far a bare clock time reaches back
	timeFix = "Write 14:05, -10m or a full time such as 2026-11-02T10:00:00Z."
	dueFix  = "Write +30m, a day such as 2026-12-10 or a full time such as 2026-11-02T10:00:00Z."
	zoneFix = "Write it with its offset, such as 2026-11-02T10:00:00Z or 2026-11-02T11:00:00+01:00."
)

var (
	clockTime = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2}))?(Z?)$`)
	fullTime  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}:\d{2})?$`)
	day       = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// Time reads when something happened, as an instant in UTC: a clock time is
// its latest past occurrence in the zone (or in UTC when Z follows), at most
// twelve hours back; -10m and +10m count from now; "now" is now; anything else
// is RFC 3339 with an offset. Whether a future time is acceptable is for the
// caller to say.
//
// Refusals: E_RANGE for what the clock did not show in the last twelve hours
// or a calendar does not hold, E_ZONE without an offset, E_DURATION without a
// unit, E_USAGE for anything else.
func Time(s string, now time.Time, zone *time.Location) (time.Time, error) {
	s = strings.ToUpper(shortDashes(strings.TrimSpace(s)))
	now = now.UTC()
	if s == "NOW" {
		return now, nil
	}
	if m := clockTime.FindStringSubmatch(s); m != nil {
		if m[4] == "Z" {
			zone = time.UTC
		}
		return lastShown(m, now, zone)
	}
	if fullTime.MatchString(s) {
		return instant(s)
	}
	if ago, isPast := strings.CutPrefix(s, "-"); isPast {
		return later(now, ago, -1)
	}
	if ahead, isFuture := strings.CutPrefix(s, "+"); isFuture {
		return later(now, ahead, 1)
	}
	return time.Time{}, fault.Newf(fault.Usage, timeFix, "%q is not a time.", brief(s))
}

// Due reads until when something is wanted, as an instant in UTC: +30m from
// now, the last second of a day in the zone, or RFC 3339 with an offset. The
// refusals are those of Time.
func Due(s string, now time.Time, zone *time.Location) (time.Time, error) {
	s = strings.ToUpper(shortDashes(strings.TrimSpace(s)))
	switch {
	case day.MatchString(s):
		return endOfDay(s, zone)
	case fullTime.MatchString(s):
		return instant(s)
	case strings.HasPrefix(s, "+"):
		return later(now.UTC(), s[1:], 1)
	}
	return time.Time{}, fault.Newf(fault.Usage, dueFix, "%q is not a time to be done by.", brief(s))
}

// Duration reads 90s, 5m, 1h30m or 2d. Without a unit it is refused with
// E_DURATION.
func Duration(s string) (time.Duration, error) {
	return plan.ParseDuration(strings.ToLower(strings.TrimSpace(s)))
}

func later(now time.Time, by string, sign time.Duration) (time.Time, error) {
	d, err := Duration(by)
	if err != nil {
		return time.Time{}, err
	}
	return now.Add(sign * d), nil
}

// lastShown is the latest instant, not after now, at which a clock in the zone
// showed this time.
func lastShown(m []string, now time.Time, zone *time.Location) (time.Time, error) {
	hour, _ := strconv.Atoi(m[1])
	minute, _ := strconv.Atoi(m[2])
	second, _ := strconv.Atoi(m[3]) // "" is 0
	if hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, fault.Newf(fault.Range, timeFix, "%s is not a time of day.", m[0])
	}
	var last time.Time
	for _, at := range []time.Time{now, now.Add(-reach)} {
		// The offset may have changed on the way, so that the clock showed the
		// time twice, or not at all: ask each offset and check the clock.
		_, offset := at.In(zone).Zone()
		for _, near := range []time.Time{now, now.Add(-24 * time.Hour)} {
			y, mon, d := near.In(zone).Date()
			t := time.Date(y, mon, d, hour, minute, second, 0, time.FixedZone("", offset)).UTC()
			h, mi, s := t.In(zone).Clock()
			if h == hour && mi == minute && s == second && !t.After(now) && t.After(last) {
				last = t
			}
		}
	}
	if last.IsZero() || now.Sub(last) > reach {
		return time.Time{}, fault.Newf(fault.Range, "Write the full time, such as "+now.In(zone).Format(time.RFC3339)+".",
			"No clock in %s showed %s within the last %s.", zone, m[0], plan.FormatDuration(reach))
	}
	return last, nil
}

// instant reads a full time whose shape has been checked.
func instant(s string) (time.Time, error) {
	offset := fullTime.FindStringSubmatch(s)[1]
	if offset == "" {
		return time.Time{}, fault.Newf(fault.Zone, zoneFix, "%s has no zone.", s)
	}
	s = strings.Replace(s, " ", "T", 1)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.Newf(fault.Range, timeFix, "%s is not in the calendar or on the clock.", s)
}

// endOfDay is the last second of a day, also where the clock changes at
// midnight.
func endOfDay(s string, zone *time.Location) (time.Time, error) {
	date, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fault.Newf(fault.Range, dueFix, "%s is not in the calendar.", s)
	}
	y, m, d := date.Date()
	end := time.Date(y, m, d, 23, 59, 59, 0, zone)
	if again := end.Add(time.Hour); again.Day() == d && again.Hour() == 23 {
		end = again // the last hour came twice
	}
	return end.UTC(), nil
}

func brief(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "..."
	}
	return strings.ToLower(s)
}
