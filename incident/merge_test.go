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

// pair is INC-1, which goes on, and INC-2, which turns out to be part of it.
// Alice commands both.
func pair(t *testing.T, main, part func(*incident.Declare)) (*story, *story) {
	t.Helper()
	one := begin(t, func(d *incident.Declare) {
		d.Severity, d.Title, d.Services, d.Page = 3, "switch down", []string{"net-core"}, nil
		d.Owners = nil
	}, main)
	two := &story{T: t, now: ten}
	d := outage()
	part(&d)
	opened := journal.Entry{Journal: "register", Seq: 1, Fact: &incident.Opened{ID: "INC-1", Drill: d.Drill}}
	o := d.Open(incident.FoldRegister(incident.Register{}, opened), two.context(alice))
	two.keep(o.ID, alice, "", o.First)
	return one, two
}

func asIs(*incident.Declare) {}

func mergeInto(s *story) incident.Merge { return incident.Merge{Into: s.state, Because: "one cause"} }

// absorb has INC-1 take INC-2 in as its effect asks.
func absorb(one, two *story) error {
	one.Helper()
	for _, e := range two.state.Outbox.Open() {
		if e.Type == journal.Merge {
			return one.try(bot, incident.AbsorbOf(two.state, e.Key))
		}
	}
	one.Fatal("no merge is wanted")
	return nil
}

func TestMerging(t *testing.T) {
	t.Run("closes the part and asks the other one to take it in", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, incident.Assign{Role: incident.Commander, To: bob})
		before := len(two.entries)
		two.does(alice, mergeInto(one))
		are(t, "facts", two.kinds(before), "command.lapsed", "incident.merged", "incident.closed")
		is(t, "the page that waited", two.state.Pages[0].Outcome, journal.NoLonger)
		is(t, "phase", two.state.Phase, incident.PhaseClosed)
		is(t, "closed as", two.state.ClosedAs, incident.AsMerged)
		is(t, "into", two.state.MergedInto, "INC-1")
		has(t, "said", two.wants(journal.Post, before), two.state.Room+" merged INC-1")
		are(t, "wanted", two.wants(journal.Merge, before), "INC-1")
		two.pass(2 * time.Hour)
		is(t, "reminders afterwards", slices.Contains(two.kinds(before), "command.unclaimed") || slices.Contains(two.kinds(before), "update.missed"), false)
	})
	t.Run("the register hears of it when the other one has it", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, mergeInto(one))
		for _, e := range two.state.Outbox.Open() {
			if e.Type == journal.Register && !slices.Contains(e.After, "INC-2/merge:INC-1") {
				t.Errorf("the register waits for %q only", e.After)
			}
		}
	})
	t.Run("the other one takes over severity, services, owners, people and calls", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(dan, incident.AddNote{Text: "cards fail"})
		two.does(alice, incident.Merge{Into: one.state, Page: []incident.Target{{To: "team:net"}, {To: "team:app"}}, Because: "one cause"})
		before := len(one.entries)
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		are(t, "facts", one.kinds(before), "incident.absorbed", "severity.set", "incident.rescoped")
		is(t, "severity", one.state.Severity, 1)
		are(t, "services", one.state.Services, "net-core", "payments-api")
		are(t, "owners", one.state.Owners, "olga")
		are(t, "paged", one.wants(journal.Page, before), "team:app", "team:net")
		is(t, "team:app is told in case", one.state.Pages[0].To+" "+strings.Join(fallback(one, "team:app"), ","), "team:app dan")
		part := one.state.Absorbed[0]
		is(t, "part", part.ID+" "+part.Title+" "+part.By, "INC-2 checkout failing alice")
		is(t, "why", one.entries[before].Because, "one cause")
		for _, e := range one.state.Outbox.All() {
			if e.Key == "INC-1/invite:INC-2@console" {
				are(t, "invited", e.People, "dan")
			}
		}
		has(t, "said", one.wants(journal.Post, before), one.state.Room+" absorbed INC-2")
		has(t, "said", one.wants(journal.Post, before), one.state.Room+" severity 1")
	})
	t.Run("asked again, the other one has it already", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, mergeInto(one))
		for range 2 {
			if err := absorb(one, two); err != nil {
				t.Fatal(err)
			}
		}
		is(t, "parts", len(one.state.Absorbed), 1)
	})
	t.Run("what is milder and about the same changes neither severity nor services", func(t *testing.T) {
		one, two := pair(t, func(d *incident.Declare) { d.Severity, d.Services = 1, []string{"payments-api"} }, severity(2))
		two.does(alice, mergeInto(one))
		before := len(one.entries)
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		are(t, "facts", one.kinds(before), "incident.absorbed")
		is(t, "severity", one.state.Severity, 1)
	})
	t.Run("a private part gives neither its title nor what it is about", func(t *testing.T) {
		one, two := pair(t, asIs, private)
		two.does(dan, incident.AddNote{Text: "stolen"})
		two.does(alice, mergeInto(one))
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		is(t, "title", one.state.Absorbed[0].Title, "")
		are(t, "services", one.state.Services, "net-core")
		is(t, "severity", one.state.Severity, 1)
		is(t, "dan is in", incident.MaySee(one.state, dan), true)
	})
	t.Run("into a private one nobody gets by merging, and it does not say where it is", func(t *testing.T) {
		one, two := pair(t, private, func(d *incident.Declare) { d.Page = nil })
		two.does(dan, incident.AddNote{Text: "cards fail"})
		two.does(alice, mergeInto(one))
		is(t, "room", two.state.MergedRoom, "")
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		is(t, "dan is in", incident.MaySee(one.state, dan), false)
		for _, e := range one.state.Outbox.All() {
			if e.Template == "absorbed" {
				is(t, "kept out", e.Text, "@dan")
			}
		}
	})
	t.Run("a drill goes on in a drill and calls nobody", func(t *testing.T) {
		one, two := pair(t, drill, drill)
		two.does(alice, incident.Merge{Into: one.state, Page: []incident.Target{{To: "team:net"}}})
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		is(t, "pages", len(one.wants(journal.Page, 0)), 0)
		has(t, "said", one.wants(journal.Post, 0), one.state.Room+" would-page team:net")
	})
}

// open names the pending effects of some types.
func open(s *story, types ...string) []string {
	var keys []string
	for _, e := range s.state.Outbox.Open() {
		if slices.Contains(types, e.Type) {
			keys = append(keys, e.Key)
		}
	}
	return keys
}

// fallback is whom the page of a target would tell when it is not accepted.
func fallback(s *story, target string) []string {
	for _, e := range s.state.Outbox.All() {
		if e.Type == journal.Page && e.To == target {
			return e.People
		}
	}
	return nil
}

func TestWhatIsNotMerged(t *testing.T) {
	auditing := incident.Person{ID: "ada", Groups: []string{"auditors"}}
	resolve := func(s *story) { s.does(alice, incident.Resolve{Summary: "failed over"}) }
	alarm := func(s *story) { s.does(alice, incident.Close{As: incident.FalseAlarm, Because: "nothing"}) }
	tests := []struct {
		sentence   string
		main, part func(*incident.Declare)
		given      func(one, two *story)
		who        incident.Person
		code       fault.Code
		says       string
	}{
		{"only the commander merges", asIs, asIs, nil, dan, fault.Role, "(@alice)"},
		{"nothing goes on in what is closed", asIs, asIs, func(one, _ *story) { alarm(one) }, alice, fault.Closed, "INC-1 is closed"},
		{"nor in what is resolved, unless it is so itself", asIs, asIs, func(one, _ *story) { resolve(one) }, alice, fault.NotOpen, "INC-1 is resolved, and INC-2 is not"},
		{"what is resolved goes on in what is not", asIs, asIs, func(_, two *story) { resolve(two) }, alice, "", ""},
		{"both resolved", asIs, asIs, func(one, two *story) { resolve(one); resolve(two) }, alice, "", ""},
		{"a drill does not go on in what is real", asIs, drill, nil, alice, fault.Range, "DRL-2 is a drill, and INC-1 is not"},
		{"what is real does not go on in a drill", drill, asIs, nil, alice, fault.Range, "DRL-1 is a drill"},
		{"nobody merges into what they may not see", private, asIs, func(one, two *story) {
			two.does(alice, incident.Assign{Role: incident.Commander, To: bob})
			two.does(bob, incident.Accept{})
		}, bob, fault.Role, "INC-1 is private"},
		{"auditors see it and merge all the same", private, asIs, func(one, two *story) {
			two.keep(two.state.ID, auditing, "", []incident.Statement{{Fact: &incident.RoleTaken{Role: incident.Commander, Person: "ada"}}})
		}, auditing, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.sentence, func(t *testing.T) {
			one, two := pair(t, tt.main, tt.part)
			if tt.given != nil {
				tt.given(one, two)
			}
			if tt.code == "" {
				two.does(tt.who, mergeInto(one))
				if err := absorb(one, two); err != nil {
					t.Error(err)
				}
				return
			}
			two.refused(tt.who, mergeInto(one), tt.code, tt.says)
		})
	}
	t.Run("nothing goes on in itself", func(t *testing.T) {
		one, _ := pair(t, asIs, asIs)
		one.refused(alice, mergeInto(one), fault.Range, "into itself")
	})
	t.Run("nor in a circle, nor where the other one has gone on", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, mergeInto(one))
		one.refused(alice, mergeInto(two), fault.Range, "a circle")
		two.state.MergedInto = "INC-7"
		one.refused(alice, mergeInto(two), fault.Closed, "it goes on in INC-7")
	})
}

func TestAMergeThatIsTakenBack(t *testing.T) {
	t.Run("when the other one has ended meanwhile, the part is open again", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, mergeInto(one))
		one.does(alice, incident.Close{As: incident.FalseAlarm, Because: "nothing"})
		err := absorb(one, two)
		is(t, "code", fault.CodeOf(err), fault.Closed)
		before := len(two.entries)
		v := incident.Decide(two.state, two.context(bot), incident.Fail{Key: "INC-2/merge:INC-1", Reason: "INC-1 is closed"})
		is(t, "told the register", len(v.Register), 1)
		two.keep("INC-2", bot, "", v.Statements)
		are(t, "facts", two.kinds(before), "incident.reopened")
		are(t, "wanted still", open(two, journal.Merge, journal.Register))
		is(t, "phase", two.state.Phase, incident.Investigating)
		is(t, "into", two.state.MergedInto, "")
		is(t, "acting", two.state.Roles.Acting, "alice")
		has(t, "said", two.wants(journal.Post, before), two.state.Room+" gave-up INC-2/merge:INC-1")
		has(t, "said", two.wants(journal.Post, before), two.state.Room+" reopened")
	})
	t.Run("opened again before the other one has it, it is wanted no longer", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, mergeInto(one))
		before := len(two.entries)
		two.does(alice, incident.Reopen{Because: "another cause"})
		are(t, "facts", two.kinds(before), "incident.reopened")
		are(t, "wanted still", open(two, journal.Merge, journal.Register))
		has(t, "the other room is told", two.wants(journal.Post, before), one.state.Room+" reopened INC-1")
	})
	t.Run("and merged again it is another wish", func(t *testing.T) {
		one, two := pair(t, asIs, asIs)
		two.does(alice, mergeInto(one))
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		two.does(bot, incident.Settle{Key: "INC-2/merge:INC-1", Ref: "INC-1#9"})
		two.does(alice, incident.Reopen{Because: "another cause"}, mergeInto(one))
		if err := absorb(one, two); err != nil {
			t.Fatal(err)
		}
		is(t, "parts", len(one.state.Absorbed), 2)
	})
}
