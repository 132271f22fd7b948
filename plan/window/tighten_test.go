package window_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
	"holdfast/plan/window"
)

const minute = time.Minute

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	x, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// graphed is a plan with its graph.
type graphed struct {
	*plan.Plan
	*order.Graph
}

func northbridge(t *testing.T, windows ...plan.Window) graphed {
	t.Helper()
	p, findings := plan.Load("../../examples/northbridge")
	if p == nil {
		t.Fatal(findings)
	}
	p.Windows = windows
	return graph(t, p)
}

func graph(t *testing.T, p *plan.Plan) graphed {
	t.Helper()
	g, err := order.New(p.Services)
	if err != nil {
		t.Fatal(err)
	}
	return graphed{p, g}
}

// at writes what the windows tighten and the schedule under it, in minutes from
// t0: only what is not OK, and the named services.
func (g graphed) at(t0 time.Time, slots map[string]int, named ...string) string {
	effect := window.Tighten(g.Plan, g.Times(nil), t0)
	var said []string
	for _, x := range effect.Tightened {
		said = append(said, fmt.Sprintf("%s due %s (%d) by %s", x.Service, x.Due.UTC().Format("15:04"), x.After/minute, x.By.Window))
	}
	for _, x := range g.Times(effect.Deadlines()) {
		if x.Inverted {
			said = append(said, fmt.Sprintf("%s %d>%d", x.ID, x.Deadline/minute, x.Latest/minute))
		}
	}
	for _, j := range g.Schedule(order.Limits{Teams: slots}, effect.Deadlines()).Jobs {
		shown := j.Verdict != order.OK
		for _, id := range named {
			shown = shown || id == j.ID
		}
		if shown {
			said = append(said, fmt.Sprintf("%s %d-%d %s slack %d", j.ID, j.Start/minute, j.Finish/minute, j.Verdict, j.Left()/minute))
		}
	}
	return strings.Join(said, "\n")
}

func TestTheCloseOfTheBooksTightensTheLedger(t *testing.T) {
	g := northbridge(t, plan.Window{ID: "close-2026-10", Services: []string{"ledger"}, RTO: 60 * minute,
		Start: instant(t, "2026-10-30T18:00:00Z"), End: instant(t, "2026-11-06T18:00:00Z")})
	for name, test := range map[string]struct {
		t0    string
		slots map[string]int
		want  string
	}{
		"half an hour before": {"2026-10-30T17:30:00Z", nil, `ledger due 19:00 (90) by close-2026-10
db-payments 90>80
net-core 0-10 OK slack 5
dns 10-15 OK slack 5
san 10-30 OK slack 10
ledger 60-85 TIGHT slack 5
payments-api 60-70 OK slack 20`},
		"inside": {"2026-10-30T18:30:00Z", nil, `ledger due 19:30 (60) by close-2026-10
db-payments 90>80
directory 45>35
san 40>35
ledger 30-55 TIGHT slack 5
db-payments 55-85 TIGHT slack 5
payments-api 85-95 BREACH slack -5
web-portal 95-105 TIGHT slack 15`},
		"inside, with two database administrators": {"2026-10-30T18:30:00Z", map[string]int{"dba": 2}, `ledger due 19:30 (60) by close-2026-10
db-payments 90>80
directory 45>35
san 40>35
ledger 30-55 TIGHT slack 5`},
		// 240 minutes later it begins, and the ledger has to be back then anyway.
		"four hours before": {"2026-10-30T14:00:00Z", nil, "db-payments 90>80"},
		// 18:00 and an hour is 19:00, and 15:00 and four hours too.
		"three hours before": {"2026-10-30T15:00:00Z", nil, "db-payments 90>80"},
		// One minute sooner than the RTO: 239 minutes.
		"a minute less than that": {"2026-10-30T15:01:00Z", nil, "ledger due 19:00 (239) by close-2026-10\ndb-payments 90>80"},
		"at its last minute":      {"2026-11-06T17:59:00Z", map[string]int{"dba": 2}, "ledger due 18:59 (60) by close-2026-10\ndb-payments 90>80\ndirectory 45>35\nsan 40>35\nledger 30-55 TIGHT slack 5"},
		"as it ends":              {"2026-11-06T18:00:00Z", nil, "db-payments 90>80"},
	} {
		want := test.want
		got := g.at(instant(t, test.t0), test.slots)
		if name == "half an hour before" {
			got = g.at(instant(t, test.t0), test.slots, "net-core", "dns", "san", "payments-api")
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

// A second set. Three services, minutes: vault 120/15 <- none; till 180/20 <-
// vault; archive 600/50 <- till; one team a service. EF: vault 15, till 35,
// archive 85. Without windows eff(till) = min(180, 600-50) = 180, eff(vault) =
// min(120, 180-20) = 120.
//
// The shop's day is 09:00-21:00 in Berlin with an RTO of 45 for till, the
// quarter's close WD-1..WD+2 with one of 100 for archive. 31 March 2027 is a
// Wednesday, so WD-1 is that day and, without holidays, WD+2 Friday 2 April; with
// Good Friday the 26th of March it stays so.
//
//	t0 08:30 Berlin, 31 March: till due 09:00+45 = 09:45, 75 after t0. archive is
//	in its window: 100 after t0. eff(till) = min(75, 100-50) = 50, so till is
//	inverted; eff(vault) = min(120, 50-20) = 30, inverted. archive ends at 85:
//	15 left of 100, less than 20: TIGHT. till ends at 35: 40 left of 75: OK.
//	t0 05:30 Berlin, 15 April: the day begins at 09:00, 210 after t0; the RTO of
//	till ends at 180 before that. Nothing is tightened.
//	t0 06:00 Berlin, 15 April: the day begins exactly at 180; 180+45 is later
//	than 180. Nothing.
//	t0 06:46 Berlin, 15 April: 134+45 = 179. One minute tighter.
func TestTheShopsDayTightensAnotherPlan(t *testing.T) {
	p := plan.Empty()
	hard := func(to string) []plan.Dep { return []plan.Dep{{To: to, Kind: plan.Hard}} }
	p.Services = []plan.Service{
		{ID: "archive", RTO: 600 * minute, RecoveryWork: 50 * minute, Team: "c", Deps: hard("till")},
		{ID: "till", RTO: 180 * minute, RecoveryWork: 20 * minute, Team: "b", Deps: hard("vault")},
		{ID: "vault", RTO: 120 * minute, RecoveryWork: 15 * minute, Team: "a"},
	}
	p.Windows = []plan.Window{
		{ID: "day", Services: []string{"till"}, RTO: 45 * minute, Daily: &plan.Daily{From: 9 * 60, To: 21 * 60}, Zone: "Europe/Berlin"},
		{ID: "quarter", Services: []string{"archive"}, RTO: 100 * minute, Month: &plan.BusinessDays{From: -1, To: 2}, Zone: "Europe/Berlin"},
	}
	g := graph(t, p)
	for t0, want := range map[string]string{
		"2027-03-31T08:30:00+02:00": "archive due 08:10 (100) by quarter\ntill due 07:45 (75) by day\ntill 75>50\nvault 120>30\narchive 35-85 TIGHT slack 15",
		"2027-04-15T05:30:00+02:00": "",
		"2027-04-15T06:00:00+02:00": "",
		"2027-04-15T06:46:00+02:00": "till due 07:45 (179) by day",
	} {
		if got := g.at(instant(t, t0), nil); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", t0, got, want)
		}
	}
}

func TestWhatAWindowNeedsOfACalendarThatEndsIsToldWithItsEffect(t *testing.T) {
	p := plan.Empty()
	p.Services = []plan.Service{{ID: "ledger", RTO: 240 * minute}, {ID: "mq", RTO: 60 * minute}}
	p.Holidays = []plan.Holidays{{Name: "uk", Until: plan.Day{Year: 2026, Month: 12, Day: 31}}}
	p.Windows = []plan.Window{{ID: "close", Services: []string{"ledger"}, RTO: 60 * minute, Month: &plan.BusinessDays{From: -2, To: 5}, Zone: "UTC", Calendar: "uk"}}
	g := graph(t, p)
	if e := window.Tighten(p, g.Times(nil), instant(t, "2026-11-30T12:00:00Z")); len(e.Tightened) != 1 || len(e.Uncovered) != 0 {
		t.Errorf("November's close is known: %+v", e)
	}
	if e := window.Tighten(p, g.Times(nil), instant(t, "2026-12-31T12:00:00Z")); len(e.Tightened) != 1 || len(e.Uncovered) != 1 {
		t.Errorf("December's close is not: %+v", e)
	}
	if e := window.Tighten(p, g.Times(nil), instant(t, "2026-12-20T12:00:00Z")); len(e.Tightened) != 0 || len(e.Uncovered) != 0 {
		t.Errorf("it is not in question yet: %+v", e)
	}
}
