package grammar

import (
	"testing"
	"time"

	"holdfast/internal/fault"
)

func in(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// outcome is an instant in UTC, or the code of the refusal.
func outcome(at time.Time, err error) string {
	if err != nil {
		return string(fault.CodeOf(err))
	}
	return at.Format("2006-01-02T15:04:05.999Z07:00")
}

func TestATimeIsItsLatestPastOccurrence(t *testing.T) {
	const (
		ordinary   = "2026-11-02T14:10:00Z"
		fallBack   = "2026-10-25T01:45:00Z" // Berlin: 02:45 for the second time, CET
		springGone = "2026-03-29T02:00:00Z" // Berlin: 04:00, 02:xx did not happen
	)
	tests := map[string]struct{ s, now, zone, want string }{
		"earlier today":                       {"14:05", ordinary, "UTC", "2026-11-02T14:05:00Z"},
		"this very minute":                    {"14:10", ordinary, "UTC", ordinary},
		"with seconds":                        {"14:09:59", ordinary, "UTC", "2026-11-02T14:09:59Z"},
		"one digit":                           {"9:05", ordinary, "UTC", "2026-11-02T09:05:00Z"},
		"in the zone of the room":             {"14:05", ordinary, "America/New_York", "E_RANGE"},
		"in the zone, earlier":                {"9:05", ordinary, "America/New_York", "2026-11-02T14:05:00Z"},
		"a Z means UTC anywhere":              {"14:05Z", ordinary, "America/New_York", "2026-11-02T14:05:00Z"},
		"just before midnight":                {"23:58", "2026-11-02T00:04:00Z", "UTC", "2026-11-01T23:58:00Z"},
		"yesterday in a zone ahead":           {"23:58", "2026-11-01T23:00:00Z", "Asia/Tokyo", "2026-11-01T14:58:00Z"},
		"a minute ahead is a day ago":         {"14:11", ordinary, "UTC", "E_RANGE"},
		"exactly twelve hours":                {"02:10", ordinary, "UTC", "2026-11-02T02:10:00Z"},
		"more than twelve hours":              {"02:09", ordinary, "UTC", "E_RANGE"},
		"not a time of day":                   {"24:00", ordinary, "UTC", "E_RANGE"},
		"nor is this":                         {"12:60", ordinary, "UTC", "E_RANGE"},
		"shown twice: the second when past":   {"02:30", fallBack, "Europe/Berlin", "2026-10-25T01:30:00Z"},
		"shown twice: the first before that":  {"02:50", fallBack, "Europe/Berlin", "2026-10-25T00:50:00Z"},
		"before the clock went back":          {"01:30", fallBack, "Europe/Berlin", "2026-10-24T23:30:00Z"},
		"twelve elapsed hours, not clock":     {"15:00", "2026-10-25T02:00:00Z", "Europe/Berlin", "E_RANGE"},
		"the clock jumped over it":            {"02:30", springGone, "Europe/Berlin", "E_RANGE"},
		"before the clock jumped":             {"01:59", springGone, "Europe/Berlin", "2026-03-29T00:59:00Z"},
		"after the clock jumped":              {"03:00", springGone, "Europe/Berlin", "2026-03-29T01:00:00Z"},
		"twelve elapsed hours over a jump":    {"15:00", springGone, "Europe/Berlin", "2026-03-28T14:00:00Z"},
		"half an hour of daylight saving":     {"01:45", "2026-04-04T15:20:00Z", "Australia/Lord_Howe", "2026-04-04T15:15:00Z"},
		"minutes ago":                         {"-10m", ordinary, "UTC", "2026-11-02T14:00:00Z"},
		"minutes ago with a long dash":        {"–10m", ordinary, "UTC", "2026-11-02T14:00:00Z"},
		"ago without a unit":                  {"-90", ordinary, "UTC", "E_DURATION"},
		"ago of nothing":                      {"-", ordinary, "UTC", "E_DURATION"},
		"ahead is left to the caller":         {"+10m", ordinary, "UTC", "2026-11-02T14:20:00Z"},
		"now":                                 {"now", ordinary, "UTC", ordinary},
		"a full time":                         {"2026-11-02T10:00:00+01:00", ordinary, "UTC", "2026-11-02T09:00:00Z"},
		"a full time in small letters":        {"2026-11-02t10:00:00.5z", ordinary, "UTC", "2026-11-02T10:00:00.5Z"},
		"a full time without seconds":         {"2026-11-02 10:00Z", ordinary, "UTC", "2026-11-02T10:00:00Z"},
		"a full time ahead is for the caller": {"2030-01-01T00:00:00Z", ordinary, "UTC", "2030-01-01T00:00:00Z"},
		"no offset":                           {"2026-11-02T10:00:00", ordinary, "UTC", "E_ZONE"},
		"a day alone":                         {"2026-11-02", ordinary, "UTC", "E_ZONE"},
		"no such day":                         {"2026-02-30T10:00:00Z", ordinary, "UTC", "E_RANGE"},
		"a word":                              {"yesterday", ordinary, "UTC", "E_USAGE"},
		"nothing":                             {"", ordinary, "UTC", "E_USAGE"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, test.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := outcome(Time(test.s, now, in(t, test.zone))); got != test.want {
				t.Errorf("Time(%q, %s, %s) = %s, want %s", test.s, test.now, test.zone, got, test.want)
			}
		})
	}
}

func TestADueTimeLiesAhead(t *testing.T) {
	now := time.Date(2026, 11, 2, 14, 10, 0, 0, time.UTC)
	tests := map[string]struct{ s, zone, want string }{
		"in half an hour":                   {"+30m", "UTC", "2026-11-02T14:40:00Z"},
		"in two days":                       {"+2d", "UTC", "2026-11-04T14:10:00Z"},
		"without a unit":                    {"+30", "UTC", "E_DURATION"},
		"the end of a day":                  {"2026-12-10", "UTC", "2026-12-10T23:59:59Z"},
		"the end of a day in the zone":      {"2026-12-10", "America/New_York", "2026-12-11T04:59:59Z"},
		"a day of 25 hours":                 {"2026-10-25", "Europe/Berlin", "2026-10-25T22:59:59Z"},
		"a day of 23 hours":                 {"2026-03-29", "Europe/Berlin", "2026-03-29T21:59:59Z"},
		"a day whose last hour comes twice": {"2026-10-24", "Asia/Beirut", "2026-10-24T21:59:59Z"},
		"a full time":                       {"2026-12-10T10:00:00+01:00", "UTC", "2026-12-10T09:00:00Z"},
		"no offset":                         {"2026-12-10T10:00:00", "UTC", "E_ZONE"},
		"no such day":                       {"2026-02-30", "UTC", "E_RANGE"},
		"a past one is left to the caller":  {"2020-01-01", "UTC", "2020-01-01T23:59:59Z"},
		"a word":                            {"tomorrow", "UTC", "E_USAGE"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := outcome(Due(test.s, now, in(t, test.zone))); got != test.want {
				t.Errorf("Due(%q, %s) = %s, want %s", test.s, test.zone, got, test.want)
			}
		})
	}
}

func TestADurationNeedsItsUnit(t *testing.T) {
	for s, want := range map[string]time.Duration{"90s": 90 * time.Second, "1h30m": 90 * time.Minute, " 2D ": 48 * time.Hour} {
		if got, err := Duration(s); got != want || err != nil {
			t.Errorf("Duration(%q) = %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"90", "", "x", "-5m", "1.5h"} {
		if d, err := Duration(s); fault.CodeOf(err) != fault.Duration {
			t.Errorf("Duration(%q) = %v, %v; want E_DURATION", s, d, err)
		}
	}
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"14:05", "-10m", "2026-11-02T10:00:00Z", "+2d", "99:99", "–1h"} {
		f.Add(s)
	}
	now := time.Date(2026, 10, 25, 1, 45, 0, 0, time.UTC)
	zone := time.UTC
	f.Fuzz(func(t *testing.T, s string) {
		for _, read := range []func(string, time.Time, *time.Location) (time.Time, error){Time, Due} {
			at, err := read(s, now, zone)
			if err != nil && fault.CodeOf(err) == "" {
				t.Fatalf("%q: a refusal without a code: %v", s, err)
			}
			if err == nil && at.Location() != time.UTC {
				t.Fatalf("%q: %v is not in UTC", s, at)
			}
		}
	})
}
