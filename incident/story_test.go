package incident_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// The cast. Alice declares; nobody holds a group that they need not.
var (
	alice = incident.Person{ID: "alice", Groups: []string{"responders"}}
	bob   = incident.Person{ID: "bob", Groups: []string{"commanders"}}
	carol = incident.Person{ID: "carol", Groups: []string{"commanders", "comms"}}
	dan   = incident.Person{ID: "dan"}
	olga  = incident.Person{ID: "olga", Groups: []string{"execs"}} // owns payments-api
	gus   = incident.Person{ID: "gus", Guest: true}
	bot   = incident.Person{ID: journal.Bot}
)

var ten = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// story is one incident that people act on while time passes.
type story struct {
	*testing.T
	now     time.Time
	state   incident.State
	entries []journal.Entry
}

func terms() incident.Terms {
	d := func(x time.Duration) incident.Dur { return incident.Dur(x) }
	const m, h = time.Minute, time.Hour
	return incident.Terms{
		Cadence: map[string][4]incident.Dur{
			incident.Team: {d(30 * m), d(h), d(4 * h), 0},
			incident.Exec: {d(30 * m), d(h), 0, 0},
		},
		Remind: d(5 * m), Grace: d(5 * m), OfferLife: d(5 * m), UnclaimedAfter: d(5 * m), UnclaimedRed: d(15 * m),
		SilentAfter: d(30 * m), SilentSeverity: 2, Repeat: d(30 * time.Second),
		PageSeverity: 2, PageConfirm: d(15 * time.Second), Stuck: d(15 * m), Deadline: d(24 * h),
		Digest: d(30 * m), Project: "OPS", TitleMax: 200, TextMax: 10000,
	}
}

// outage is the declaration of a SEV1 of payments-api that pages team:app.
func outage() incident.Declare {
	return incident.Declare{
		Title: "checkout failing", Slug: "checkout-failing", Severity: 1, Services: []string{"payments-api"}, Owners: []string{"olga"},
		Page: []incident.Target{{To: "team:app", Fallback: []string{"dan"}}}, Ticket: true, Terms: terms(), JoinWithin: time.Minute,
	}
}

// begin has Alice declare at ten; each edit changes the declaration.
func begin(t *testing.T, edits ...func(*incident.Declare)) *story {
	t.Helper()
	d := outage()
	for _, edit := range edits {
		edit(&d)
	}
	s := &story{T: t, now: ten}
	o := d.Open(incident.Register{}, s.context(alice))
	if o.Refusal != nil {
		t.Fatalf("declare: %v", o.Refusal)
	}
	s.keep(o.ID, alice, "", o.First)
	return s
}

func severity(n int) func(*incident.Declare) { return func(d *incident.Declare) { d.Severity = n } }

func (s *story) context(who incident.Person) incident.Context {
	return incident.Context{Now: s.now, Actor: who, Room: "#ops", Platform: "console"}
}

// keep stores statements as a journal would and folds them.
func (s *story) keep(id string, who incident.Person, print string, all []incident.Statement) {
	s.Helper()
	for _, st := range all {
		m := journal.Meta{At: st.At, Recorded: s.now, Actor: who.ID, Source: "slash", Because: st.Because, Room: "#ops", Print: print, Plan: "a1b2c3d"}
		if m.At.IsZero() {
			m.At = s.now
		}
		stored, err := journal.Encode(m, st.Fact)
		if err != nil {
			s.Fatal(err)
		}
		e, err := incident.Kinds().Decode(id, uint64(len(s.entries))+1, st.Fact.Kind(), stored)
		if err != nil {
			s.Fatal(err)
		}
		s.entries = append(s.entries, e)
		s.state = s.state.Apply(e)
	}
}

// try decides an action and keeps what it says.
func (s *story) try(who incident.Person, a incident.Action) error {
	s.Helper()
	v := incident.Decide(s.state, s.context(who), a)
	s.keep(s.state.ID, who, "", v.Statements)
	return v.Refusal
}

// does demands that an action is accepted.
func (s *story) does(who incident.Person, actions ...incident.Action) {
	s.Helper()
	for _, a := range actions {
		if err := s.try(who, a); err != nil {
			s.Fatalf("%s: %T: %v", who.ID, a, err)
		}
	}
}

// refused demands that an action is refused with a code, in words that contain
// says, and changes nothing but the record of a denial.
func (s *story) refused(who incident.Person, a incident.Action, code fault.Code, says string) {
	s.Helper()
	before := len(s.entries)
	err := s.try(who, a)
	if fault.CodeOf(err) != code || !strings.Contains(err.Error(), says) {
		s.Errorf("%s: %T: got %v; want %s with %q", who.ID, a, err, code, says)
	}
	for _, e := range s.entries[before:] {
		if _, denial := e.Fact.(*incident.AccessDenied); !denial {
			s.Errorf("the refused %T left %s", a, e.Fact.Kind())
		}
	}
}

// pass lets time go by; every timer fires at its time.
func (s *story) pass(d time.Duration) {
	s.Helper()
	end := s.now.Add(d)
	for range 1000 {
		_, next := incident.Due(s.state, s.now)
		if next.IsZero() || next.After(end) {
			s.now = end
			s.fire()
			return
		}
		s.now = next
		s.fire()
	}
	s.Fatal("the timers never end")
}

// sleep lets time go by while nobody fires timers; then they all do.
func (s *story) sleep(d time.Duration) {
	s.Helper()
	s.now = s.now.Add(d)
	s.fire()
}

// fire has every due timer decide, until none has anything to say.
func (s *story) fire() {
	s.Helper()
	for range 1000 {
		before := len(s.entries)
		due, _ := incident.Due(s.state, s.now)
		for _, t := range due {
			if s.does(bot, t.Action); len(s.entries) > before {
				break // the state has moved
			}
		}
		if len(s.entries) == before {
			return
		}
	}
	s.Fatal("the timers never come to rest")
}

// kinds returns the kinds of the entries after one position, effects left out.
func (s *story) kinds(after int) []string {
	var kinds []string
	for _, e := range s.entries[after:] {
		switch e.Fact.(type) {
		case *journal.Requested, *journal.Settled, *journal.Failed, *journal.Abandoned:
		default:
			kinds = append(kinds, e.Fact.Kind())
		}
	}
	return kinds
}

// wants returns the effects of a type that were asked for after a position, as
// "TO TEMPLATE SUBJECT".
func (s *story) wants(effect string, after int) []string {
	var all []string
	for _, e := range s.entries[after:] {
		if f, ok := e.Fact.(*journal.Requested); ok && f.Type == effect {
			all = append(all, strings.TrimSpace(strings.Join([]string{f.To, f.Template, f.Subject}, " ")))
		}
	}
	return all
}

// is demands that two values are equal.
func is[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func are(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func has(t *testing.T, what string, got []string, want string) {
	t.Helper()
	if !slices.Contains(got, want) {
		t.Errorf("%s: %q does not have %q", what, got, want)
	}
}

// last returns the latest fact of a type.
func last[F journal.Fact](s *story) F {
	s.Helper()
	for _, e := range slices.Backward(s.entries) {
		if f, ok := e.Fact.(F); ok {
			return f
		}
	}
	var none F
	s.Fatalf("there is no %T", none)
	return none
}
