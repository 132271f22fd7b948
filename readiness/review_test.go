package readiness_test

import (
	"slices"
	"testing"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/readiness"
)

func TestAReviewSaysHowLateItIs(t *testing.T) {
	for _, c := range []struct{ on, says string }{
		{"2026-11-02", "due 2026-11-10, in 8 days"},
		{"2026-11-09", "due 2026-11-10, in 1 day"},
		{"2026-11-10", "due today"},
		{"2026-11-11", "1 day overdue, in grace until 11-24"},
		{"2026-11-22", "12 days overdue, in grace until 11-24"},
		{"2026-11-24", "14 days overdue, in grace until 11-24"},
		{"2026-11-25", "15 days overdue, grace ended 11-24"},
	} {
		d := selling(t)
		at, _ := time.Parse(time.DateOnly, c.on)
		for _, hour := range []time.Duration{0, 12 * time.Hour, day - time.Second} { // winter: London is UTC
			if got := readiness.ReviewOf(d.state, d.plan, "db", at.Add(hour)).String(); got != c.says {
				t.Errorf("%s +%v: %q, want %q", c.on, hour, got, c.says)
			}
		}
	}
	d := selling(t)
	if r := readiness.ReviewOf(d.state, d.plan, "crm", monday); r.String() != "never assessed" || r.Current() {
		t.Errorf("crm: %s, current %v", r, r.Current())
	}
}

func TestTheDayOfAMonthStaysOrIsTheLast(t *testing.T) {
	for _, c := range []struct{ assessed, due string }{
		{"2026-08-31", "2026-11-30"}, {"2026-11-30", "2027-02-28"}, {"2027-11-30", "2028-02-29"}, {"2026-12-15", "2027-03-15"},
	} {
		d := selling(t)
		d.plan.Processes[0].AssessedAt, _ = time.Parse(time.DateOnly, c.assessed)
		if got := readiness.ReviewOf(d.state, d.plan, "db", monday).Due.Format(time.DateOnly); got != c.due {
			t.Errorf("assessed %s: due %s, want %s", c.assessed, got, c.due)
		}
	}
}

func TestATriggerBringsAReviewForwardAndNeverPutsItOff(t *testing.T) {
	d := selling(t)
	d.now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	d.accepted("dan", readiness.Reopen{Kind: readiness.ByChange, Ref: "CHG-881", Subject: d.subject("db")})
	if got := readiness.ReviewOf(d.state, d.plan, "db", d.now); got.Due.Format(time.DateOnly) != "2026-11-10" {
		t.Errorf("due %s: the calendar was first", got.Due)
	}
	d.accepted("dan", readiness.Reopen{Kind: readiness.ByChange, Ref: "CHG-881", Subject: d.subject("crm")})
	if got := readiness.ReviewOf(d.state, d.plan, "crm", d.now); got.Due.Format(time.DateOnly) != "2026-12-04" || got.Because.Ref != "CHG-881" {
		t.Errorf("due %s because of %q, want 14 days after the merge", got.Due, got.Because.Ref)
	}
	d.refused(fault.Repeat, "dan", readiness.Reopen{Kind: readiness.ByChange, Ref: "CHG-881", Subject: d.subject("crm")})
	if facts := d.accepted(journal.Bot, readiness.Reopen{Kind: readiness.ByChange, Ref: "CHG-881", Subject: d.subject("crm")}); len(facts) > 0 {
		t.Errorf("the same cause counts twice: %v", facts)
	}
	d.refused(fault.Range, "dan", readiness.Reopen{Kind: "weather", Ref: "rain", Subject: d.subject("crm")})
	d.refused(fault.Range, "dan", readiness.Reopen{Kind: readiness.ByCalendar, Ref: "x", Subject: d.subject("crm")})
	d.refused(fault.Missing, "dan", readiness.Reopen{Kind: readiness.ByChange, Subject: d.subject("crm")})
}

func TestAReviewAnswersWhatAskedForItBefore(t *testing.T) {
	d := selling(t)
	d.accepted("dan", readiness.Reopen{Kind: readiness.ByChange, Ref: "CHG-1", Subject: d.subject("db")})
	d.now = monday.Add(2 * day)
	d.accepted("dan", readiness.Reopen{Kind: readiness.ByChange, Ref: "CHG-2", Subject: d.subject("db")})
	d.accepted("olga", readiness.Confirm{At: monday.Add(day), Subject: d.subject("db")}) // looked at the day between
	left := d.state.Standing("db").Triggers
	if len(left) != 1 || left[0].Ref != "CHG-2" {
		t.Errorf("left: %+v", left)
	}
	if got := readiness.ReviewOf(d.state, d.plan, "db", d.now).By; got != "olga" {
		t.Errorf("assessed by %q", got)
	}
}

func TestWhoMayConfirmAndWhen(t *testing.T) {
	d := selling(t)
	d.refused(fault.Role, "dan", readiness.Confirm{Subject: d.subject("crm")})
	d.refused(fault.Role, "dan", readiness.Change{Standard: standard(3, day), Because: "x", Subject: d.subject("crm")})
	d.refused(fault.Future, "sally", readiness.Confirm{At: monday.Add(time.Hour), Subject: d.subject("crm")})
	d.accepted("sally", readiness.Confirm{Subject: d.subject("crm")})
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	d.refused(fault.Disputed, "sally", readiness.Confirm{Subject: d.subject("crm")})
}

func TestAChangeIsARatingOfTheBusiness(t *testing.T) {
	d := selling(t)
	facts := d.accepted("sally", readiness.Change{Standard: standard(2, time.Hour), Because: "two outages", Subject: d.subject("orders")})
	one[*readiness.ReviewChanged](t, facts)
	if got := one[*readiness.DisputeOpened](t, facts); got.Service != "orders" {
		t.Errorf("disputed: %+v", got)
	}
	if r := readiness.ReviewOf(d.state, d.plan, "orders", d.now); !r.Current() || r.Due.Format(time.DateOnly) != "2027-02-02" {
		t.Errorf("orders: %s", r)
	}
}

func TestCoverageCountsBothNumbersFirst(t *testing.T) {
	d := selling(t)
	check := func(confirmed, current string) {
		t.Helper()
		a, b := readiness.Coverage(d.state, d.plan, d.now)
		if a.String() != confirmed || b.String() != current {
			t.Errorf("confirmed %s, current %s; want %s, %s", a, b, confirmed, current)
		}
	}
	check("0 of 3 (0%)", "1 of 3 (33%)")
	d.accepted("sally", readiness.Confirm{Subject: d.subject("crm")})
	check("1 of 3 (33%)", "2 of 3 (67%)")
	d.accepted("sally", d.rate("orders", 2, 5*time.Hour)) // near enough to 4 h
	check("2 of 3 (67%)", "2 of 3 (67%)")
	d.plan.Services[0].RTO = 12 * time.Hour // what was confirmed is not what the plan says now
	check("1 of 3 (33%)", "2 of 3 (67%)")
	for _, c := range []struct {
		of, all int
		says    string
	}{{8, 11, "8 of 11 (73%)"}, {0, 0, "0 of 0"}, {999, 1000, "999 of 1000 (99%)"}, {1, 200, "1 of 200 (1%)"}, {5, 5, "5 of 5 (100%)"}} {
		if got := (readiness.Share{Of: c.of, All: c.all}).String(); got != c.says {
			t.Errorf("%d of %d is written %q", c.of, c.all, got)
		}
	}
}

func TestOnTheDayOfAReviewAndAfterItsGraceTheOwnersGetTheCard(t *testing.T) {
	d := selling(t)
	d.plan.Policy.ReviewDigest = ""
	for _, c := range []struct {
		at    time.Time
		kinds []string
	}{
		{time.Date(2026, 11, 10, 8, 59, 0, 0, time.UTC), nil},
		{time.Date(2026, 11, 10, 9, 0, 0, 0, time.UTC), []string{"review.due"}},
		{time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC), nil},
		{time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC), []string{"review.overdue"}},
	} {
		d.now = c.at
		if kinds := d.ticks(); !slices.Equal(kinds, c.kinds) {
			t.Errorf("%s: %v, want %v", c.at, kinds, c.kinds)
		}
		if kinds := d.ticks(); kinds != nil {
			t.Errorf("%s: %v once more", c.at, kinds)
		}
	}
	cards := 0
	for _, e := range d.state.Outbox.All() {
		if e.Template == readiness.CardMessage && e.To == "@olga" {
			cards++
		}
	}
	if cards != 2 {
		t.Errorf("olga got %d cards", cards)
	}
}

func TestWhatLapsedBeforeThePlanCameIntoForceIsLeftToTheDigest(t *testing.T) {
	d := selling(t)
	d.plan.Since, d.now = time.Date(2026, 12, 1, 10, 0, 0, 0, time.UTC), time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC)
	if kinds := d.ticks(); kinds != nil {
		t.Errorf("on the first day there is %v", kinds)
	}
	d.now = time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC) // Monday
	if kinds := d.ticks(); !slices.Equal(kinds, []string{"digest.sent"}) {
		t.Errorf("on Monday there is %v", kinds)
	}
	digest := readiness.DigestOf(d.state, d.plan, "coo", d.now)
	if len(digest.Escalated) != 1 || digest.Escalated[0].Service != "db" {
		t.Errorf("executives are told of %+v", digest.Escalated)
	}
}

func TestADigestGoesOutOnceAWeekToThoseForWhomSomethingWaits(t *testing.T) {
	d := selling(t)
	d.now = monday.Add(-time.Hour) // nine, and the plan is two days old
	due, _ := readiness.Due(d.state, d.plan, "chat", d.now)
	if len(due) != 1 || due[0].Name != "digest" || !slices.Equal(due[0].Action.(readiness.SendDigest).People, []string{"olga", "sally"}) {
		t.Fatalf("due: %+v", due)
	}
	d.ticks()
	if due, next := readiness.Due(d.state, d.plan, "chat", d.now); len(due) > 0 || !next.Equal(d.now.Add(week)) {
		t.Errorf("after it %v is due, next %s", due, next)
	}
	d.now = d.now.Add(week + 25*time.Hour) // the engine stood still on Monday and Tuesday
	if kinds := d.ticks(); slices.Contains(kinds, "digest.sent") {
		t.Errorf("a digest of the day before yesterday is sent: %v", kinds)
	}
	for _, service := range []string{"crm", "orders"} {
		d.accepted("sally", readiness.Confirm{Subject: d.subject(service)})
	}
	d.accepted("olga", readiness.Confirm{Subject: d.subject("db")})
	d.now = monday.Add(2*week - time.Hour)
	if kinds := d.ticks(); kinds != nil {
		t.Errorf("nothing waits for anybody, and there is %v", kinds)
	}
}

func TestADisputeIsOverdueOnTheDayAfterItWasDue(t *testing.T) {
	d := selling(t)
	d.plan.Policy.ReviewDigest = ""
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	d.now = time.Date(2026, 11, 16, 23, 59, 0, 0, time.UTC)
	if kinds := d.ticks(); slices.Contains(kinds, "dispute.overdue") {
		t.Error("it is overdue on the day it is due")
	}
	d.now = time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)
	if kinds := d.ticks(); !slices.Equal(kinds, []string{"dispute.overdue"}) {
		t.Errorf("on the day after there is %v", kinds)
	}
	if s, _ := d.state.Dispute("D-1"); !s.Overdue {
		t.Error("the dispute does not say so")
	}
}

func TestOwnersAreAskedWhenAnotherJournalHasReopenedAReview(t *testing.T) {
	d := selling(t)
	d.plan.Policy.ReviewDigest = ""
	d.accepted(journal.Bot, readiness.Reopen{Kind: readiness.ByIncident, Ref: "INC-1", TTR: 134 * time.Minute, RTO: 90 * time.Minute, Subject: readiness.Subject{Service: "db"}})
	due, _ := readiness.Due(d.state, d.plan, "chat", d.now)
	if len(due) != 1 {
		t.Fatalf("due: %+v", due)
	}
	if got := told(d.accepted(journal.Bot, due[0].Action)); !slices.Equal(got, []string{"rating-card @olga"}) {
		t.Errorf("told: %v", got)
	}
	card := readiness.CardOf(d.state, d.plan, "db", d.now)
	if want := "INC-1 took 134m against an RTO of 90m: change the RTO, or what recovers it"; !slices.Equal(card.Asked, []string{want}) {
		t.Errorf("the card says %v", card.Asked)
	}
}

func TestAJournalOfANewerVersionIsOnlyRead(t *testing.T) {
	d := selling(t)
	d.state = d.state.Apply(journal.Entry{Journal: readiness.Journal, Seq: 1, Fact: journal.Unknown{Of: "mood.felt"}})
	d.refused(fault.Newer, "sally", d.rate("crm", 2, 4*time.Hour))
	if due, next := readiness.Due(d.state, d.plan, "chat", d.now.Add(52*week)); due != nil || !next.IsZero() {
		t.Errorf("due: %v, next %s", due, next)
	}
}

func TestAnEarlierStateStaysAsItWas(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	before, disputes := d.state, slices.Clone(d.state.Disputes)
	d.accepted("coo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
	d.accepted("sally", readiness.Confirm{Subject: d.subject("orders")})
	if len(before.Services) != 1 || before.Disputes[0].State != disputes[0].State || before.Disputes[0].State != readiness.Open {
		t.Errorf("the earlier state has changed: %+v", before)
	}
}

func TestHolidaysAreNotCounted(t *testing.T) {
	d := selling(t)
	x := d.subject("crm")
	x.Holidays = []plan.Day{{Year: 2026, Month: 11, Day: 5}}
	facts := d.accepted("sally", readiness.Rate{Standard: standard(2, 4*time.Hour), Because: "x", Subject: x})
	if got := one[*readiness.DisputeOpened](t, facts).Due.Format(time.DateOnly); got != "2026-11-17" {
		t.Errorf("due %s", got)
	}
}
