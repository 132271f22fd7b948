package order_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

func sortedByID(all []plan.Service) []plan.Service {
	slices.SortFunc(all, func(a, b plan.Service) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

func in(d time.Duration) int { return int(d / time.Minute) }

// row writes what the graph says of a service in minutes.
func row(x order.Times) string {
	s := fmt.Sprintf("%s wave %d ES %d EF %d eff %d", x.ID, x.Wave, in(x.Start), in(x.Finish), in(x.Latest))
	if x.Through != "" {
		s += " through " + x.Through
	}
	if x.Inverted {
		s += " inverted"
	}
	if x.Hard {
		s += " hard by " + x.HardBy
	}
	if x.Infeasible {
		s += " infeasible"
	}
	return s
}

func TestBothPassesGiveTheTimesOfTheSamplePlan(t *testing.T) {
	want := []string{
		"db-payments wave 3 ES 30 EF 60 eff 80 through payments-api inverted hard by payments-api",
		"directory wave 2 ES 15 EF 30 eff 45",
		"dns wave 1 ES 10 EF 15 eff 20",
		"idp wave 3 ES 30 EF 35 eff 60",
		"ledger wave 3 ES 30 EF 55 eff 240",
		"mq wave 3 ES 30 EF 40 eff 60",
		"net-core wave 0 ES 0 EF 10 eff 15",
		"payments-api wave 4 ES 60 EF 70 eff 90",
		"reporting wave 4 ES 60 EF 120 eff 1440",
		"san wave 1 ES 10 EF 30 eff 40",
		"web-portal wave 5 ES 70 EF 80 eff 120",
	}
	check(t, graphOf(t, northbridge).Times(nil), want)
}

func TestBothPassesGiveTheTimesOfAnotherPlan(t *testing.T) {
	check(t, graphOf(t, clinic).Times(nil), []string{
		"badge wave 2 ES 9 EF 9 eff 15",
		"power wave 0 ES 0 EF 4 eff 9 through switch inverted",
		"records wave 2 ES 10 EF 22 eff 45",
		"switch wave 1 ES 4 EF 9 eff 14",
		"token wave 1 ES 4 EF 10 eff 20",
	})
}

func check(t *testing.T, all []order.Times, want []string) {
	t.Helper()
	for i, x := range all {
		if got := row(x); i >= len(want) || got != want[i] {
			t.Errorf("%s", got)
		}
	}
	if len(all) != len(want) {
		t.Errorf("%d services, want %d", len(all), len(want))
	}
}

func TestWavesFollowTheDependencies(t *testing.T) {
	got := fmt.Sprint(graphOf(t, northbridge).Waves())
	if want := "[[net-core] [dns san] [directory] [db-payments idp ledger mq] [payments-api reporting] [web-portal]]"; got != want {
		t.Errorf("waves %s\nwant  %s", got, want)
	}
}

func TestASoftEdgeOrdersNothing(t *testing.T) {
	g := graphOf(t, "a T1 60 10 x <- ~b\nb T3 600 10 x <- ~a\n")
	check(t, g.Times(nil), []string{"a wave 0 ES 0 EF 10 eff 60", "b wave 0 ES 0 EF 10 eff 600"})
	if len(g.Impact("b")) > 0 || len(g.Loose()) > 0 {
		t.Errorf("impact %v, loose %v", g.Impact("b"), g.Loose())
	}
}

func TestEqualPromisesAreNoInversionWhenTheDependantNeedsNoWork(t *testing.T) {
	check(t, graphOf(t, "a T1 60 10 x\nb T1 60 0 x <- a\n").Times(nil), []string{"a wave 0 ES 0 EF 10 eff 60", "b wave 1 ES 10 EF 10 eff 60"})
}

func TestAnInversionIsHardWhenADirectDependantPromisesNoMore(t *testing.T) {
	// c has to be up 20 minutes before b, which has 50; a alone would let it have 60.
	check(t, graphOf(t, "a T1 70 10 x <- c\nb T1 50 20 x <- c\nc T1 55 5 x\n").Times(nil), []string{
		"a wave 1 ES 5 EF 15 eff 70", "b wave 1 ES 5 EF 25 eff 50", "c wave 0 ES 0 EF 5 eff 30 through b inverted hard by b",
	})
}

func TestWhatNoOrderMeetsIsInfeasible(t *testing.T) {
	// b needs 30 minutes after a's 20 and promises 45; a would have to be up at 15, before its own work is done, yet after t0.
	check(t, graphOf(t, "a T1 20 20 x\nb T1 45 30 x <- a\n").Times(nil), []string{
		"a wave 0 ES 0 EF 20 eff 15 through b inverted", "b wave 1 ES 20 EF 50 eff 45 infeasible",
	})
	// b's own work is longer than what it promises: a would have to be up before t0.
	check(t, graphOf(t, "a T1 20 1 x\nb T1 10 30 x <- a\n").Times(nil), []string{
		"a wave 0 ES 0 EF 1 eff -20 through b inverted hard by b infeasible", "b wave 1 ES 1 EF 31 eff 10 infeasible",
	})
}

func TestTheLossThatIsBorneIsInheritedOverDataOnly(t *testing.T) {
	services := servicesOf(t, "api T1 60 5 x <- =db queue\ndb T1 60 5 x <- =disk\ndisk T0 60 5 x\nqueue T1 60 5 x\nreport T3 600 5 x <- =db\n")
	states := map[string]time.Duration{"api": 5 * time.Minute, "db": time.Hour, "report": 24 * time.Hour}
	for i := range services {
		services[i].RPO, services[i].HasRPO = states[services[i].ID], states[services[i].ID] > 0
	}
	g, err := order.New(services)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range g.Times(nil) {
		got = append(got, fmt.Sprintf("%s %v %d %s", x.ID, x.HasRPO, in(x.RPO), x.RPOThrough))
	}
	if want := "api true 5 |db true 5 api|disk true 5 db|queue false 0 |report true 1440 "; strings.Join(got, "|") != want {
		t.Errorf("got %s", strings.Join(got, "|"))
	}
}

func TestTheDecisionBudgetIsWhatTheTightestLeaves(t *testing.T) {
	left, of := order.Budget(graphOf(t, northbridge).Times(nil))
	if left != 5*time.Minute || fmt.Sprint(of) != "[dns net-core]" {
		t.Errorf("%s of %v", left, of)
	}
	left, of = order.Budget(graphOf(t, clinic).Times(nil))
	if left != 5*time.Minute || fmt.Sprint(of) != "[switch]" {
		t.Errorf("%s of %v", left, of)
	}
}

func TestAllTiedCriticalPathsAreNamed(t *testing.T) {
	g := graphOf(t, northbridge)
	paths, more := g.Critical("web-portal", 10)
	if got, want := fmt.Sprint(paths), "[[net-core dns directory db-payments payments-api web-portal] [net-core san db-payments payments-api web-portal]]"; got != want || more {
		t.Errorf("%s, more %v", got, more)
	}
	if paths, more := g.Critical("web-portal", 1); len(paths) != 1 || !more {
		t.Errorf("%v, more %v", paths, more)
	}
	on := g.OnCritical("web-portal")
	if len(on) != 7 || on["mq"] || on["idp"] || !on["dns"] || !on["san"] {
		t.Errorf("on the paths: %v", on)
	}
}

func TestAThousandTiedPathsDoNotHoldAnybodyUp(t *testing.T) {
	// 40 layers of two equal services, each on both of the layer before: 2^40 paths.
	var text strings.Builder
	for layer := range 40 {
		for _, side := range "ab" {
			fmt.Fprintf(&text, "%c%02d T3 1000 1 x", side, layer)
			if layer > 0 {
				fmt.Fprintf(&text, " <- a%02d b%02d", layer-1, layer-1)
			}
			text.WriteString("\n")
		}
	}
	g := graphOf(t, text.String())
	if paths, more := g.Critical("a39", 3); len(paths) != 3 || !more || len(g.OnCritical("a39")) != 79 {
		t.Errorf("%d paths, more %v", len(paths), more)
	}
}

func TestImpactIsAllThatStandsOnAService(t *testing.T) {
	g := graphOf(t, northbridge)
	if got := fmt.Sprint(g.Impact("san")); got != "[db-payments ledger mq payments-api reporting web-portal]" {
		t.Error(got)
	}
	if got := fmt.Sprint(g.Foundation("idp")); got != "[directory dns net-core]" {
		t.Error(got)
	}
	if got := fmt.Sprint(g.Needs("db-payments"), g.Holds("db-payments"), g.Impact("nobody")); got != "[directory san] [payments-api reporting] []" {
		t.Error(got)
	}
}

func TestADependencyWithALooserTierIsFound(t *testing.T) {
	g := graphOf(t, "a T1 60 5 x <- m\nb T2 60 5 x <- m\nm T2 60 5 x <- z\nz T3 60 5 x\n")
	if got := fmt.Sprint(g.Loose()); got != "[{m 2 a 1} {z 3 a 1}]" {
		t.Error(got)
	}
	if loose := graphOf(t, northbridge).Loose(); len(loose) > 0 {
		t.Error(loose)
	}
}

func TestACircleHasNoOrder(t *testing.T) {
	if _, err := order.New(servicesOf(t, "a T1 60 5 x <- b\nb T1 60 5 x <- a\nc T1 60 5 x\n")); err == nil || !strings.Contains(err.Error(), "2 services") {
		t.Error(err)
	}
}
