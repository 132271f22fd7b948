package pagerduty_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"holdfast/engine/enginetest"
	"holdfast/integrations"
	"holdfast/integrations/pagerduty"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/rehearse/standin"
)

// unhurried spends on the engine's clock what a call that hangs takes.
type unhurried struct {
	patient
}

func (p unhurried) Page(ctx context.Context, r integrations.PageRequest) (string, error) {
	id, err := p.patient.Page(ctx, r)
	p.spend(ctx)
	return id, err
}

func (p unhurried) Find(ctx context.Context, key string) (string, bool, error) {
	id, found, err := p.patient.Find(ctx, key)
	p.spend(ctx)
	return id, found, err
}

func (p unhurried) spend(ctx context.Context) {
	if all := p.w.Calls(); len(all) > 0 && all[len(all)-1].Fault == standin.Hang {
		clock.Spend(ctx, standin.Patience)
	}
}

// Whatever PagerDuty does for two minutes: people are told within seconds that
// the page is not confirmed, once; and it calls once when it is well again.
func TestAPageIsConfirmedOrLoudlyNot(t *testing.T) {
	for _, mode := range standin.Modes {
		for way, app := range map[string]plan.InPagerDuty{"by an incident": {Kind: plan.EscalationPolicy, ID: "PPOLALL"}, "by an event": {}} {
			t.Run(mode+" "+way, func(t *testing.T) {
				e := enginetest.New(t)
				w := newWorldAt(t, account(), e.Clock)
				p := northbridge()
				p.Teams[0].PagerDuty = app
				o := w.options()
				o.Plan = func() *plan.Plan { return p }
				e.Caller = unhurried{patient{w.open(t, o), w}}
				e.Restart()
				times := 0
				if mode == standin.LostReply {
					times = 1
				}
				if err := w.Fault(mode, enginetest.Start.Add(2*time.Minute), times); err != nil {
					t.Fatal(err)
				}
				e.Declare(enginetest.Person("alice", "responders"), enginetest.Outage())
				e.Pass(time.Minute)
				told := len(e.Said("paging-unconfirmed"))
				if times == 0 && (told != 2 || e.Count("INC-1", "page.unconfirmed") != 1) {
					t.Errorf("the room and Dan were told %d times that the page is not confirmed", told)
				}
				if times == 1 && told != 0 {
					t.Errorf("a page that was made is said not to be confirmed")
				}
				e.Pass(3 * time.Minute)
				if n := len(w.Incidents()); n != 1 {
					t.Errorf("PagerDuty has called %d times", n)
				}
				if x := e.State("INC-1").Pages[0]; x.Outcome != journal.Done || x.ID == "" {
					t.Errorf("the page is %+v", x)
				}
			})
		}
	}
}

// Two pagers, one below the other: while PagerDuty fails the next one calls,
// and everybody is called once.
func TestWhatPagerDutyDoesNotAcceptTheNextPagerCallsFor(t *testing.T) {
	for _, mode := range standin.Modes {
		t.Run(mode, func(t *testing.T) {
			e := enginetest.New(t)
			w := newWorldAt(t, account(), e.Clock)
			e.Caller = integrations.Rungs{First: patient{w.open(t, w.options()), w}, Next: e.Pager}
			e.Restart()
			times := 0
			if mode == standin.LostReply {
				times = 1
			}
			if err := w.Fault(mode, time.Time{}, times); err != nil {
				t.Fatal(err)
			}
			e.Declare(enginetest.Person("alice", "responders"), enginetest.Outage())
			e.Pass(time.Minute)
			if n := len(w.Incidents()) + len(e.Seen(standin.Page)); n != 1 {
				t.Errorf("%d calls", n)
			}
			x := e.State("INC-1").Pages[0]
			if x.Outcome != journal.Done || x.Unconfirmed || (mode != standin.LostReply) != (x.ID == "next:PG-1") {
				t.Errorf("the page is %+v", x)
			}
		})
	}
}

func TestWhatPagerDutyRefusesIsSaidAndGivenUp(t *testing.T) {
	for sentence, test := range map[string]struct {
		target string
		spoil  func(*pagerduty.Options)
		says   string
	}{
		"a policy that is gone":     {"team:gone", nil, "Escalation policy cannot be found"},
		"a service that is gone":    {"team:dba", func(o *pagerduty.Options) { o.Service = "PSVCGONE" }, "Service cannot be found"},
		"a priority that is gone":   {"team:dba", func(o *pagerduty.Options) { o.Priorities = []string{"PGONE01", "PGONE02", "PGONE03", "PGONE04"} }, "Priority cannot be found"},
		"a routing key of nobody's": {"team:app", func(o *pagerduty.Options) { o.RoutingKey = "0123456789abcdef" }, "Event object is invalid: Invalid routing key"},
		"nobody to call":            {"@eve", nil, `nobody to call for "@eve"`},
		"no routing key":            {"team:app", func(o *pagerduty.Options) { o.RoutingKey = "" }, `nobody to call for "team:app"`},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, account())
			o := w.options()
			if test.spoil != nil {
				test.spoil(&o)
			}
			_, err := w.open(t, o).Page(t.Context(), page(test.target, 1))
			f := fault.From(err)
			if err == nil || !f.Permanent || !strings.Contains(f.Text, test.says) || strings.Contains(f.Text, "0123456789abcdef") {
				t.Errorf("got %v", err)
			}
			if n := len(w.Incidents()); n != 0 {
				t.Errorf("%d calls", n)
			}
		})
	}
}

func TestAKeyThatIsNotAcceptedIsTriedAgainAndNeverShown(t *testing.T) {
	w := newWorld(t, account())
	o := w.options()
	o.Key = "another-key-of-the-account"
	p := w.open(t, o)
	_, err := p.Page(t.Context(), page("team:dba", 1))
	var refused *integrations.Unauthorized
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || fault.From(err).Permanent || strings.Contains(err.Error(), o.Key) {
		t.Errorf("got %v", err)
	}
	if _, err := p.Look(t.Context()); !errors.As(err, &refused) {
		t.Errorf("a look says %v", err)
	}
}

func TestALookNamesWhatIsGone(t *testing.T) {
	w := newWorld(t, account())
	o := w.options()
	p := w.open(t, o)
	found, err := p.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	problems := func(all []pagerduty.Finding) (said []string) {
		for _, f := range all {
			if f.Problem != "" {
				said = append(said, f.About+": "+f.Problem)
			}
		}
		return said
	}
	if said := problems(found); len(said) != 1 || !strings.HasPrefix(said[0], "the policy PPOLGONE of team gone: PagerDuty does not have it") {
		t.Errorf("found %q", said)
	}
	w.Drop("PPOLDBA")
	o.From, o.Priorities[3], o.RoutingKey = "nobody@northbridge.example", "PPRIO009", ""
	if found, err = w.open(t, o).Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(problems(found), "\n")
	for _, want := range []string{"nobody@northbridge.example", "policy PPOLDBA of team dba", "priority PPRIO009", "team app: nobody is called for it"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing is said of %s:\n%s", want, said)
		}
	}
}

func TestOptionsThatCannotWorkAreRefusedAtOnce(t *testing.T) {
	for sentence, spoil := range map[string]func(*pagerduty.Options){
		"no key":             func(o *pagerduty.Options) { o.Key = "" },
		"a key with a blank": func(o *pagerduty.Options) { o.Key = "hunter2 hunter2" },
		"no user":            func(o *pagerduty.Options) { o.From = "" },
		"no mail address":    func(o *pagerduty.Options) { o.From = "Holdfast" },
		"no service":         func(o *pagerduty.Options) { o.Service = "" },
		"a path":             func(o *pagerduty.Options) { o.Service = "PSVC/../users" },
		"another region":     func(o *pagerduty.Options) { o.Region = "mars" },
		"three priorities":   func(o *pagerduty.Options) { o.Priorities = o.Priorities[:3] },
		"no routing key":     func(o *pagerduty.Options) { o.RoutingKey = "hunter2" },
		"another protocol":   func(o *pagerduty.Options) { o.API = "ftp://pagerduty.example" },
	} {
		o := pagerduty.Options{Key: restKey, From: "holdfast@northbridge.example", Service: "PSVCALL", Region: "eu", Priorities: account().Priorities, Plan: northbridge}
		if _, err := pagerduty.New(o); err != nil {
			t.Fatal(err)
		}
		spoil(&o)
		if _, err := pagerduty.New(o); fault.CodeOf(err) != fault.Usage || fault.From(err).Next == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}

func TestWhoIsOnCallIsKeptForAMinuteAndBetterThanNothing(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	asked := func() int { return len(w.Calls()) }
	who, err := p.OnCall(t.Context(), "team:dba")
	if err != nil || len(who) != 3 || who[0].Person != "dan" || who[1].Person != "dora" || who[2].Name != "Night Desk" || !who[0].AsOf.IsZero() || who[0].Until.IsZero() {
		t.Fatalf("on call: %+v, %v", who, err)
	}
	before := asked()
	w.clock.Add(59 * time.Second)
	if who, err = p.OnCall(t.Context(), "team:dba"); err != nil || !who[0].AsOf.Equal(start) || asked() != before {
		t.Errorf("after 59 s: %+v, %v, asked %d times", who, err, asked()-before)
	}
	w.clock.Add(time.Hour)
	w.fail(t)(standin.ServerError, 1)
	if who, err = p.OnCall(t.Context(), "team:dba"); err != nil || len(who) != 3 || !who[0].AsOf.Equal(start) {
		t.Errorf("while PagerDuty is down: %+v, %v", who, err)
	}
	if who, err = p.OnCall(t.Context(), "team:dba"); err != nil || !who[0].AsOf.IsZero() {
		t.Errorf("when it is back: %+v, %v", who, err)
	}
	w.clock.Add(13 * time.Hour)
	w.fail(t)(standin.ServerError, 1)
	if who, err := p.OnCall(t.Context(), "team:dba"); err == nil {
		t.Errorf("after 13 h: %+v", who)
	}
	for target, want := range map[string]string{"service:payments-api": "dan", "team:net": "dora", "@dora": "dora"} {
		if who, err := p.OnCall(t.Context(), target); err != nil || len(who) == 0 || who[0].Person != want {
			t.Errorf("%s: %+v, %v", target, who, err)
		}
	}
	if who, err := p.OnCall(t.Context(), "team:app"); err == nil {
		t.Errorf("nobody knows who team:app is, and it is %+v", who)
	}
}
