package pagerduty_test

import (
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/integrations/pagerduty"
	"holdfast/rehearse/standin"
	simulated "holdfast/rehearse/standin/pagerduty"
)

// besideIt opens a first page and returns the request of a further one.
func besideIt(t *testing.T, w *world, p *pagerduty.Pager, first, further string) integrations.PageRequest {
	t.Helper()
	id, err := p.Page(t.Context(), page(first, 1))
	if err != nil {
		t.Fatal(err)
	}
	r := page(further, 1)
	r.Beside = id
	return r
}

func responders(t *testing.T, w *world) *pagerduty.Pager {
	t.Helper()
	o := w.options()
	o.Further = pagerduty.Responders
	return w.open(t, o)
}

func askedIn(w *world) (all []simulated.Responder) {
	for _, i := range w.Incidents() {
		all = append(all, i.Asked...)
	}
	return all
}

func TestMorePeopleAreAskedToTheIncidentThereIs(t *testing.T) {
	for further, want := range map[string]string{"@dora": "PUSERDORA", "team:dba": "PUSERDAN"} {
		for _, first := range []string{"service:payments-api", "team:app"} { // by an incident, by an event
			t.Run(further+" beside "+first, func(t *testing.T) {
				w := newWorld(t, account())
				p := responders(t, w)
				r := besideIt(t, w, p, first, further)
				var names []string
				for range 3 {
					name, err := p.Page(t.Context(), r)
					if err != nil {
						t.Fatal(err)
					}
					names = append(names, name)
				}
				i := w.Incidents()[0]
				if got := askedIn(w); len(w.Incidents()) != 1 || len(got) != 1 || got[0].User != want || got[0].Message != "INC-1 SEV1: checkout failing (INC-1/page:"+further+")" {
					t.Errorf("asked are %+v", got)
				}
				if want := i.ID + "/" + further; names[0] != want || names[2] != want {
					t.Errorf("the page is called %q", names)
				}
			})
		}
	}
}

func TestARequestIsMadeOnceWhateverGetsLost(t *testing.T) {
	for _, mode := range standin.Modes {
		for _, restarted := range []bool{false, true} {
			t.Run(mode, func(t *testing.T) {
				w := newWorld(t, account())
				p := responders(t, w)
				r := besideIt(t, w, p, "service:payments-api", "@dora")
				if err := w.Fault(mode, w.clock.Now().Add(time.Minute), 0); err != nil {
					t.Fatal(err)
				}
				if id, err := p.Page(w.patient(t.Context()), r); err == nil {
					t.Fatalf("it did not fail: %s", id)
				}
				w.Heal()
				if mode == standin.LostReply { // of the request itself, the call after who Holdfast is
					w.OnCall(func(c simulated.Call) {
						if c.Path == "/users" {
							w.fail(t)(mode, 1)
						}
					})
					if id, err := p.Page(t.Context(), r); err == nil || len(askedIn(w)) != 1 {
						t.Fatalf("it was not lost: %q, %v", id, askedIn(w))
					}
				}
				if restarted {
					p = responders(t, w)
				}
				for range 2 {
					if _, _, err := p.Find(t.Context(), r.Key); err != nil {
						t.Fatal(err)
					}
					if _, err := p.Page(t.Context(), r); err != nil {
						t.Fatal(err)
					}
				}
				if got := askedIn(w); len(got) != 1 || len(w.Incidents()) != 1 {
					t.Errorf("asked are %+v in %d incidents", got, len(w.Incidents()))
				}
			})
		}
	}
}

func TestWhereNobodyCanBeAskedTheyAreCalledByAnIncidentOfTheirOwn(t *testing.T) {
	for sentence, spoil := range map[string]func(*world, *integrations.PageRequest, *simulated.Account){
		"the incident is over": func(w *world, _ *integrations.PageRequest, _ *simulated.Account) {
			w.Resolve(w.Incidents()[0].ID, "PUSERDAN")
		},
		"it is gone":                func(_ *world, r *integrations.PageRequest, _ *simulated.Account) { r.Beside = "QGONE01" },
		"there is none":             func(_ *world, r *integrations.PageRequest, _ *simulated.Account) { r.Beside = "" },
		"an event that came to nil": func(_ *world, r *integrations.PageRequest, _ *simulated.Account) { r.Beside = "INC-1/page:team:net" },
		"the account may not":       nil,
	} {
		t.Run(sentence, func(t *testing.T) {
			a := account()
			a.NoResponders = spoil == nil
			w := newWorld(t, a)
			p := responders(t, w)
			r := besideIt(t, w, p, "service:payments-api", "@dora")
			if spoil != nil {
				spoil(w, &r, &a)
			}
			id, err := p.Page(t.Context(), r)
			if err != nil || strings.Contains(id, "/") || len(w.Incidents()) != 2 || len(askedIn(w)) != 0 {
				t.Errorf("called as %q, %v: %+v", id, err, w.Incidents())
			}
		})
	}
}

func TestByDefaultEachPageIsAnIncidentOfItsOwn(t *testing.T) {
	w := newWorld(t, account())
	p := w.open(t, w.options())
	if _, err := p.Page(t.Context(), besideIt(t, w, p, "service:payments-api", "@dora")); err != nil || len(w.Incidents()) != 2 || len(askedIn(w)) != 0 {
		t.Errorf("%v: %+v", err, w.Incidents())
	}
}

func TestWhoJoinsAndWhoDeclinesIsTold(t *testing.T) {
	w := newWorld(t, account())
	p := responders(t, w)
	r := besideIt(t, w, p, "service:payments-api", "@dora")
	id, err := p.Page(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	at := w.Incidents()[0].ID
	told := func() (turns []string) {
		t.Helper()
		news, found, err := p.History(t.Context(), r.Key, id)
		if err != nil || !found {
			t.Fatalf("%v, %v", found, err)
		}
		for _, n := range news {
			turns = append(turns, n.Turn+" "+n.By.Person)
		}
		return turns
	}
	if got := told(); len(got) != 0 {
		t.Errorf("at first: %q", got)
	}
	w.Respond(at, "PUSERDORA", "declined")
	if got := told(); len(got) != 1 || got[0] != incident.Declined+" dora" {
		t.Errorf("after she has declined: %q", got)
	}
	w.Respond(at, "PUSERDORA", "joined")
	w.Resolve(at, "PUSERDAN")
	if got := told(); len(got) != 2 || got[0] != incident.Acknowledged+" dora" || got[1] != incident.PageOver+" " {
		t.Errorf("at the end: %q", got)
	}
	if err := p.Acknowledge(t.Context(), r.Key, id, "dora"); err != nil {
		t.Error(err)
	}
	if _, found, err := p.History(t.Context(), "another", id); found || err != nil {
		t.Errorf("what nobody asked for is %v, %v", found, err)
	}
}
