package commands_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/incident"
	"holdfast/internal/fault"
)

func TestTheSameWordsTypedAnotherWayRecordTheSame(t *testing.T) {
	for plain, others := range map[string][]string{
		`note "lag is 2 s" tag:finding`: {
			`log "lag is 2 s" tag:finding`, `NOTE "lag is 2 s" Tag=finding`, `no “lag is 2 s” --tag finding`, `note lag is 2 s tag:finding`,
			`note tag:finding "lag is 2 s"`, `note "lag is 2 s" --tag=finding`, `note "lag is 2 s" —tag finding`, `note "lag is 2 s" tag:"finding"`,
		},
		`severity 1 because "all regions"`: {
			`sev 1 because "all regions"`, `sev SEV1 because:"all regions"`, `severity sev-1 --because "all regions"`, `se 1 because=“all regions”`, `severity because "all regions" 1`,
		},
		`role lead:dba @dan`:             {`role lead=dba @dan`, `assign @dan lead:dba`, `role --lead dba @dan`, `role LEAD:dba @DAN`, `lead lead:dba @dan`},
		`handover commander @bob`:        {`handoff commander @bob`, `handover @bob commander`, `handover comma @bob`, `hand COMMANDER @Bob`, `handover ic @bob`},
		`role claim commander`:           {`role claim commander @alice`, `role claim ic`, `assign claim commander`},
		`update "soon" audience:exec`:    {`update exec "soon"`, `update "soon" --audience exec`, `up "soon" audience=e`, `update EXEC “soon”`},
		`update "exec is on it"`:         {`update exec is on it`, `update audience:team "exec is on it"`},
		`update draft "x" audience:exec`: {`update draft exec "x"`, `update draft "x" audience:ex`},
		`page team:dba "lag unknown"`:    {`page "lag unknown" team:dba`, `escalate team=dba lag unknown`, `page --team dba “lag unknown”`},
		`edit services payments-api,mq`:  {`edit services payments-api, mq`, `edit s "payments-api mq"`, `edit services payments-api,mq,mq`},
		`phase identified`:               {`phase ident`, `ph IDENTIFIED`},
		`task add "x" @dan due:+10m`:     {`task add x @dan due=+10m`, `task add @dan --due +10m "x"`, `TASK ADD "x" @dan, due:+10m`, `task ad "x" @dan due:+10m`},
		`decide "wait" because "lag" alternatives "restore" --reversible no`: {
			`decide wait because lag alternatives restore reversible:no`, `decide "wait" because:"lag" alternatives:"restore" reversible=n`,
		},
		`note "rate: 5 = low"`:      {`note rate: 5 = low`},
		`correct 1 "y" because "z"`: {`correct #1 "y" because "z"`, `correct INC-1#1 "y" because "z"`, `correct inc-1#1 y because z`},
		`resolve "done" at:10:01`:   {`resolve "done" at:-4m`, `resolve done at:2026-11-02T10:01:00Z`, `resolve "done" at:–4m`},
	} {
		for _, other := range others {
			t.Run(other, func(t *testing.T) {
				if diff := cmp.Diff(recordedBy(t, plain), recordedBy(t, other)); diff != "" {
					t.Errorf("%s (-) and %s (+) differ:\n%s", plain, other, diff)
				}
			})
		}
	}
}

// recordedBy returns what a command adds to INC-1, five minutes into it.
func recordedBy(t *testing.T, words string) []said {
	t.Helper()
	d := quiet(t)
	d.ok("alice", ops, `declare "checkout failing" sev:2 service:payments-api at:-20m`)
	d.later(5 * minute)
	before := len(d.entries("INC-1"))
	d.ok("alice", war, words)
	added := recordedIn(d, "INC-1")[before:]
	for i := range added {
		added[i].Print = "" // quoted or not, a text is the same
	}
	return added
}

func TestADeclarationReadsItsServicesAsAList(t *testing.T) {
	for _, words := range []string{
		`declare "x" service:idp,mq`, `declare "x" service:idp, mq`, `declare "x" service:idp service:mq`, `declare "x" services=idp,mq`, `declare "x" --service "idp mq"`,
		`declare x service:IDP,mq,idp sev:3`,
	} {
		t.Run(words, func(t *testing.T) {
			d := quiet(t)
			d.ok("alice", ops, words)
			s := d.state("INC-1")
			if s.Title != "x" || strings.Join(s.Services, " ") != "idp mq" {
				t.Errorf("got %q about %q", s.Title, s.Services)
			}
		})
	}
}

func TestNoWordOfANoteIsLost(t *testing.T) {
	for _, text := range []string{
		"lag is high because the disk is full", "it happened again", "because", "again", "alternatives are few", "see https://x.example/a?b=c", "ratio 3:1",
		"ask bob and dan, then me", "5 > 3 & 2 < 4", "it's --- done", "#41 was wrong", "the key: it was lost",
		"@bob says it is in #ops, ask @carol", "#ops",
	} {
		t.Run(text, func(t *testing.T) {
			d := declared(t)
			d.ok("alice", war, "note "+text)
			if n := d.last("note.added").Fact.(*incident.NoteAdded); n.Text != text {
				t.Errorf("it was recorded as %q", n.Text)
			}
		})
	}
}

func TestAReasonOfSeveralWordsIsNotTornApart(t *testing.T) {
	d := declared(t)
	d.unchanged("a reason without quotation marks", func() {
		for _, words := range []string{
			"decide fail over to B because replica lag is 2 s", "correct 1 checkout slow because nobody saw it", "severity 3 because one customer only",
			"reopen because errors are back", "task block T1 because waiting for the vendor", "update skip exec because board call",
		} {
			d.refused(fault.Usage, "alice", war, words).says("because", `"`)
		}
	})
	d.ok("alice", war, "decide fail over to B because lag")
	if e := d.last("decision.made"); e.Because != "lag" || e.Fact.(*incident.DecisionMade).Text != "fail over to B" {
		t.Errorf("recorded %+v because %q", e.Fact, e.Because)
	}
}

func TestWordsThatBeginSeveralVerbsAreRefusedWithTheList(t *testing.T) {
	d := declared(t)
	for words, list := range map[string]string{
		"de x":          "declare, deny or decide",
		"re x":          "resolve or reopen",
		"t":             "timeline, time, task or ticket",
		"phase i":       "investigating or identified",
		"update skip x": "team, exec, customer",
	} {
		a := d.say("alice", war, words)
		if a.Code() != fault.Ambiguous && a.Code() != fault.Range || a.form() != nil {
			t.Errorf("%s: code %q", words, a.Code())
		}
		a.says(list)
	}
}

func TestWhoIsNamedIsTakenOrRefusedAndNeverDropped(t *testing.T) {
	d := declared(t)
	d.unchanged("two people where one is meant", func() {
		d.refused(fault.Usage, "alice", war, `page @dan @dora "lag"`).says("@dan", "@dora")
		d.refused(fault.Usage, "alice", war, `task add "look" @dan @dora`)
		d.refused(fault.Usage, "alice", war, "role comms @hana @carol")
		d.refused(fault.Usage, "alice", war, `resolve "done" @bob`).says("@bob")
		d.refused(fault.Usage, "alice", war, "verify @olga").says("@olga")
		d.refused(fault.Usage, "alice", war, `declare "x" @bob`).says("@bob", "--commander")
	})
	d.ok("alice", war, `task add "ask @dora" @dan`)
	d.ok("alice", war, "update exec is told by @hana")
	if u := d.last("update.sent").Fact.(*incident.UpdateSent); u.Text != "exec is told by @hana" {
		t.Errorf("sent %q", u.Text)
	}
}

func TestARoomNamesItsIncident(t *testing.T) {
	d := declared(t)
	d.later(2 * minute)
	other := d.ok("gina", ops, `declare "login slow" sev:3 service:idp`).Reply.MoveTo
	d.ok("alice", other, "status "+war).says("INC-1")
	d.ok("alice", ops, "severity 1 "+war).says("INC-1#")
	d.unchanged("a room of no incident", func() {
		d.refused(fault.UnknownID, "alice", other, "severity 2 #ops").says("#ops", "#INC-1")
		d.refused(fault.UnknownID, "alice", other, "status #inc-1-some-other-name")
	})
}

func TestAMisspeltWordIsAnsweredWithTheNearest(t *testing.T) {
	d := declared(t)
	for _, c := range []struct {
		words string
		code  fault.Code
		says  string
	}{
		{"decalre x", fault.UnknownVerb, "Did you mean declare?"},
		{"handofer commander @bob", fault.UnknownVerb, "handover"},
		{"frobnicate", fault.UnknownVerb, "/incident help"},
		{"task dnoe T1", fault.UnknownVerb, "done"},
		{"task", fault.Usage, "add, done, block, list"},
		{"followup lsit", fault.UnknownVerb, "list"},
		{"ticket opne", fault.UnknownVerb, "open"},
		{"role commander @bobb", fault.UnknownID, "Did you mean bob"},
		{"page service:payment-api x", fault.UnknownID, "payments-api"},
		{"note x tga:y", fault.Usage, "Did you mean tag?"},
		{"status INC-1", fault.Usage, "#INC-1"},
		{"timeline inc-1", fault.Usage, "#INC-1"},
		{"role commander bob", fault.Usage, "@bob"},
		{"handover commander Bob", fault.Usage, "@bob"},
		{"followup own F1 dan", fault.Usage, "@dan"},
		{"status now please", fault.Usage, "status [#INC-42]"},
	} {
		d.refused(c.code, "alice", war, c.words).says(c.says)
	}
}

func TestTheBeginningOfASecondWordIsEnough(t *testing.T) {
	d := declared(t)
	d.ok("alice", war, `task ad "x"`)
	d.ok("alice", war, "task li").says("T1")
	d.ok("alice", war, `tick op "x"`)
	d.ok("alice", war, "followup l")
}

func TestRolesShowsWhoHoldsWhatAndRoleAloneAsks(t *testing.T) {
	d := declared(t)
	d.ok("bob", war, "role claim commander")
	d.ok("alice", war, "roles").says("Commander: @bob")
	d.say("alice", war, "role").asked()
}

func TestAnIncidentIsNamedFromElsewhere(t *testing.T) {
	d := declared(t)
	d.later(2 * minute)
	d.ok("gina", ops, `declare "login slow" sev:3 service:idp`).says("INC-2")
	for _, words := range []string{`note "seen #INC-2"`, `note #INC-2 "x"`, `note "x" #inc-2`} {
		d.ok("alice", war, words)
	}
	if n := d.count("INC-2", "note.added"); n != 2 {
		t.Errorf("INC-2 has %d notes, want 2", n)
	}
	d.ok("alice", war, "status #INC-2").says("login slow")
	d.ok("alice", ops, "timeline #INC-1").says("checkout failing")
	d.unchanged("naming none or two", func() {
		d.refused(fault.UnknownID, "alice", ops, `note "x" #INC-9`).says("There is no incident INC-9")
		d.refused(fault.Usage, "alice", ops, `note "x" #INC-1 #INC-2`).says("INC-1", "INC-2")
	})
	d.unchanged("an entry of another incident", func() {
		d.refused(fault.UnknownID, "alice", war, `correct INC-2#1 "x"`).says("INC-2", "#INC-2")
	})
}
