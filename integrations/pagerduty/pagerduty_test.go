package pagerduty_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/integrations/integrationstest"
	"holdfast/integrations/pagerduty"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	simulated "holdfast/rehearse/standin/pagerduty"
)

const (
	restKey    = "u+REST-key-0123456789"
	routingKey = "e93facc04764012d7bfb002500d5d1a6"
	secret     = "a-webhook-secret-of-pagerduty"
)

var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// account is what Northbridge has in PagerDuty.
func account() simulated.Account {
	return simulated.Account{
		Key: restKey, RoutingKeys: map[string]string{routingKey: "PSVCALL"}, Secrets: []string{secret},
		Users: []simulated.User{{ID: "PUSERBOT", Name: "Holdfast", Mail: "holdfast@northbridge.example"}, {ID: "PUSERDAN", Name: "Dan Dube", Mail: "dan@northbridge.example"},
			{ID: "PUSERDORA", Name: "Dora Diaz", Mail: "dora@northbridge.example"}, {ID: "PUSERSTR", Name: "Night Desk", Mail: "desk@northbridge.example"}},
		Policies:   []simulated.Policy{{ID: "PPOLALL", Levels: [][]string{{"PUSERDAN"}}}, {ID: "PPOLDBA", Levels: [][]string{{"PUSERDAN"}, {"PUSERDORA", "PUSERSTR"}}}},
		Services:   []simulated.Service{{ID: "PSVCALL", Policy: "PPOLALL"}, {ID: "PSVCPAY", Policy: "PPOLDBA"}},
		Schedules:  map[string][]string{"PSCHNET": {"PUSERDORA"}},
		Priorities: []string{"PPRIO001", "PPRIO002", "PPRIO003", "PPRIO004"},
	}
}

func northbridge() *plan.Plan {
	p := plan.Empty()
	p.People = []plan.Person{{ID: "dan", PagerDuty: "PUSERDAN"}, {ID: "dora", PagerDuty: "PUSERDORA"}, {ID: "eve"}}
	p.Teams = []plan.Team{{ID: "app"}, {ID: "dba", PagerDuty: plan.InPagerDuty{Kind: plan.EscalationPolicy, ID: "PPOLDBA"}},
		{ID: "gone", PagerDuty: plan.InPagerDuty{Kind: plan.EscalationPolicy, ID: "PPOLGONE"}}, {ID: "net", PagerDuty: plan.InPagerDuty{Kind: plan.PagerDutySchedule, ID: "PSCHNET"}}}
	p.Services = []plan.Service{{ID: "payments-api", Team: "app", PagerDuty: plan.InPagerDuty{Kind: plan.PagerDutyService, ID: "PSVCPAY"}}}
	return p
}

// world is PagerDuty over TLS, and what a pager needs to call it.
type world struct {
	*simulated.PagerDuty
	url   string
	http  *outbound.Client
	clock *clock.Manual

	mu   sync.Mutex
	hung context.CancelFunc
}

func newWorld(t *testing.T, a simulated.Account) *world {
	t.Helper()
	return newWorldAt(t, a, clock.NewManual(start))
}

func newWorldAt(t *testing.T, a simulated.Account, c *clock.Manual) *world {
	t.Helper()
	w := lenientWorld(t, a, c)
	t.Cleanup(func() {
		for _, m := range w.Misuses() {
			t.Errorf("PagerDuty does not publish this: %s", m)
		}
	})
	return w
}

// newLenientWorld is for tests that misuse PagerDuty on purpose.
func newLenientWorld(t *testing.T) *world {
	t.Helper()
	return lenientWorld(t, account(), clock.NewManual(start))
}

func lenientWorld(t *testing.T, a simulated.Account, c *clock.Manual) *world {
	t.Helper()
	w := &world{PagerDuty: simulated.New(a, c), clock: c, hung: func() {}}
	w.OnCall(func(call simulated.Call) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if call.Fault == standin.Hang {
			w.hung()
		}
	})
	server, err := standin.ServeTLS(t.Context(), w.PagerDuty, c, w.Spoiled)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	w.url = server.URL
	roots := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(roots, server.Roots, 0o600); err != nil {
		t.Fatal(err)
	}
	if w.http, err = outbound.New(outbound.Options{Allow: []string{"127.0.0.1"}, Roots: roots, Clock: c}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) options() pagerduty.Options {
	return pagerduty.Options{Key: restKey, From: "holdfast@northbridge.example", Service: "PSVCALL", RoutingKey: routingKey, Region: "us",
		Priorities: account().Priorities, API: w.url, Events: w.url, HTTP: w.http, Clock: w.clock, Plan: northbridge}
}

func (w *world) open(t *testing.T, o pagerduty.Options) *pagerduty.Pager {
	t.Helper()
	p, err := pagerduty.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// patient returns a context for one call, which ends as soon as PagerDuty
// hangs, so that no test waits for a time-out.
func (w *world) patient(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hung = cancel
	return ctx
}

func (w *world) fail(t *testing.T) func(string, int) {
	return func(mode string, times int) {
		t.Helper()
		if err := w.Fault(mode, time.Time{}, times); err != nil {
			t.Fatal(err)
		}
	}
}

type patient struct {
	*pagerduty.Pager
	w *world
}

func (p patient) Page(ctx context.Context, r integrations.PageRequest) (string, error) {
	return p.Pager.Page(p.w.patient(ctx), r)
}

func (p patient) Find(ctx context.Context, key string) (string, bool, error) {
	return p.Pager.Find(p.w.patient(ctx), key)
}

// The suite pages team:app and @dan: once both by incidents, once the team by
// an event.
func TestPagerKeepsTheContract(t *testing.T) {
	for way, app := range map[string]plan.InPagerDuty{
		"by an incident on a policy":  {Kind: plan.EscalationPolicy, ID: "PPOLALL"},
		"by an incident on a service": {Kind: plan.PagerDutyService, ID: "PSVCPAY"},
		"by an event":                 {},
	} {
		t.Run(way, func(t *testing.T) {
			integrationstest.Pager(t, func(t *testing.T) integrationstest.PagerBench {
				w := newWorld(t, account())
				o, p := w.options(), northbridge()
				p.Teams[0].PagerDuty = app
				o.Plan = func() *plan.Plan { return p }
				return integrationstest.PagerBench{Pager: patient{w.open(t, o), w}, Called: func() int { return len(w.Incidents()) }, Fail: w.fail(t)}
			})
		})
	}
}

func page(target string, severity int) integrations.PageRequest {
	return integrations.PageRequest{Key: "INC-1/page:" + target, Target: target, Summary: "INC-1 SEV1: checkout failing", Severity: severity, Incident: "INC-1"}
}

func TestWhoIsCalledForATarget(t *testing.T) {
	for target, want := range map[string]struct{ service, policy, first string }{
		"team:dba":             {"PSVCALL", "PPOLDBA", "PUSERDAN"},
		"team:net":             {"PSVCALL", "PPOLALL", "PUSERDORA"},
		"team:app":             {"PSVCALL", "PPOLALL", "PUSERDAN"},
		"service:payments-api": {"PSVCPAY", "PPOLDBA", "PUSERDAN"},
		"@dora":                {"PSVCALL", "PPOLALL", "PUSERDORA"},
	} {
		t.Run(target, func(t *testing.T) {
			w := newWorld(t, account())
			if _, err := w.open(t, w.options()).Page(t.Context(), page(target, 2)); err != nil {
				t.Fatal(err)
			}
			all := w.Incidents()
			if len(all) != 1 || all[0].Service != want.service || all[0].Policy != want.policy || len(all[0].Assigned) != 1 || all[0].Assigned[0] != want.first {
				t.Errorf("called: %+v", all)
			}
		})
	}
}

func TestASeverityBecomesAPriorityOrASeverityOfPagerDuty(t *testing.T) {
	for severity, want := range []string{1: "critical", 2: "error", 3: "warning", 4: "info", 5: "info"} {
		if severity == 0 {
			continue
		}
		w := newWorld(t, account())
		p := w.open(t, w.options())
		for _, target := range []string{"team:app", "team:dba"} {
			if _, err := p.Page(t.Context(), page(target, severity)); err != nil {
				t.Fatal(err)
			}
		}
		priority := ""
		if severity <= 4 {
			priority = account().Priorities[severity-1]
		}
		event, opened := w.Incidents()[0], w.Incidents()[1]
		if event.Severity != want || opened.Priority != priority || opened.Urgency != "high" {
			t.Errorf("SEV%d: the event is %s, the incident %q and %s", severity, event.Severity, opened.Priority, opened.Urgency)
		}
	}
}

func TestWithoutPrioritiesNoneIsNamed(t *testing.T) {
	w := newWorld(t, account())
	o := w.options()
	o.Priorities = nil
	if _, err := w.open(t, o).Page(t.Context(), page("team:dba", 1)); err != nil {
		t.Fatal(err)
	}
	if i := w.Incidents()[0]; i.Priority != "" {
		t.Errorf("the priority is %q", i.Priority)
	}
}

func TestWhatHappensToAPageIsTold(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	for _, target := range []string{"team:dba", "team:app"} {
		id, err := p.Page(t.Context(), page(target, 1))
		if err != nil {
			t.Fatal(err)
		}
		all := w.Incidents()
		there := all[len(all)-1].ID
		w.clock.Add(time.Minute)
		w.Acknowledge(there, "PUSERDAN")
		w.clock.Add(time.Minute)
		w.Reassign(there, "PUSERDAN", "PUSERSTR")
		w.clock.Add(time.Minute)
		w.Escalate(there)
		w.clock.Add(time.Minute)
		w.Resolve(there, "PUSERSTR")
		news, found, err := p.History(t.Context(), page(target, 1).Key, id)
		if err != nil || !found {
			t.Fatalf("%s: %v, %v", target, found, err)
		}
		var said []string
		for _, n := range news {
			s := n.Turn
			if n.By != (incident.Reached{}) {
				s += " by " + n.By.String()
			}
			for _, r := range n.To {
				s += " to " + r.String()
			}
			said = append(said, s)
		}
		next := map[string]string{"team:dba": "escalated to @dora to Night Desk", "team:app": "escalated to @dan"}[target]
		for i, want := range []string{"acknowledged by @dan", "reassigned by @dan to Night Desk", next, "resolved by Night Desk"} {
			if i >= len(said) || said[i] != want {
				t.Fatalf("%s: told %q, want %q", target, said, want)
			}
		}
		if len(said) != 4 {
			t.Errorf("told %q", said)
		}
	}
}

func TestALongHistoryIsReadPageByPageAndNotForEver(t *testing.T) {
	a := account()
	a.PageSize = 2
	w := newWorld(t, a)
	p := w.open(t, w.options())
	id, err := p.Page(t.Context(), page("team:dba", 1))
	if err != nil {
		t.Fatal(err)
	}
	for range 30 {
		w.clock.Add(time.Minute)
		w.Escalate(id)
	}
	before := len(w.Calls())
	if _, found, err := p.History(t.Context(), "", id); !found || err != nil {
		t.Fatal(found, err)
	}
	if n := len(w.Calls()) - before; n != 5 {
		t.Errorf("it was asked for %d pages", n)
	}
}

func TestAnEventThatBecomesNothingIsNotFound(t *testing.T) {
	w := newWorld(t, account())
	w.Swallow(true)
	p := w.open(t, w.options())
	id, err := p.Page(t.Context(), page("team:app", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, found, err := p.History(t.Context(), id, id); found || err != nil {
		t.Errorf("found: %v, %v", found, err)
	}
}

func TestAPageOfAnotherPagerIsNotMissed(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	if _, found, err := p.History(t.Context(), "INC-1/page:team:app", "PG-1"); !found || err != nil {
		t.Errorf("found: %v, %v", found, err)
	}
	if err := p.Acknowledge(t.Context(), "INC-1/page:team:app", "PG-1", "dan"); err != nil || len(w.Calls()) != 0 {
		t.Errorf("acknowledge: %v, asked %d times", err, len(w.Calls()))
	}
}

func TestWhoIsOnItHereIsOnItThere(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	for n, target := range []string{"team:dba", "team:app"} {
		id, err := p.Page(t.Context(), page(target, 1))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := p.Acknowledge(t.Context(), page(target, 1).Key, id, "eve"); err != nil {
				t.Fatal(err)
			}
		}
		if i := w.Incidents()[n]; i.Status != "acknowledged" {
			t.Errorf("%s: %s is %s", target, i.ID, i.Status)
		}
	}
}
