package window

import (
	"testing"
	"time"
)

var six = time.Date(2026, 10, 30, 18, 0, 0, 0, time.UTC)

func TestAWindowOnlyTightens(t *testing.T) {
	hour, minute := time.Hour, time.Minute
	closing := Span{"close", six, six.Add(7 * 24 * hour), 60 * minute}
	for name, test := range map[string]struct {
		t0        time.Time
		rto, back time.Duration
		spans     []Span
		due       time.Time
		by        int
	}{
		"no window":                               {six, 4 * hour, hour, nil, six.Add(4 * hour), -1},
		"one that opens meanwhile":                {six.Add(-30 * minute), 4 * hour, hour, []Span{closing}, six.Add(hour), 0},
		"one that is open":                        {six.Add(30 * minute), 4 * hour, hour, []Span{closing}, six.Add(90 * minute), 0},
		"one that opens at the last minute":       {six.Add(-4 * hour), 4 * hour, hour, []Span{closing}, six, -1},
		"one that opens later":                    {six.Add(-4*hour - minute), 4 * hour, hour, []Span{closing}, six.Add(-minute), -1},
		"one that opens before it can be back":    {six.Add(-2 * hour), hour, 3 * hour, []Span{{"w", six, six.Add(hour), 0}}, six.Add(-hour), -1},
		"one that has just ended":                 {six, 4 * hour, hour, []Span{{"w", six.Add(-hour), six, minute}}, six.Add(4 * hour), -1},
		"the tighter of two":                      {six, 4 * hour, hour, []Span{closing, {"audit", six, six.Add(hour), 30 * minute}}, six.Add(30 * minute), 1},
		"the first of two that are equally tight": {six, 4 * hour, hour, []Span{closing, {"twin", six, six.Add(hour), hour}}, six.Add(hour), 0},
		"one that is looser":                      {six, hour, 0, []Span{{"w", six, six.Add(hour), 2 * hour}}, six.Add(hour), -1},
	} {
		if due, by := Deadline(test.t0, test.rto, test.back, test.spans); !due.Equal(test.due) || by != test.by {
			t.Errorf("%s: %s by %d, want %s by %d", name, due, by, test.due, test.by)
		}
	}
}
