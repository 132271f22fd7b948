package readiness_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/readiness"
)

func TestTwoRatingsAreADisputeByTierOrTwiceTheHours(t *testing.T) {
	for _, c := range []struct {
		tier    int
		rto     time.Duration
		dispute bool
	}{
		{2, 4 * time.Hour, false},
		{2, 8*time.Hour - time.Second, false},
		{2, 8 * time.Hour, true},
		{2, 2*time.Hour + time.Second, false},
		{2, 2 * time.Hour, true},
		{1, 4 * time.Hour, true},
		{3, 4 * time.Hour, true},
	} {
		d := selling(t)
		d.accepted("sally", d.rate("orders", c.tier, c.rto)) // the plan says T2/4h
		if _, disputed := d.state.OpenDispute("orders"); disputed != c.dispute {
			t.Errorf("T%d/%v against T2/4h: disputed %v", c.tier, c.rto, disputed)
		}
	}
}

func TestWhileDisputedTheStricterOfEachValueRules(t *testing.T) {
	d := selling(t)
	facts := d.accepted("sally", d.rate("crm", 4, 4*time.Hour))
	if got := d.rules("crm"); got != "T3/4h" {
		t.Errorf("of T3/24h and T4/4h %s rules", got)
	}
	if got := told(facts); !slices.Equal(got, []string{"dispute @ceo"}) {
		t.Errorf("told: %v", got)
	}
	opened := one[*readiness.DisputeOpened](t, facts)
	if got := opened.Due.Format(time.RFC3339); got != "2026-11-16T00:00:00Z" {
		t.Errorf("due %s, want ten business days after Monday 2 November", got)
	}
	d.accepted("dan", d.rate("crm", 2, 8*time.Hour)) // a side may say something else meanwhile
	if got := d.rules("crm"); got != "T2/4h" || len(d.state.Disputes) != 1 {
		t.Errorf("of T2/8h and T4/4h %s rules in %d disputes", got, len(d.state.Disputes))
	}
}

func TestSidesThatAgreeEndTheirDispute(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	one[*readiness.DisputeWithdrawn](t, d.accepted("dan", d.rate("crm", 2, 5*time.Hour)))
	if got := d.rules("crm"); got != "T3/24h" {
		t.Errorf("%s rules, want what the plan says until it is changed", got)
	}
}

func TestWhoMayRate(t *testing.T) {
	d := selling(t)
	d.refused(fault.RateNotOwner, "olga", d.rate("crm", 2, 4*time.Hour))
	d.refused(fault.RateNotOwner, "coo", d.rate("crm", 2, 4*time.Hour))
	d.refused(fault.Role, "guest", d.rate("crm", 2, 4*time.Hour))
	if side := one[*readiness.RatingStated](t, d.accepted("dan", d.rate("crm", 3, 23*time.Hour))).Side; side != readiness.IT {
		t.Errorf("dan speaks for %s", side)
	}
	if side := one[*readiness.RatingStated](t, d.accepted("olga", d.rate("db", 1, time.Hour))).Side; side != readiness.Business {
		t.Errorf("the owner of a process speaks for %s", side)
	}
	d.plan.Teams[0].Members = []string{"dan", "sally"} // who could speak for both
	both := d.rate("crm", 3, 22*time.Hour)
	if side := one[*readiness.RatingStated](t, d.accepted("sally", both)).Side; side != readiness.Business {
		t.Errorf("sally speaks for %s", side)
	}
	both = d.rate("crm", 3, 22*time.Hour)
	both.Side = readiness.IT
	if side := one[*readiness.RatingStated](t, d.accepted("sally", both)).Side; side != readiness.IT {
		t.Errorf("sally, for IT, speaks for %s", side)
	}
}

func TestARatingThatIsNoneIsRefused(t *testing.T) {
	d := selling(t)
	for _, c := range []struct {
		tier    int
		rto     time.Duration
		because string
		code    fault.Code
	}{
		{5, time.Hour, "x", fault.Range}, {-1, time.Hour, "x", fault.Range}, {2, 0, "x", fault.Range}, {2, -time.Hour, "x", fault.Range},
		{2, 367 * day, "x", fault.Range}, {2, time.Hour, " ", fault.Missing}, {2, time.Hour, strings.Repeat("x", 2001), fault.Length},
	} {
		a := d.rate("crm", c.tier, c.rto)
		a.Because = c.because
		if facts := d.refused(c.code, "sally", a); len(facts) > 0 {
			t.Errorf("T%d/%v: appended %v", c.tier, c.rto, facts)
		}
	}
}

func TestAThirdPersonDecides(t *testing.T) {
	d := selling(t)
	d.accepted("dan", d.rate("crm", 3, 20*time.Hour))
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	d.refused(fault.RateSelf, "dan", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
	d.refused(fault.RateSelf, "sally", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
	one[*readiness.AccessDenied](t, d.refused(fault.Role, "olga", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{})))
	if facts := d.refused(fault.Role, "olga", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{})); len(facts) > 0 {
		t.Errorf("a second denial within the minute is recorded: %v", facts)
	}
	d.refused(fault.UnknownID, "coo", d.decision("D-2", "crm", 2, 4*time.Hour, time.Time{}))
	facts := d.accepted("coo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{})) // another executive than the one asked
	if got := told(facts); !slices.Equal(got, []string{"dispute-decided @dan", "dispute-decided @sally"}) {
		t.Errorf("told: %v", got)
	}
	d.refused(fault.NotOpen, "ceo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
}

func TestAnExecutiveWhoIsAPartyIsNotAsked(t *testing.T) {
	d := selling(t)
	d.plan.Services[0].Owners = []string{"ceo"}
	if got := one[*readiness.DisputeOpened](t, d.accepted("ceo", d.rate("crm", 2, 4*time.Hour))).Decider; got != "coo" {
		t.Errorf("@%s is to decide", got)
	}
	d = selling(t)
	d.plan.Policy.RatingDeciders = []string{"sally", "olga"}
	if got := one[*readiness.DisputeOpened](t, d.accepted("sally", d.rate("crm", 2, 4*time.Hour))).Decider; got != "olga" {
		t.Errorf("@%s is to decide", got)
	}
	d = selling(t)
	d.plan.People = d.plan.People[2:] // no executive
	facts := d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	if got := one[*readiness.DisputeOpened](t, facts).Decider; got != "" || len(told(facts)) > 0 {
		t.Errorf("nobody is known, and @%s is to decide: %v", got, told(facts))
	}
}

func TestLessThanTheBusinessAsksForIsARiskWithAnEnd(t *testing.T) {
	end := func(y int, m time.Month, dd int) time.Time { return time.Date(y, m, dd+1, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		tier  int
		rto   time.Duration
		until time.Time
		code  fault.Code
	}{
		{2, 4 * time.Hour, time.Time{}, ""},
		{1, 2 * time.Hour, time.Time{}, ""},
		{2, 8 * time.Hour, time.Time{}, fault.Missing},
		{3, 4 * time.Hour, time.Time{}, fault.Missing},
		{2, 8 * time.Hour, monday.Add(-time.Hour), fault.Range},
		{2, 8 * time.Hour, end(2027, 6, 1), ""},
		{2, 8 * time.Hour, end(2027, 11, 2), ""},
		{2, 8 * time.Hour, end(2027, 11, 3), fault.Range},
	} {
		d := selling(t)
		d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
		if _, code := d.does("coo", d.decision("D-1", "crm", c.tier, c.rto, c.until)); code != c.code {
			t.Errorf("T%d/%v until %v: code %q, want %q", c.tier, c.rto, c.until, code, c.code)
		}
	}
}

func TestADecisionRulesUntilThePlanFollowsOrTheRiskRunsOut(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	d.accepted("coo", d.decision("D-1", "crm", 2, 8*time.Hour, time.Date(2027, 6, 2, 0, 0, 0, 0, time.UTC)))
	if got := d.rules("crm"); got != "T2/8h" {
		t.Fatalf("%s rules after the decision", got)
	}
	d.plan.Services[0].Tier, d.plan.Services[0].RTO = 2, 8*time.Hour // it is in the plan now
	if got := d.rules("crm"); got != "T2/8h" {
		t.Errorf("%s rules when the plan has followed", got)
	}
	if c, _ := readiness.Coverage(d.state, d.plan, d.now); c.Of != 1 {
		t.Errorf("confirmed: %s", c)
	}
	d.now = time.Date(2027, 6, 2, 0, 0, 0, 0, time.UTC)
	if got := d.rules("crm"); got != "T2/4h" {
		t.Errorf("%s rules when the risk has run out", got)
	}
	if kinds := d.ticks(); !slices.Contains(kinds, "risk.expired") {
		t.Errorf("nobody is told that it has run out: %v", kinds)
	}
	d.accepted("sally", readiness.Confirm{Subject: d.subject("crm")}) // the business takes what rules
	d.plan.Services[0].RTO = 5 * time.Hour                            // and the plan goes its own way
	if got := d.rules("crm"); got != "T2/4h" && got != "T2/5h" {
		t.Errorf("%s rules", got)
	}
}

func TestACardOfAnEarlierPlanBringsANewOneOnce(t *testing.T) {
	d := selling(t)
	d.plan.Commit = "b2"
	stale := readiness.Confirm{Card: "a1", Subject: d.subject("crm")}
	if got := told(d.refused(fault.StaleCard, "sally", stale)); !slices.Equal(got, []string{"rating-card @sally"}) {
		t.Errorf("told: %v", got)
	}
	if facts := d.refused(fault.StaleCard, "sally", stale); len(facts) > 0 {
		t.Errorf("a second press brings another card: %v", facts)
	}
	rate := d.rate("crm", 2, 4*time.Hour)
	rate.Card = "a1"
	d.refused(fault.StaleCard, "sally", rate)
	d.accepted("sally", readiness.Confirm{Card: "b2", Subject: d.subject("crm")})
}

func TestADecisionIsProposedWhereThePlanIsARepository(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	a := d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{})
	a.Subject.Proposes = true
	for _, f := range d.accepted("coo", a) {
		if r, ok := f.(*journal.Requested); ok && r.Type == journal.Propose {
			if r.Subject != "crm" || r.Text != "T2/4h" || !slices.Equal(r.People, []string{"coo"}) || r.Key != "readiness/proposal:D-1@chat" {
				t.Errorf("proposed: %+v", r)
			}
			return
		}
	}
	t.Error("nothing is proposed")
}
