package order_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/plan/order"
)

// said writes a schedule in minutes: who from when to when, and the verdict
// where it is not OK.
func said(s order.Schedule) string {
	var all []string
	for _, j := range s.Jobs {
		text := fmt.Sprintf("%s %d-%d", j.ID, in(j.Start), in(j.Finish))
		if j.Verdict == order.Blocked {
			text = j.ID + " BLOCKED by " + j.BlockedBy
		} else if j.Verdict != order.OK {
			text += " " + string(j.Verdict)
		}
		if j.Overrun {
			text += " OVERRUN"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestOneSlotATeamGivesTheOrderOfTheSamplePlan(t *testing.T) {
	s := graphOf(t, northbridge).Schedule(order.Limits{}, nil)
	want := "net-core 0-10, dns 10-15, san 10-30, directory 15-30, db-payments 30-60, idp 30-35, mq 30-40, ledger 60-85, payments-api 60-70, web-portal 70-80, reporting 85-145"
	if got := said(s); got != want || s.Makespan != 145*time.Minute {
		t.Errorf("%s\nmakespan %s", got, s.Makespan)
	}
}

func TestASecondDatabaseAdministratorShortensIt(t *testing.T) {
	s := graphOf(t, northbridge).Schedule(order.Limits{Teams: map[string]int{"dba": 2}}, nil)
	if s.Makespan != 120*time.Minute {
		t.Errorf("makespan %s", s.Makespan)
	}
}

func TestOneSlotAltogetherBreachesFour(t *testing.T) {
	var late []string
	for _, j := range graphOf(t, northbridge).Schedule(order.Limits{Global: 1}, nil).Breaches() {
		late = append(late, fmt.Sprintf("%s %d>%d", j.ID, in(j.Finish), in(j.Deadline)))
	}
	if got := strings.Join(late, ", "); got != "directory 50>45, mq 90>60, idp 95>60, payments-api 105>90" {
		t.Error(got)
	}
}

// By hand: power 0-4, then house does switch 4-9 while app does token 4-10;
// badge needs no work and is up at 9, records 10-22 of 45.
func TestWhoNeedsNoWorkIsUpAtOnce(t *testing.T) {
	s := graphOf(t, clinic).Schedule(order.Limits{}, nil)
	if got := said(s); got != "power 0-4, switch 4-9, token 4-10, badge 9-9, records 10-22" {
		t.Error(got)
	}
	// With one pair of hands, the least latest start first: switch (14-5), token (20-6), badge (15-0).
	s = graphOf(t, clinic).Schedule(order.Limits{Global: 1}, nil)
	if got := said(s); got != "power 0-4, switch 4-9, token 9-15, badge 15-15 TIGHT, records 15-27" {
		t.Error(got)
	}
}

func TestABusyTeamIsPassedOver(t *testing.T) {
	// x does the urgent one; the second of x waits, y's less urgent one does not.
	g := graphOf(t, "a T1 20 10 x\nb T1 30 10 x\nc T1 90 5 y\n")
	if got := said(g.Schedule(order.Limits{Global: 2}, nil)); got != "a 0-10, c 0-5, b 10-20" {
		t.Error(got)
	}
}

// verified, running and failed build a recovery under way, in minutes.
type course map[string]order.Progress

func (c course) verified(id string, from, to int) course {
	c[id] = order.Progress{Stage: order.Verified, Started: time.Duration(from) * time.Minute, Ended: time.Duration(to) * time.Minute}
	return c
}

func (c course) running(id string, from int) course {
	c[id] = order.Progress{Stage: order.Running, Started: time.Duration(from) * time.Minute}
	return c
}

func (c course) failed(id string) course {
	c[id] = order.Progress{Stage: order.Failed}
	return c
}

func forecast(t *testing.T, now int, c course) order.Schedule {
	t.Helper()
	return graphOf(t, northbridge).Forecast(order.Limits{}, nil, order.Live{Now: time.Duration(now) * time.Minute, Services: c})
}

func begun() course {
	return course{}.verified("net-core", 0, 10).verified("dns", 10, 15).verified("san", 10, 30)
}

func TestAnOverrunPushesEverythingBehindItWithEachMinute(t *testing.T) {
	for _, c := range []struct {
		now                  int
		directory            bool // verified now
		db, api, portal, dir string
	}{
		{45, true, "45-75", "75-85 TIGHT", "85-95", "15-45"},
		{50, false, "50-80", "80-90 TIGHT", "90-100 TIGHT", "15-50 BREACH OVERRUN"},
		{51, false, "51-81", "81-91 BREACH", "91-101 TIGHT", "15-51 BREACH OVERRUN"},
		{56, true, "56-86", "86-96 BREACH", "96-106 TIGHT", "15-56 BREACH"},
	} {
		progress := begun().running("directory", 15)
		if c.directory {
			progress = begun().verified("directory", 15, c.now)
		}
		got := said(forecast(t, c.now, progress))
		for _, want := range []string{"directory " + c.dir, "db-payments " + c.db, "payments-api " + c.api, "web-portal " + c.portal} {
			if !strings.Contains(got, want) {
				t.Errorf("at %d no %q in %s", c.now, want, got)
			}
		}
	}
}

func TestARunningStepTakesWhatIsLeftOfIt(t *testing.T) {
	c := begun().verified("directory", 15, 30).running("db-payments", 34)
	got := said(forecast(t, 50, c))
	for _, want := range []string{"db-payments 34-64", "payments-api 64-74 TIGHT", "web-portal 74-84", "ledger 64-89"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

func TestAFailedServiceBlocksAllThatStandOnIt(t *testing.T) {
	got := said(forecast(t, 31, course{}.verified("net-core", 0, 10).verified("dns", 10, 15).verified("directory", 15, 30).failed("san")))
	if want := "net-core 0-10, dns 10-15, directory 15-30, idp 31-36, " +
		"db-payments BLOCKED by san, ledger BLOCKED by san, mq BLOCKED by san, payments-api BLOCKED by san, reporting BLOCKED by san, san BLOCKED by san, web-portal BLOCKED by san"; got != want {
		t.Error(got)
	}
}

func TestMoreHandsThanThePlanHasHoldTheirSlotsAllTheSame(t *testing.T) {
	// Two of team x work although it has one slot; the third waits for both.
	g := graphOf(t, "a T1 90 10 x\nb T1 90 20 x\nc T1 90 5 x\n")
	live := order.Live{Services: course{}.running("a", 0).running("b", 0)}
	for _, l := range []order.Limits{{}, {Global: 1}} {
		if got := said(g.Forecast(l, nil, live)); got != "a 0-10, b 0-20, c 20-25" {
			t.Error(got)
		}
	}
}

func TestTheDeadlineOfAWindowTakesTheRTOsPlace(t *testing.T) {
	// The ledger is due an hour after an impact that begins inside its window.
	due := order.Deadlines{"ledger": time.Hour}
	g := graphOf(t, northbridge)
	var inverted []string
	for _, x := range g.Times(due) {
		if x.Inverted {
			inverted = append(inverted, fmt.Sprintf("%s %d>%d", x.ID, in(x.Deadline), in(x.Latest)))
		}
	}
	if got := strings.Join(inverted, ", "); got != "db-payments 90>80, directory 45>35, san 40>35" {
		t.Error(got)
	}
	got := said(g.Schedule(order.Limits{}, due))
	for _, want := range []string{"ledger 30-55 TIGHT", "db-payments 55-85 TIGHT", "payments-api 85-95 BREACH", "web-portal 95-105 TIGHT"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	late := g.Schedule(order.Limits{Teams: map[string]int{"dba": 2}}, due)
	for _, j := range late.Jobs {
		if wanted := j.ID == "ledger"; (j.Verdict == order.Tight) != wanted || j.Verdict == order.Breach {
			t.Errorf("%s is %s", j.ID, j.Verdict)
		}
	}
}

func TestExactlyTheTightShareIsOK(t *testing.T) {
	for _, c := range []struct {
		finish, deadline time.Duration
		want             order.Verdict
	}{
		{80 * time.Minute, 100 * time.Minute, order.OK},
		{80*time.Minute + 1, 100 * time.Minute, order.Tight},
		{100 * time.Minute, 100 * time.Minute, order.Tight},
		{100*time.Minute + 1, 100 * time.Minute, order.Breach},
		{74 * time.Minute, 90 * time.Minute, order.Tight},
	} {
		if got := order.Judge(c.finish, c.deadline, order.TightShare); got != c.want {
			t.Errorf("%s of %s is %s, want %s", c.finish, c.deadline, got, c.want)
		}
	}
}
