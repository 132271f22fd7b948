package readiness_test

import (
	"testing"
	"time"

	"holdfast/readiness"
)

// In Chile clocks are put forward at midnight: 5 September 2027, a Sunday, begins
// at one o'clock.
func TestADayWithoutAMidnightIsADay(t *testing.T) {
	d := selling(t)
	d.plan.Policy.Zone = "America/Santiago"
	zone, err := time.LoadLocation(d.plan.Policy.Zone)
	if err != nil {
		t.Fatal(err)
	}
	d.now = time.Date(2027, 9, 2, 12, 0, 0, 0, zone) // Thursday
	due := one[*readiness.DisputeOpened](t, d.accepted("sally", d.rate("crm", 2, 4*time.Hour))).Due
	if got := due.Format(time.DateOnly); got != "2027-09-16" {
		t.Errorf("due %s, want ten business days after 2 September", got)
	}
	d.now = time.Date(2027, 6, 5, 12, 0, 0, 0, zone)
	d.accepted("olga", readiness.Confirm{Subject: d.subject("db")})
	if got := readiness.ReviewOf(d.state, d.plan, "db", d.now).Due; got.Format("2006-01-02 15:04") != "2027-09-05 01:00" {
		t.Errorf("due %s, want three months after 5 June", got)
	}
}
