package readiness_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/readiness"
)

func TestWhoHasTakenASideDoesNotDecideWhoeverStatesItAnew(t *testing.T) {
	d := selling(t)
	d.plan.Services[0].Owners = []string{"ceo", "sally"}
	d.accepted("ceo", d.rate("crm", 2, 4*time.Hour))
	d.accepted("sally", d.rate("crm", 2, 5*time.Hour)) // of the same side
	d.refused(fault.RateSelf, "ceo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
	d.accepted("coo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
}

func TestWhoHasTakenASideSinceIsNotToldToAskThemselves(t *testing.T) {
	d := selling(t)
	d.plan.Teams[0].Members = []string{"ceo", "dan"}
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour)) // the ceo is to decide
	d.accepted("ceo", d.rate("crm", 3, 20*time.Hour))  // and speaks for IT
	v := readiness.Decide(d.state, readiness.Context{Now: d.now, Actor: readiness.Person{ID: "ceo"}}, d.decision("D-1", "crm", 3, day, time.Time{}))
	if next := fault.From(v.Refusal).Next; next != "Ask @coo." {
		t.Errorf("got %q", next)
	}
}

func TestADisputeWhoseDeciderHasLeftIsForTheNext(t *testing.T) {
	d := selling(t)
	opened := one[*readiness.DisputeOpened](t, d.accepted("sally", d.rate("crm", 2, 4*time.Hour)))
	d.plan.People = d.plan.People[1:] // without the ceo
	if got := readiness.DigestOf(d.state, d.plan, "coo", d.now).Disputes; opened.Decider != "ceo" || len(got) != 1 {
		t.Errorf("@%s was to decide, and the coo is shown %v", opened.Decider, got)
	}
	d.now = opened.Due.AddDate(0, 0, 2)
	d.ticks()
	asked := false
	for _, x := range d.state.Outbox.All() {
		asked = asked || x.Template == "dispute" && x.To == "@coo"
		if strings.Contains(x.Key, "overdue:D-1") && x.To == "@ceo" {
			t.Errorf("who has left is asked: %+v", x)
		}
	}
	if !asked {
		t.Error("nobody else is asked when it is overdue")
	}
}

func TestTheSecondOfTwoDecidersIsToldWhoWasFaster(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	d.accepted("coo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
	v := readiness.Decide(d.state, readiness.Context{Now: d.now, Actor: readiness.Person{ID: "ceo"}}, d.decision("D-1", "crm", 1, time.Hour, time.Time{}))
	if got := fault.From(v.Refusal); got.Code != fault.NotOpen || got.Text != "D-1 is decided: T2/4h, by @coo." {
		t.Errorf("got %+v", got)
	}
}

func TestWhatRulesSinceARiskHasRunOutMayBeConfirmed(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour))
	d.accepted("coo", d.decision("D-1", "crm", 2, 8*time.Hour, time.Date(2027, 6, 2, 0, 0, 0, 0, time.UTC)))
	d.now = time.Date(2027, 6, 3, 9, 0, 0, 0, time.UTC)
	d.accepted("sally", readiness.Confirm{Subject: d.subject("crm")})
	if got := d.rules("crm"); got != "T2/4h" {
		t.Errorf("%s rules once the owner has confirmed T2/4h", got)
	}
	d.plan.Services[0].Tier, d.plan.Services[0].RTO = 2, 3*time.Hour
	if got := d.rules("crm"); got != "T2/3h" {
		t.Errorf("%s rules when the plan is stricter", got)
	}
}

func TestAnOlderAssessmentThatIsRecordedLaterMakesNothingDueSooner(t *testing.T) {
	d := selling(t)
	d.accepted("sally", readiness.Confirm{Subject: d.subject("crm")})
	due := readiness.ReviewOf(d.state, d.plan, "crm", d.now).Due
	d.accepted("sally", readiness.Confirm{At: d.now.Add(-60 * day), Subject: d.subject("crm")})
	if got := readiness.ReviewOf(d.state, d.plan, "crm", d.now).Due; !got.Equal(due) {
		t.Errorf("due %v, before it was %v", got, due)
	}
}

func TestACardThatDidNotArriveIsSentAgain(t *testing.T) {
	d := selling(t)
	d.plan.Commit = "b2"
	stale := readiness.Confirm{Card: "a1", Subject: d.subject("crm")}
	card := one[*journal.Requested](t, d.refused(fault.StaleCard, "sally", stale))
	d.accepted(journal.Bot, readiness.Fail{Key: card.Key, Reason: "no such person"})
	one[*journal.Requested](t, d.refused(fault.StaleCard, "sally", stale))
}

func TestDenialsLongPastAreForgottenButRecorded(t *testing.T) {
	d := selling(t)
	confirm := readiness.Confirm{Subject: d.subject("crm")}
	for range 3 {
		one[*readiness.AccessDenied](t, d.refused(fault.Role, "olga", confirm))
		if facts := d.refused(fault.Role, "olga", confirm); len(facts) > 0 {
			t.Errorf("twice within the minute: %v", facts)
		}
		d.now = d.now.Add(time.Minute)
	}
}

func TestADisputeAboutAServiceThatIsGoneCanBeDecided(t *testing.T) {
	d := selling(t)
	d.accepted("sally", d.rate("crm", 2, 4*time.Hour)) // the ceo is to decide
	d.plan.Services = append([]plan.Service{}, d.plan.Services[1:]...)
	d.accepted("coo", d.decision("D-1", "crm", 2, 4*time.Hour, time.Time{}))
}
