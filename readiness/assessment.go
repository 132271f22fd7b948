package readiness

import (
	"fmt"
	"time"

	"holdfast/plan"
)

// Review is where the assessment of a service stands on a day.
type Review struct {
	Service  string
	Assessed time.Time // zero: never
	By       string
	Due      time.Time // the begin of the day; zero: never assessed
	Because  Trigger   // what has made it due; of the calendar only the kind
	Grace    time.Time // the last day of grace
	Today    time.Time // the begin of the day on which it is looked at
}

// ReviewOf returns where the assessment of a service stands.
func ReviewOf(s State, p *plan.Plan, service string, now time.Time) Review {
	return s.review(p, processesOf(p, service), service, now)
}

// review is ReviewOf with the processes that need the service.
func (s State) review(p *plan.Plan, processes []plan.Process, service string, now time.Time) Review {
	zone, st := zoneOf(p), s.Standing(service)
	var day time.Time // of the assessment
	r := Review{Service: service, Today: dayOf(now, zone), Because: Trigger{Kind: ByCalendar}}
	for _, x := range processes {
		// What was assessed longest ago decides.
		if !x.AssessedAt.IsZero() && (r.Assessed.IsZero() || x.AssessedAt.Before(r.Assessed)) {
			r.Assessed, r.By = x.AssessedAt, x.AssessedBy
			y, m, d := x.AssessedAt.Date() // the day that stands in the plan, wherever that is read
			day = begin(y, m, d, zone)
			if r.By == "" {
				r.By = x.Owner
			}
		}
	}
	if a := st.Assessed; a != nil && a.At.After(r.Assessed) {
		r.Assessed, r.By, day = a.At, a.By, dayOf(a.At, zone)
	}
	if !r.Assessed.IsZero() {
		r.Due = plusMonths(day, p.Policy.ReviewEvery)
	}
	for _, t := range st.Triggers {
		due := plusDays(dayOf(t.At, zone), wholeDays(p.Policy.ReviewChange))
		if t.At.After(r.Assessed) && (r.Due.IsZero() || due.Before(r.Due)) {
			r.Due, r.Because = due, t
		}
	}
	if !r.Due.IsZero() {
		r.Grace = plusDays(r.Due, wholeDays(p.Policy.ReviewGrace))
	}
	return r
}

// Overdue is for how many days it has been, 0 when it is not.
func (r Review) Overdue() int {
	if r.Due.IsZero() {
		return 0
	}
	return max(0, daysBetween(r.Due, r.Today))
}

// Current says that the assessment has been made and has not grown old.
func (r Review) Current() bool { return !r.Due.IsZero() && r.Overdue() == 0 }

// String says it in a few words: "12 days overdue, in grace until 11-24".
func (r Review) String() string {
	days := func(n int) string {
		if n == 1 {
			return "1 day"
		}
		return fmt.Sprintf("%d days", n)
	}
	switch n := r.Overdue(); {
	case r.Due.IsZero():
		return "never assessed"
	case n > 0 && !r.Today.After(r.Grace):
		return days(n) + " overdue, in grace until " + r.Grace.Format("01-02")
	case n > 0:
		return days(n) + " overdue, grace ended " + r.Grace.Format("01-02")
	case r.Due.Equal(r.Today):
		return "due today"
	}
	return "due " + r.Due.Format(time.DateOnly) + ", in " + days(daysBetween(r.Today, r.Due))
}

// Share is a part of a whole, said with both numbers before any percentage.
type Share struct{ Of, All int }

// String gives "8 of 11 (73%)"; a part that is not the whole is never 100%.
func (x Share) String() string {
	if x.All == 0 {
		return "0 of 0"
	}
	percent := (200*x.Of + x.All) / (2 * x.All)
	if x.Of < x.All {
		percent = min(percent, 99)
	}
	return fmt.Sprintf("%d of %d (%d%%)", x.Of, x.All, percent)
}

// Coverage counts the services whose rating the business stands behind, and
// those whose assessment is current.
func Coverage(s State, p *plan.Plan, now time.Time) (confirmed, current Share) {
	v := surveyOf(s, p, now)
	return v.confirmed, v.current
}
