package commands_test

import (
	"strings"
	"testing"

	"holdfast/bot/console"
	"holdfast/commands"
	"holdfast/incident"
	"holdfast/internal/fault"
)

// reading is every command that records nothing.
var reading = []string{
	"status", "list", "list all", "mine", "timeline", "catchup", "task list", "followup list", "ticket list", "roles", "help", "help declare", "whoami", "",
}

// mutating is one line for every verb that records something, with what has to
// be there before. It is alice's in the room of INC-1.
var mutating = map[string]struct {
	who, words string
	before     []string
}{
	"declare":          {words: `declare "second trouble" sev:3 service:ledger`},
	"role":             {words: "role comms @hana"},
	"role claim":       {words: "role claim commander"},
	"role accept":      {who: "bob", words: "role accept", before: []string{"alice: role deputy @bob"}},
	"role decline":     {who: "bob", words: "role decline", before: []string{"alice: role deputy @bob"}},
	"role drop":        {words: "role drop", before: []string{"alice: role claim commander"}},
	"handover":         {words: "handover commander @bob"},
	"handover accept":  {who: "bob", words: "handover accept", before: []string{"alice: handover commander @bob"}},
	"handover decline": {who: "bob", words: "handover decline", before: []string{"alice: handover commander @bob"}},
	"severity":         {words: `severity 1 because "all regions"`},
	"phase":            {words: "phase identified"},
	"edit":             {words: `edit impact "no payments"`},
	"plan adopt":       {words: `plan adopt e4f5a6b because "step 4"`},
	"time":             {words: `time t0 -20m because "log"`},
	"merge":            {words: "merge #INC-2", before: []string{`alice: declare "switch down" sev:3 service:ledger`}},
	"invite":           {words: "invite @dan"},
	"private":          {words: `private because "customer data"`},
	"public":           {words: `public because "told"`, before: []string{`alice: private because "customer data"`}},
	"update":           {words: `update "failing over" audience:exec`},
	"update draft":     {words: `update draft "soon"`},
	"update send":      {words: "update send U1", before: []string{`alice: update draft "soon"`}},
	"update skip":      {words: `update skip exec because "board call"`},
	"approve":          {who: "lena", words: "approve A1", before: []string{`alice: update "Card payments fail." audience:customer`}},
	"deny":             {who: "lena", words: `deny A1 because "no"`, before: []string{`alice: update "Card payments fail." audience:customer`}},
	"page":             {words: `page team:dba "lag"`},
	"page ack":         {words: "page ack PG-1"},
	"decide":           {words: `decide "fail over" because "lag"`},
	"note":             {words: `note "lag is 2 s"`},
	"correct":          {words: `correct 1 "checkout slow" because "looked again"`},
	"task add":         {words: `task add "look" @dan`},
	"task done":        {words: "task done T1", before: []string{`alice: task add "look"`}},
	"task block":       {words: `task block T1 because "vendor"`, before: []string{`alice: task add "look"`}},
	"followup add":     {words: `followup add "alert" @dan`},
	"followup own":     {words: "followup own F1 @dan", before: []string{`alice: followup add "alert"`}},
	"followup done":    {words: "followup done F1", before: []string{`alice: followup add "alert"`}},
	"ticket open":      {words: `ticket open "disk"`},
	"ticket link":      {words: "ticket link OPS-311"},
	"follow":           {words: "follow"},
	"unfollow":         {words: "unfollow", before: []string{"alice: follow"}},
	"resolve":          {words: `resolve "failed over"`},
	"verify":           {who: "olga", words: "verify", before: []string{`alice: resolve "x"`}},
	"reopen":           {words: `reopen because "back"`, before: []string{`alice: resolve "x"`}},
	"close":            {words: "close", before: []string{`alice: resolve "x"`, "olga: verify"}},
}

// readyFor returns a desk where the line of a verb can be said, and who says it.
func readyFor(t *testing.T, verb string) (d *desk, who, words string) {
	t.Helper()
	m := mutating[verb]
	d = declared(t)
	d.later(2 * minute)
	for _, line := range m.before {
		who, words, _ := strings.Cut(line, ": ")
		d.ok(who, war, words)
	}
	if m.who == "" {
		m.who = "alice"
	}
	return d, m.who, m.words
}

func TestTheListsOfThesesTestsHoldEveryVerb(t *testing.T) {
	reads := map[string]bool{"export": true, "oncall": true} // and not for outsiders
	for _, words := range reading {
		reads[words] = true
	}
	for _, cmd := range commands.Under(commands.IncidentRoot) {
		if _, writes := mutating[cmd.Verb]; writes == reads[cmd.Verb] {
			t.Errorf("%s has to be in the list of reading or of mutating commands", cmd.Verb)
		}
	}
}

// A guest is a vendor's engineer, whom the plan knows; a stranger nobody knows.
var outsiders = []string{"vera", "u024be7lh"}

func TestOutsidersReadAtMost(t *testing.T) {
	for _, who := range outsiders {
		for verb := range mutating {
			t.Run(who+" "+verb, func(t *testing.T) {
				d, _, words := readyFor(t, verb)
				before := len(d.entries("INC-1"))
				d.refused(fault.Role, who, war, words)
				for _, e := range d.entries("INC-1")[before:] {
					if f, ok := e.Fact.(*incident.AccessDenied); !ok || f.Person != who {
						t.Errorf("recorded: %s %+v", e.Fact.Kind(), e.Fact)
					}
				}
			})
		}
		t.Run(who+" reads", func(t *testing.T) {
			d := declared(t)
			d.unchanged("reading", func() {
				for _, words := range reading {
					d.ok(who, war, words)
				}
			})
			d.refused(fault.Role, who, war, "export").says("facilitators and auditors")
			if len(d.wrote) > 0 {
				t.Errorf("@%s was handed %v", who, d.wrote)
			}
		})
	}
}

func TestAnOutsiderIsNotAskedForWhatIsRefusedAnyway(t *testing.T) {
	for _, who := range outsiders {
		d := declared(t)
		for _, words := range []string{"note", "decide", "page", "task add", "severity 4", "close as:false-alarm", "reopen"} {
			d.refused(fault.Role, who, war, words).says("everybody but guests")
		}
		d.refused(fault.Role, who, ops, "declare")
	}
}

func TestADenialIsRecordedOnceAMinute(t *testing.T) {
	d := declared(t)
	for range 3 {
		d.refused(fault.Role, "mallory", war, "phase identified").says("the commander or the acting commander (@alice)")
	}
	if n := d.count("INC-1", "access.denied"); n != 1 {
		t.Errorf("%d denials within a minute", n)
	}
	d.later(minute)
	d.refused(fault.Role, "mallory", war, "phase identified")
	if n := d.count("INC-1", "access.denied"); n != 2 {
		t.Errorf("%d denials in two minutes", n)
	}
}

func TestWhoamiSaysWhatThePlanAndTheIncidentKnow(t *testing.T) {
	d := declared(t)
	d.ok("alice", war, "whoami").says("You are @alice, Alice Adeyemi", "responders, commanders", "acting commander")
	d.ok("hana", ops, "whoami").says("@hana, Hana Horvat", "comms").hides("Roles in")
	d.ok("bob", war, "whoami").says("Roles in INC-1: none")
	d.ok("vera", ops, "whoami").says("@vera", "read at most")
	d.ok("u024be7lh", ops, "whoami").says("does not know @u024be7lh", "read at most", "people.yaml")
	d.ok("gina", ops, "whoami #INC-1").says("Roles in INC-1")
}

func TestEveryWayInIsTheSameParser(t *testing.T) {
	d := declared(t)
	for _, line := range []string{`/incident note "x"`, `/inc note "x"`, `!inc note "x"`, `@holdfast note "x"`, `@holdfast incident note "x"`} {
		d.line("alice", war, line).accepted()
	}
	d.line("alice", console.DM, `note "x" #INC-1`)
	if n := d.count("INC-1", "note.added"); n != 5 {
		t.Errorf("%d notes, want 5: plain chat is none", n)
	}
}
