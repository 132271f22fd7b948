package incident_test

import (
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// desk is a register where people declare one after the other.
type desk struct {
	*testing.T
	now      time.Time
	register incident.Register
}

func (d *desk) declare(who incident.Person, c incident.Context, decl incident.Declare) incident.Opening {
	c.Now, c.Actor = d.now, who
	o := decl.Open(d.register, c)
	for _, st := range o.Register {
		m := journal.Meta{At: d.now, Recorded: d.now, Actor: who.ID, Room: c.Room, Print: c.Print}
		d.register = d.register.Apply(journal.Entry{Journal: incident.RegisterJournal, Seq: d.register.Entries + 1, Meta: m, Fact: st.Fact})
	}
	return o
}

// A second declaration of the same trouble within a minute joins the first.
func TestJoining(t *testing.T) {
	tests := []struct {
		sentence string
		first    func(*incident.Declare)
		second   func(*incident.Declare)
		after    time.Duration
		again    bool
		joins    bool
	}{
		{"the same service within a minute joins", nil, nil, 59 * time.Second, false, true},
		{"after a minute it is another incident", nil, nil, time.Minute, false, false},
		{"another title of the same service joins", nil, func(d *incident.Declare) { d.Title = "payments down" }, time.Second, false, true},
		{"one service in common is enough", nil, func(d *incident.Declare) { d.Services = []string{"mq", "payments-api"} }, time.Second, false, true},
		{"another service is another incident", nil, func(d *incident.Declare) { d.Services = []string{"mq"} }, time.Second, false, false},
		{"without services the same title joins", without, func(d *incident.Declare) { without(d); d.Title = "Checkout FAILING" }, time.Second, false, true},
		{"without services another title is another incident", without, func(d *incident.Declare) { without(d); d.Title = "mail late" }, time.Second, false, false},
		{"a drill does not join what is real", nil, drill, time.Second, false, false},
		{"what is real does not join a drill", drill, nil, time.Second, false, false},
		{"a drill joins a drill", drill, drill, time.Second, false, true},
		{"nobody joins a private incident by guessing", private, nil, time.Second, false, false},
		{"a private one joins nothing", nil, private, time.Second, false, false},
		{"again means again", nil, nil, time.Second, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			d := &desk{T: t, now: ten}
			one, two := outage(), outage()
			if tt.first != nil {
				tt.first(&one)
			}
			if tt.second != nil {
				tt.second(&two)
			}
			first := d.declare(alice, incident.Context{}, one)
			d.now = ten.Add(tt.after)
			second := d.declare(bob, incident.Context{Again: tt.again}, two)
			if joined := second.Joins == first.ID; joined != tt.joins || second.Refusal != nil {
				t.Errorf("first %s; second joins %q, opens %q, %v", first.ID, second.Joins, second.ID, second.Refusal)
			}
		})
	}
	t.Run("who joins is invited, and a worse severity is taken over", func(t *testing.T) {
		s := begin(t, severity(3))
		before := len(s.entries)
		s.does(dan, incident.Join{Title: "payments down", Severity: 2})
		is(t, "severity", s.state.Severity, 2)
		is(t, "invited", len(s.wants(journal.Invite, before)), 1)
		s.does(olga, incident.Join{Title: "card errors", Severity: 4})
		is(t, "severity", s.state.Severity, 2)
		are(t, "joined", s.state.Joined, "dan", "olga")
	})
}

func without(d *incident.Declare) { d.Services = nil }
func drill(d *incident.Declare)   { d.Drill = true }
func private(d *incident.Declare) { d.Private = true }

// The same words by the same person in the same room are not taken twice.
func TestRepeats(t *testing.T) {
	once := incident.Context{Room: "#ops", Print: "p", Once: true}
	t.Run("a declaration within thirty seconds is refused with its number", func(t *testing.T) {
		d := &desk{T: t, now: ten}
		d.declare(alice, once, outage())
		d.now = ten.Add(29 * time.Second)
		if o := d.declare(alice, once, outage()); fault.CodeOf(o.Refusal) != fault.Repeat || fault.From(o.Refusal).Text != "already recorded as INC-1#1" {
			t.Errorf("got %v, joins %q", o.Refusal, o.Joins)
		}
		d.now = ten.Add(30 * time.Second)
		if o := d.declare(alice, once, outage()); o.Joins != "INC-1" {
			t.Errorf("after thirty seconds: joins %q, %v", o.Joins, o.Refusal)
		}
	})
	page := incident.PagePeople{To: incident.Target{To: "team:dba"}, Why: "come"}
	tests := []struct {
		sentence string
		who      incident.Person
		change   func(*incident.Context)
		between  incident.Person // somebody who writes in between; nobody when empty
		after    time.Duration
		refused  bool
	}{
		{"the same page within thirty seconds is refused", dan, nil, incident.Person{}, 29 * time.Second, true},
		{"after thirty seconds it is another page", dan, nil, incident.Person{}, 30 * time.Second, false},
		{"again means again", dan, func(c *incident.Context) { c.Again = true }, incident.Person{}, time.Second, false},
		{"other words are another page", dan, func(c *incident.Context) { c.Print = "q" }, incident.Person{}, time.Second, false},
		{"in another room it is another page", dan, func(c *incident.Context) { c.Room = "#general" }, incident.Person{}, time.Second, false},
		{"by another person it is another page", olga, nil, incident.Person{}, time.Second, false},
		{"a verb that may be repeated is", dan, func(c *incident.Context) { c.Once = false }, incident.Person{}, time.Second, false},
		{"something of theirs in between makes it another page", dan, nil, dan, time.Second, false},
		{"something of another in between does not", dan, nil, olga, time.Second, true},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			s := begin(t)
			c := once
			c.Now, c.Actor = s.now, dan
			s.keep("INC-1", dan, c.Print, incident.Decide(s.state, c, page).Statements)
			if tt.between.ID != "" {
				s.does(tt.between, incident.AddNote{Text: "looking"})
			}
			c.Now, c.Actor = s.now.Add(tt.after), tt.who
			if tt.change != nil {
				tt.change(&c)
			}
			v := incident.Decide(s.state, c, page)
			if refused := fault.CodeOf(v.Refusal) == fault.Repeat; refused != tt.refused {
				t.Errorf("got %v", v.Refusal)
			}
		})
	}
}

func TestDeclaring(t *testing.T) {
	refusals := []struct {
		sentence string
		who      incident.Person
		edit     func(*incident.Declare)
		code     fault.Code
	}{
		{"a guest does not declare", gus, func(*incident.Declare) {}, fault.Role},
		{"an empty title is refused", alice, func(d *incident.Declare) { d.Title = "  " }, fault.Missing},
		{"an endless title is refused", alice, func(d *incident.Declare) { d.Title = string(make([]rune, 201)) }, fault.Length},
		{"there is no SEV9", alice, severity(9), fault.Range},
		{"impact has not begun in the future", alice, func(d *incident.Declare) { d.T0 = ten.Add(2 * time.Minute) }, fault.Future},
		{"one person is not commander and comms", alice, func(d *incident.Declare) { d.Commander, d.Comms = &carol, &carol }, fault.RoleExclusive},
		{"a commander who may not command is refused", alice, func(d *incident.Declare) { d.Commander = &dan }, fault.Role},
		{"a guest holds no role", alice, func(d *incident.Declare) { d.Comms = &gus }, fault.Role},
	}
	for _, tt := range refusals {
		t.Run(tt.sentence, func(t *testing.T) {
			d := outage()
			tt.edit(&d)
			o := d.Open(incident.Register{}, incident.Context{Now: ten, Actor: tt.who})
			if fault.CodeOf(o.Refusal) != tt.code || o.ID != "" || len(o.First) != 0 {
				t.Errorf("got %v, opens %q", o.Refusal, o.ID)
			}
		})
	}
	t.Run("numbers count up, drills by themselves", func(t *testing.T) {
		d := &desk{T: t, now: ten}
		var ids []string
		for _, edit := range []func(*incident.Declare){drill, without, func(d *incident.Declare) { d.Services = []string{"mq"} }, drill} {
			decl := outage()
			edit(&decl)
			ids = append(ids, d.declare(alice, incident.Context{Again: true}, decl).ID)
		}
		are(t, "ids", ids, "DRL-1", "INC-1", "INC-2", "DRL-2")
	})
	t.Run("a private title stays out of the register", func(t *testing.T) {
		d := &desk{T: t, now: ten}
		decl := outage()
		decl.Private = true
		d.declare(alice, incident.Context{}, decl)
		is(t, "title", d.register.Incidents[0].Title, "")
	})
	t.Run("a target named twice is paged once", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.PageAlways = []incident.Target{{To: "team:app"}, {To: "team:duty"}} })
		are(t, "paged", s.wants(journal.Page, 0), "team:app", "team:duty")
	})
	t.Run("in a drill nobody is paged and no ticket opened, the room is told", func(t *testing.T) {
		s := begin(t, drill)
		is(t, "pages", len(s.wants(journal.Page, 0)), 0)
		is(t, "tickets", len(s.wants(journal.Ticket, 0)), 0)
		has(t, "posted", s.wants(journal.Post, 0), s.state.Room+" would-page team:app")
	})
	t.Run("what is written down afterwards pages nobody", func(t *testing.T) {
		s := begin(t, func(d *incident.Declare) { d.Retro = true })
		is(t, "pages", len(s.wants(journal.Page, 0)), 0)
	})
	t.Run("SEV3 pages nobody when the policy pages up to SEV2", func(t *testing.T) {
		s := begin(t, severity(3))
		is(t, "pages", len(s.wants(journal.Page, 0)), 0)
	})
}
