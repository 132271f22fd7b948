package window_test

import (
	"fmt"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
	"holdfast/plan/window"

	"pgregory.net/rapid"
)

var zones = []string{"UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana", "Pacific/Apia"}

// windows draws a window of any kind, on services s0 to s4.
var windows = rapid.Custom(func(t *rapid.T) plan.Window {
	w := plan.Window{
		ID: "w" + fmt.Sprint(rapid.IntRange(0, 99).Draw(t, "id")), RTO: time.Duration(rapid.IntRange(1, 300).Draw(t, "rto")) * minute,
		Zone: rapid.SampledFrom(zones).Draw(t, "zone"), Services: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"s0", "s1", "s2", "s3", "s4"}), 1, 3, rapid.ID).Draw(t, "services"),
	}
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		w.Start = moments.Draw(t, "start")
		w.End = w.Start.Add(time.Duration(rapid.IntRange(1, 20000).Draw(t, "length")) * minute)
	case 1:
		from := rapid.IntRange(0, 1439).Draw(t, "from")
		w.Daily = &plan.Daily{From: from, To: rapid.IntRange(from+1, 1440).Draw(t, "to")}
	case 2:
		days := []int{-15, -5, -2, -1, 1, 2, 5, 15}
		i := rapid.IntRange(0, len(days)-1).Draw(t, "from day")
		w.Month = &plan.BusinessDays{From: days[i], To: days[rapid.IntRange(i, len(days)-1).Draw(t, "to day")]}
	}
	return w
})

var moments = rapid.Custom(func(t *rapid.T) time.Time {
	return time.Date(2026, 1, 1, 0, rapid.IntRange(0, 2*365*24*60).Draw(t, "minute"), 0, 0, time.UTC)
})

func TestWindowsOnlyTightenAndMoreOfThemTightenMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plan.Empty()
		for i := range 5 {
			s := plan.Service{ID: fmt.Sprint("s", i), RTO: time.Duration(rapid.IntRange(1, 600).Draw(t, "rto")) * minute, RecoveryWork: time.Duration(rapid.IntRange(0, 60).Draw(t, "work")) * minute}
			for to := range i {
				if rapid.Bool().Draw(t, "edge") {
					s.Deps = append(s.Deps, plan.Dep{To: fmt.Sprint("s", to), Kind: plan.Hard})
				}
			}
			p.Services = append(p.Services, s)
		}
		g, err := order.New(p.Services)
		if err != nil {
			t.Fatal(err)
		}
		t0, times := moments.Draw(t, "t0"), g.Times(nil)
		before := order.Deadlines{}
		for _, w := range rapid.SliceOfN(windows, 1, 5).Draw(t, "windows") {
			p.Windows = append(p.Windows, w)
			after := window.Tighten(p, times, t0).Deadlines()
			for i, x := range g.Times(after) {
				was, set := before[x.ID]
				if !set {
					was = times[i].Deadline
				}
				if x.Deadline > was {
					t.Fatalf("%s: %s became %s", x.ID, was, x.Deadline)
				}
				if x.Latest > times[i].Latest {
					t.Fatalf("%s: the latest %s became %s", x.ID, times[i].Latest, x.Latest)
				}
			}
			before = after
		}
	})
}

// What Tighten takes from the first occurrence alone is what the formula gives
// over all of them.
func TestTheFirstOccurrenceOfAWindowDecides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := plan.Empty()
		p.Services = []plan.Service{{ID: "s0", RTO: time.Duration(rapid.IntRange(1, 3*24*60).Draw(t, "rto")) * minute, RecoveryWork: time.Duration(rapid.IntRange(0, 24*60).Draw(t, "work")) * minute}}
		w := windows.Draw(t, "window")
		w.Services = []string{"s0"}
		p.Windows = []plan.Window{w}
		s, t0 := p.Services[0], moments.Draw(t, "t0")
		last := t0.Add(max(s.RTO, s.RecoveryWork))
		want := t0.Add(s.RTO)
		spans, _ := window.Spans(p, w, t0.AddDate(0, -2, 0), last.AddDate(0, 2, 0))
		for _, x := range spans {
			if x.End.After(t0) && !x.Start.After(last) {
				from := t0
				if x.Start.After(t0) {
					from = x.Start
				}
				if due := from.Add(w.RTO); due.Before(want) {
					want = due
				}
			}
		}
		g, err := order.New(p.Services)
		if err != nil {
			t.Fatal(err)
		}
		got := t0.Add(s.RTO)
		if e := window.Tighten(p, g.Times(nil), t0); len(e.Tightened) > 0 {
			got = e.Tightened[0].Due
		}
		if !got.Equal(want) {
			t.Fatalf("due %s, want %s", got, want)
		}
	})
}

func TestOccurrencesAreAscendingAndReachIntoTheQuestion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, from := windows.Draw(t, "window"), moments.Draw(t, "from")
		to := from.Add(time.Duration(rapid.IntRange(1, 200*24*60).Draw(t, "length")) * minute)
		spans, _ := window.Spans(&plan.Plan{}, w, from, to)
		for i, s := range spans {
			if !s.Start.Before(s.End) || !s.Start.Before(to) || !s.End.After(from) {
				t.Fatalf("%s to %s does not reach into it", s.Start, s.End)
			}
			if i > 0 && (!spans[i-1].Start.Before(s.Start) || spans[i-1].End.After(s.End)) {
				t.Fatalf("%s comes after %s", spans[i-1].Start, s.Start)
			}
			if w.Daily != nil {
				h, m, _ := s.Start.Clock()
				if wall := h*60 + m; wall != w.Daily.From && !changes(s.Start) {
					t.Fatalf("%s does not begin at minute %d", s.Start, w.Daily.From)
				}
			}
		}
		// Asking in two parts finds the same.
		mid := from.Add(to.Sub(from) / 2)
		if from.Before(mid) && mid.Before(to) {
			a, _ := window.Spans(&plan.Plan{}, w, from, mid)
			b, _ := window.Spans(&plan.Plan{}, w, mid, to)
			seen := map[time.Time]bool{}
			for _, s := range append(a, b...) {
				seen[s.Start.UTC()] = true
			}
			if len(seen) != len(spans) {
				t.Fatalf("%d in two parts, %d in one", len(seen), len(spans))
			}
		}
	})
}

// changes says whether an instant is one at which clocks change.
func changes(at time.Time) bool {
	start, _ := at.ZoneBounds()
	return start.Equal(at)
}
