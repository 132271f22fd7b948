package order_test

import (
	"math"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

func TestThePolicySaysHowManyHandsThereAre(t *testing.T) {
	// By hand, two slots a team and three for x: a, b and c at once, then of y
	// only two.
	policy := plan.DefaultPolicy()
	policy.TeamSlots, policy.TeamSlotsUsual = map[string]int{"x": 3}, 2
	g := graphOf(t, "a T1 90 10 x\nb T1 90 10 x\nc T1 90 10 x\nd T1 90 10 y\ne T1 90 10 y\nf T1 90 10 y\n")
	if got := said(g.Schedule(order.LimitsOf(policy), nil)); got != "a 0-10, b 0-10, c 0-10, d 0-10, e 0-10, f 10-20" {
		t.Error(got)
	}
	policy.SlotsAll = 4
	if got := said(g.Schedule(order.LimitsOf(policy), nil)); got != "a 0-10, b 0-10, c 0-10, d 0-10, e 10-20, f 10-20" {
		t.Error(got)
	}
}

func TestWhatIsUnderWayOnAFailedServiceHasNoFinish(t *testing.T) {
	// Somebody has begun with mq although san has failed since: its team is free
	// for what can go on.
	g := graphOf(t, northbridge+"chat T1 90 5 app <- idp\n")
	live := order.Live{Now: 40 * time.Minute, Services: course{}.verified("net-core", 0, 10).verified("dns", 10, 15).
		verified("directory", 15, 30).verified("idp", 30, 35).verified("ledger", 20, 30).running("mq", 36).failed("san")}
	want := "net-core 0-10, dns 10-15, directory 15-30, ledger 20-30, idp 30-35, chat 40-45, " +
		"db-payments BLOCKED by san, payments-api BLOCKED by san, reporting BLOCKED by san, san BLOCKED by san, web-portal BLOCKED by san, mq BLOCKED by san"
	if got := said(g.Forecast(order.Limits{}, nil, live)); got != want {
		t.Errorf("\n%s\nwant\n%s", got, want)
	}
}

func TestOfTwoFailuresTheFirstByIdIsNamed(t *testing.T) {
	g := graphOf(t, "a T1 90 10 x\nb T1 90 10 x <- a\nc T1 90 10 x\nd T1 90 10 x <- b c\ne T1 90 10 x <- c\n")
	live := order.Live{Services: course{}.failed("a").failed("c")}
	if got := said(g.Forecast(order.Limits{}, nil, live)); got != "a BLOCKED by a, b BLOCKED by a, c BLOCKED by c, d BLOCKED by a, e BLOCKED by c" {
		t.Error(got)
	}
	live = order.Live{Services: course{}.failed("b").failed("c")}
	if got := said(g.Forecast(order.Limits{}, nil, live)); got != "a 0-10, b BLOCKED by b, c BLOCKED by c, d BLOCKED by b, e BLOCKED by c" {
		t.Error(got)
	}
}

func TestWhoHasWorkedExactlyAsPlannedHasNotOverrun(t *testing.T) {
	g := graphOf(t, "a T1 90 10 x\n")
	for now, want := range map[time.Duration]string{10 * time.Minute: "a 0-10", 11 * time.Minute: "a 0-11 OVERRUN"} {
		if got := said(g.Forecast(order.Limits{}, nil, order.Live{Now: now, Services: course{}.running("a", 0)})); got != want {
			t.Error(got)
		}
	}
}

func TestTheOwnRPORulesWhenItIsAsStrict(t *testing.T) {
	g, err := order.New([]plan.Service{
		{ID: "api", RPO: time.Minute, HasRPO: true, Deps: []plan.Dep{{To: "db", Kind: plan.Data}}},
		{ID: "db", RPO: time.Minute, HasRPO: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	if db := g.Times(nil)[1]; db.RPO != time.Minute || db.RPOThrough != "" {
		t.Errorf("%s through %q", db.RPO, db.RPOThrough)
	}
}

func TestWhatEndsNowComesBeforeWhatBeginsNow(t *testing.T) {
	// a should have been up at 10 and is taken to be up now, at 15: b, which is
	// needed sooner than c, has the only slot of y.
	g := graphOf(t, "a T1 60 10 x\nb T1 30 10 y <- a\nc T1 90 10 y\n")
	live := order.Live{Now: 15 * time.Minute, Services: course{}.running("a", 0)}
	if got := said(g.Forecast(order.Limits{}, nil, live)); got != "a 0-15 OVERRUN, b 15-25 TIGHT, c 25-35" {
		t.Error(got)
	}
}

func TestTwoReasonsForOneDependencyAreOneEdge(t *testing.T) {
	g := graphOf(t, "db T1 90 30 x\nweb T1 90 10 y <- db =db db\n")
	if got := g.Holds("db"); len(got) != 1 {
		t.Errorf("db holds %v", got)
	}
	if paths, _ := g.Critical("web", 9); len(paths) != 1 {
		t.Errorf("paths %v", paths)
	}
	if got := said(g.Schedule(order.Limits{}, nil)); got != "db 0-30, web 30-40" {
		t.Error(got)
	}
}

func TestTheWorkOfCenturiesDoesNotEndBeforeItBegins(t *testing.T) {
	century := 36500 * 24 * time.Hour
	var services []plan.Service
	for i, id := range []string{"a", "b", "c", "d", "e"} {
		s := plan.Service{ID: id, RTO: century, RecoveryWork: century}
		if i > 0 {
			s.Deps = []plan.Dep{{To: services[i-1].ID, Kind: plan.Hard}}
		}
		services = append(services, s)
	}
	g, err := order.New(services)
	if err != nil {
		t.Fatal(err)
	}
	times := g.Times(nil)
	if last := times[4]; !last.Infeasible || last.Finish != math.MaxInt64 {
		t.Errorf("e ends at %s, infeasible %t", last.Finish, last.Infeasible)
	}
	if first := times[0]; !first.Infeasible || first.Latest >= 0 {
		t.Errorf("a must be up at %s, infeasible %t", first.Latest, first.Infeasible)
	}
	for _, j := range g.Schedule(order.Limits{}, nil).Jobs[1:] {
		if j.Verdict != order.Breach {
			t.Errorf("%s is %s", j.ID, j.Verdict)
		}
	}
}

func TestAShareIsComparedExactlyAtAnyLength(t *testing.T) {
	century := 36500 * 24 * time.Hour
	for _, c := range []struct {
		left, deadline time.Duration
		share          float64
		want           order.Verdict
	}{
		{century / 5, century, 20, order.OK},
		{century/5 - 1, century, 20, order.Tight},
		{125 * time.Second, 1000 * time.Second, 12.5, order.OK},
		{125*time.Second - 1, 1000 * time.Second, 12.5, order.Tight},
		{2 * time.Minute, 3 * time.Minute, 200.0 / 3, order.OK},
		{2*time.Minute - time.Millisecond, 3 * time.Minute, 200.0 / 3, order.Tight},
		{0, 0, 20, order.OK}, // nothing is left of nothing
	} {
		if got := order.Judge(c.deadline-c.left, c.deadline, c.share); got != c.want {
			t.Errorf("%s of %s at %g%%: %s, want %s", c.left, c.deadline, c.share, got, c.want)
		}
	}
}
