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

// monday is 2026-11-02, ten in London.
var monday = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// desk is the journal as people work on it, without an engine.
type desk struct {
	*testing.T
	plan  *plan.Plan
	now   time.Time
	state readiness.State
}

// selling is a plan of three services: crm (T3/24h, owned by sally), orders
// (T2/4h, hers too) and db (T1/90m, needed by a process of olga's, which was
// assessed on 10 August). Dan runs them all; coo and ceo are executives.
func selling(t *testing.T) *desk {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	p := plan.Empty()
	p.Commit, p.Policy.Zone, p.Since = "a1", "Europe/London", monday.Add(-2*day)
	p.People = []plan.Person{{ID: "ceo", Groups: []string{"execs"}}, {ID: "coo", Groups: []string{"execs"}}, {ID: "dan"}, {ID: "olga"}, {ID: "sally"}}
	p.Teams = []plan.Team{{ID: "it", Members: []string{"dan"}}}
	service := func(id string, tier int, rto time.Duration, owners ...string) plan.Service {
		return plan.Service{ID: id, Name: id, Tier: tier, RTO: rto, Team: "it", Owners: owners}
	}
	p.Services = []plan.Service{service("crm", 3, day, "sally"), service("db", 1, 90*time.Minute), service("orders", 2, 4*time.Hour, "sally")}
	p.Processes = []plan.Process{{ID: "payments", Owner: "olga", Services: []string{"db"}, AssessedAt: time.Date(2026, 8, 10, 0, 0, 0, 0, london)}}
	return &desk{T: t, plan: p, now: monday}
}

func (d *desk) subject(service string) readiness.Subject {
	return readiness.SubjectOf(d.plan, service, "chat")
}

// does decides an action and appends what it says, as the engine would.
func (d *desk) does(who string, a readiness.Action) (facts []journal.Fact, code fault.Code) {
	d.Helper()
	v := readiness.Decide(d.state, readiness.Context{Now: d.now, Actor: readiness.Person{ID: who, Guest: who == "guest"}}, a)
	for _, st := range v.Statements {
		at := st.At
		if at.IsZero() {
			at = d.now
		}
		d.state = d.state.Apply(journal.Entry{Journal: readiness.Journal, Seq: d.state.Entries + 1, Fact: st.Fact,
			Meta: journal.Meta{At: at, Recorded: d.now, Actor: who, Because: st.Because}})
		facts = append(facts, st.Fact)
	}
	if v.Refusal == nil {
		return facts, ""
	}
	return facts, fault.CodeOf(v.Refusal)
}

// accepted is an action that must be.
func (d *desk) accepted(who string, a readiness.Action) []journal.Fact {
	d.Helper()
	facts, code := d.does(who, a)
	if code != "" {
		d.Fatalf("@%s: %#v was refused with %s", who, a, code)
	}
	return facts
}

// refused is an action that must be refused with a code.
func (d *desk) refused(code fault.Code, who string, a readiness.Action) []journal.Fact {
	d.Helper()
	facts, got := d.does(who, a)
	if got != code {
		d.Errorf("@%s: %#v gave the code %q, want %s", who, a, got, code)
	}
	return facts
}

func standard(tier int, rto time.Duration) readiness.Standard {
	return readiness.Standard{Tier: tier, RTO: journal.Dur(rto)}
}

func (d *desk) rate(service string, tier int, rto time.Duration) readiness.Rate {
	return readiness.Rate{Standard: standard(tier, rto), Because: "orders stop", Subject: d.subject(service)}
}

func (d *desk) decision(id, service string, tier int, rto time.Duration, until time.Time) readiness.DecideDispute {
	return readiness.DecideDispute{ID: id, Standard: standard(tier, rto), Because: "weighed", AcceptUntil: until, Subject: d.subject(service)}
}

// rules is what is demanded of a service now, as T2/4h.
func (d *desk) rules(service string) string {
	s, _ := readiness.InForce(d.plan, d.state, d.now).Service(service)
	return readiness.Standard{Tier: s.Tier, RTO: journal.Dur(s.RTO)}.String()
}

// settles lets every message that was asked for be sent.
func (d *desk) settles() {
	d.Helper()
	for _, t := range d.state.Outbox.Open() {
		d.accepted(journal.Bot, readiness.Settle{Key: t.Key, Ref: "m"})
	}
}

// ticks fires what is due until nothing is, and returns the kinds of what was
// appended, effects aside.
func (d *desk) ticks() (kinds []string) {
	d.Helper()
	for range 100 {
		due, _ := readiness.Due(d.state, d.plan, "chat", d.now)
		if len(due) == 0 {
			return kinds
		}
		facts := d.accepted(journal.Bot, due[0].Action)
		d.settles()
		if len(facts) == 0 {
			d.Fatalf("the timer %s fires and changes nothing", due[0].Name)
		}
		for _, f := range facts {
			if _, isEffect := f.(*journal.Requested); !isEffect {
				kinds = append(kinds, f.Kind())
			}
		}
	}
	d.Fatal("timers do not come to rest")
	return nil
}

// told lists to whom messages were asked for, as "card @sally".
func told(facts []journal.Fact) (all []string) {
	for _, f := range facts {
		if r, ok := f.(*journal.Requested); ok {
			all = append(all, r.Template+" "+r.To)
		}
	}
	slices.Sort(all)
	return all
}

func one[F any](t *testing.T, facts []journal.Fact) F {
	t.Helper()
	for _, f := range facts {
		if x, ok := f.(F); ok {
			return x
		}
	}
	var none F
	t.Fatalf("there is no %T among %v", none, facts)
	return none
}
