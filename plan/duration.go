package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"holdfast/internal/fault"
)

const (
	day         = 24 * time.Hour
	maxDuration = 36500 * day
	durationFix = "Write a number with its unit, such as 90s, 5m, 1h30m or 2d."
)

// ParseDuration reads 90s, 5m, 1h30m or 2d: whole numbers with the units d, h,
// m and s, larger units first, each at most once. A bare number, a fraction or
// a negative one is refused with E_DURATION.
func ParseDuration(s string) (time.Duration, error) {
	if s == "" {
		return 0, fault.New(fault.Duration, "The duration is empty.", durationFix)
	}
	if strings.Trim(s, "0123456789") == "" {
		return 0, fault.Newf(fault.Duration, durationFix, "The duration %q has no unit.", shown(s))
	}
	refused := fault.Newf(fault.Duration, durationFix, "%q is not a duration.", shown(s))
	units := []struct {
		letter byte
		length time.Duration
	}{{'d', day}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}
	var total time.Duration
	for rest := s; rest != ""; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		if digits == 0 || digits > 10 || digits == len(rest) {
			return 0, refused
		}
		for len(units) > 0 && units[0].letter != rest[digits] {
			units = units[1:]
		}
		if len(units) == 0 {
			return 0, refused
		}
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil {
			return 0, refused
		}
		if n > int64((maxDuration-total)/units[0].length) {
			return 0, fault.Newf(fault.Duration, "Write at most 36500d.", "The duration %q is longer than a hundred years.", shown(s))
		}
		total += time.Duration(n) * units[0].length
		rest, units = rest[digits+1:], units[1:]
	}
	return total, nil
}

// FormatDuration writes a duration the way ParseDuration reads it, without
// zero parts: 0s, 45m, 1h30m, 24h, 2d. Parts of a second are dropped.
func FormatDuration(d time.Duration) string {
	if d < 0 {
		return "-" + FormatDuration(d.Abs())
	}
	if d < time.Second {
		return "0s"
	}
	var b strings.Builder
	part := func(length time.Duration, unit string) {
		if n := d / length; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, unit)
			d -= n * length
		}
	}
	if d >= 2*day { // 24h is what people say for one day
		part(day, "d")
	}
	part(time.Hour, "h")
	part(time.Minute, "m")
	part(time.Second, "s")
	return b.String()
}
