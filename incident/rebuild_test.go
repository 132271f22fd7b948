package incident_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// archive is a register with the journals of its incidents, as a store that is
// then damaged holds them.
type archive struct {
	register []journal.Entry
	journals map[string][]journal.Entry
	now      time.Time
}

func (a *archive) enter(f journal.Fact) {
	a.now = a.now.Add(time.Hour)
	a.register = append(a.register, journal.Entry{Journal: incident.RegisterJournal, Seq: uint64(len(a.register) + 1),
		Meta: journal.Meta{At: a.now, Recorded: a.now, Actor: "alice"}, Fact: f})
}

func (a *archive) add(id string, facts ...journal.Fact) {
	for _, f := range facts {
		a.journals[id] = append(a.journals[id], journal.Entry{Journal: id, Seq: uint64(len(a.journals[id]) + 1),
			Meta: journal.Meta{At: a.now, Recorded: a.now, Actor: "alice", Command: "chat:" + id}, Fact: f})
	}
}

func (a *archive) open(id string, private bool) {
	opened := &incident.Opened{ID: id, Title: "title of " + id, Severity: 2, Private: private, Drill: id[0] == 'D'}
	if private {
		opened.Title = ""
	}
	a.enter(opened)
	a.add(id, &incident.Declared{Title: "title of " + id, Severity: 2, Private: private, Drill: id[0] == 'D', Acting: "alice"})
}

// close ends an incident; told says whether the register has heard of it.
func (a *archive) close(id string, told bool) {
	effect := journal.Effect{Key: id + "/register:closed", Type: journal.Register, To: incident.RegisterJournal}
	a.add(id, &incident.Closed{}, &journal.Requested{Effect: effect})
	if told {
		a.enter(incident.EndOf(incident.Fold(incident.State{}, a.journals[id]...)))
		a.add(id, &journal.Settled{Type: journal.Register, Key: effect.Key})
	}
}

func (a *archive) reopen(id string) {
	a.enter(&incident.Resumed{ID: id})
	a.add(id, &incident.Reopened{})
}

// someYears has incidents that are open, closed, closed and not yet told of,
// opened again, private, and drills.
func someYears() *archive {
	a := &archive{journals: map[string][]journal.Entry{}, now: ten}
	a.open("INC-1", false)
	a.open("INC-2", true)
	a.close("INC-1", true)
	a.open("DRL-1", false)
	a.open("INC-3", false)
	a.close("INC-2", true)
	a.close("INC-3", true)
	a.reopen("INC-3")
	a.open("INC-4", false)
	a.close("DRL-1", true)
	a.close("INC-4", false)
	a.open("INC-5", true)
	return a
}

// remains is what is left of a when its register can be read up to kept, then
// behind, and of the named journals nothing can be read.
func (a *archive) remains(kept int, behind []journal.Entry, gone ...string) incident.Remains {
	m := incident.Remains{Kept: incident.FoldRegister(incident.Register{}, a.register[:kept]...), Behind: behind, From: "the journals"}
	for id, entries := range a.journals {
		x := incident.Found{ID: id, Whole: true}
		if slices.Contains(gone, id) {
			continue
		}
		x.First, x.State = entries[0], incident.Fold(incident.State{}, entries...)
		m.Found = append(m.Found, x)
	}
	return m
}

// rebuilt is what the register adds up to afterwards.
func (a *archive) rebuilt(kept int, entries []journal.Entry) incident.Register {
	r := incident.FoldRegister(incident.Register{}, a.register[:kept]...)
	for _, e := range entries {
		e.Seq, e.Recorded = r.Entries+1, a.now.Add(time.Hour)
		r = r.Apply(e)
	}
	return r
}

func next(r incident.Register, drill bool) string {
	d := outage()
	d.Drill = drill
	return d.Open(r, incident.Context{Now: ten.Add(1000 * time.Hour), Actor: alice}).ID
}

func TestARegisterIsGatheredAnewWhereverItWasCut(t *testing.T) {
	a := someYears()
	whole := incident.FoldRegister(incident.Register{}, a.register...)
	want := whole.Active()
	slices.Sort(want)
	for kept := range len(a.register) + 1 {
		for _, behind := range [][]journal.Entry{nil, a.register[min(kept+1, len(a.register)):]} {
			entries := a.remains(kept, behind).Entries()
			r := a.rebuilt(kept, entries)
			active := r.Active()
			slices.Sort(active)
			if !slices.Equal(active, want) {
				t.Errorf("cut after %d: active are %v, want %v", kept, active, want)
			}
			if next(r, false) != "INC-6" || next(r, true) != "DRL-2" {
				t.Errorf("cut after %d: the next ones are %s and %s", kept, next(r, false), next(r, true))
			}
			for _, l := range r.Incidents {
				old, _ := whole.Lookup(l.ID)
				if l.Private != old.Private || l.Closed != old.Closed || l.Drill != old.Drill || l.By != old.By || !l.Opened.Equal(old.Opened) || l.Lost {
					t.Errorf("cut after %d: %s is listed as %+v, was %+v", kept, l.ID, l, old)
				}
				if (l.Title != "") == l.Private {
					t.Errorf("cut after %d: the title of %s is %q, private %t", kept, l.ID, l.Title, l.Private)
				}
			}
			if first, ok := entries[0].Fact.(*incident.Rebuilt); !ok || first.Kept != uint64(kept) || first.From != "the journals" {
				t.Errorf("cut after %d: it begins with %+v", kept, entries[0].Fact)
			}
		}
	}
}

func TestALostIncidentKeepsItsNumber(t *testing.T) {
	a := someYears()
	for _, gone := range [][]string{{"INC-4"}, {"INC-1", "INC-2", "DRL-1"}, {"INC-3", "INC-4"}} {
		for kept := range len(a.register) + 1 {
			r := a.rebuilt(kept, a.remains(kept, nil, gone...).Entries())
			for _, id := range gone {
				known := slices.ContainsFunc(a.register[:kept], func(e journal.Entry) bool {
					f, ok := e.Fact.(*incident.Opened)
					return ok && f.ID == id
				})
				// Of a drill nobody knows of, no later number tells.
				if l, listed := r.Lookup(id); (!listed || !l.Lost) && (known || id != "DRL-1") {
					t.Errorf("cut after %d: %s is listed as %+v", kept, id, l)
				}
				if slices.Contains(r.Active(), id) {
					t.Errorf("cut after %d: %s is taken up", kept, id)
				}
			}
			if id := next(r, false); id != "INC-6" {
				t.Errorf("cut after %d: the next one is %s", kept, id)
			}
			// A second rebuilding says nothing twice.
			again := incident.Remains{Kept: r, Found: a.remains(0, nil, gone...).Found, From: "the journals"}.Entries()
			if len(again) != 1 {
				t.Errorf("cut after %d: a second time it adds %v", kept, again[1:])
			}
		}
	}
}

func TestNumbersThatMayHaveBeenGivenAreLeftOut(t *testing.T) {
	a := someYears()
	m := a.remains(len(a.register), nil)
	m.Spare = 3
	r := a.rebuilt(len(a.register), m.Entries())
	if next(r, false) != "INC-9" || next(r, true) != "DRL-5" {
		t.Errorf("the next ones are %s and %s", next(r, false), next(r, true))
	}

	// They are no lost incidents, not even after a higher one was given.
	a.open("INC-9", false)
	r = r.Apply(journal.Entry{Seq: r.Entries + 1, Fact: &incident.Opened{ID: "INC-9", Title: "later"}})
	if again := (incident.Remains{Kept: r, Found: a.remains(0, nil).Found}).Entries(); len(again) != 1 {
		t.Errorf("a second time it adds %+v", again[1].Fact)
	}
}

func TestWhatTheRegisterSaidOfADamagedJournalStands(t *testing.T) {
	a := someYears()
	for _, id := range []string{"INC-1", "INC-3", "INC-5"} {
		m := a.remains(len(a.register), nil)
		for i := range m.Found {
			if m.Found[i].ID == id { // only its first entry is left
				m.Found[i].State, m.Found[i].Whole = incident.Fold(incident.State{}, a.journals[id][0]), false
			}
		}
		r := a.rebuilt(len(a.register), m.Entries())
		before, _ := incident.FoldRegister(incident.Register{}, a.register...).Lookup(id)
		if after, _ := r.Lookup(id); after.Closed != before.Closed || after.Lost {
			t.Errorf("%s was listed as %+v and is as %+v", id, before, after)
		}
	}
}

func TestADeclarationThatIsDeliveredAgainFindsItsIncident(t *testing.T) {
	a := someYears()
	for _, e := range a.remains(0, nil).Entries() {
		if f, ok := e.Fact.(*incident.Opened); ok && e.Command != "chat:"+f.ID {
			t.Errorf("%s was opened by %q", f.ID, e.Command)
		}
	}
}

func TestOnlyIncidentsHaveNumbers(t *testing.T) {
	for id, want := range map[string]int{"INC-1": 1, "DRL-20": 20, "INC-0": 0, "INC-01": 0, "INC-": 0, "register": 0, "service/a": 0, "INC-1x": 0, "INC--1": 0} {
		if got := incident.NumberOf(id); got != want {
			t.Errorf("%s: %s", id, fmt.Sprint(got))
		}
	}
}
