package rehearse_test

import (
	"strings"
	"testing"

	"holdfast/rehearse"
)

func TestAButtonIsPressedOnTheNewestMessageThatHasIt(t *testing.T) {
	holds(t, declared+`@bob #inc-1-checkout-failing: what is going on?
expect not reply
@bob clicks "Claim command"
expect ok
expect state INC-1 roles.commander = bob
@bob: /incident handover commander @carol
@carol clicks "Accept" in dm
expect state INC-1 roles.commander = carol
@alice clicks "Status" in reply
expect reply @alice ~ Commander: @carol
`)
	report := failures(t, declared+"@bob clicks \"Claim comand\" in #inc-1-checkout-failing\n")
	if !strings.Contains(report, "scene.txt:4: @bob clicks \"Claim comand\" in #inc-1-checkout-failing\nsaw:\n  @bob sees no button \"Claim comand\" in #inc-1-checkout-failing. Buttons there: Claim command") {
		t.Error(report)
	}
}

func TestAFormIsSentAsPrefilledButForTheNamedFields(t *testing.T) {
	holds(t, stage+`@dan #ops: /incident declare sev:2
expect form @dan ~ Severity: 2
expect not journal INC-1
@dan submits title="mail is slow"
expect state INC-1 title = mail is slow
expect state INC-1 severity = 2
@dan #ops: /incident declare
@dan cancels
expect not journal
`)
	report := failures(t, stage+"@dan #ops: /incident declare\n@dan submits titel=x\n@dan cancels\n@dan cancels\n")
	if !strings.Contains(report, `has no field "titel". Its fields are title,`) ||
		!strings.Contains(report, "saw:\n  No form is open for @dan. A command whose argument is missing opens one.\n2 checks, 2 failed") {
		t.Error(report)
	}
}

func TestThePlaceIsTheLastOne(t *testing.T) {
	_, _, transcript := rehearsed(t, stage+`@bob: hello
@bob #ops: here
@bob: still here
@bob dm: in private
@bob: still in private
@alice #ops: /incident declare "x" sev:4
@alice: in its room
`)
	want := []string{"#general: hello", "#ops: here", "#ops: still here", "dm: in private", "dm: still in private", "#inc-1-x: in its room"}
	for _, w := range want {
		if !strings.Contains(transcript, `"`+w+`"`) {
			t.Errorf("missing %q\n%s", w, transcript)
		}
	}
}

func TestARedeliveryChangesNothingAndIsAnsweredAlike(t *testing.T) {
	holds(t, declared+`redeliver
expect reply @alice ~ ^INC-1 SEV1
expect not journal
@bob #inc-1-checkout-failing: /incident note "one"
restart
redeliver
expect reply @bob ~ one
expect journal INC-1 count note.added = 1
`)
	if report := failures(t, stage+"redeliver\n"); !strings.Contains(report, "saw:\n  Nothing has been delivered yet. Type a command first.\n") {
		t.Error(report)
	}
}

func TestTogetherIsARaceWithAKnownWinner(t *testing.T) {
	race := declared + "@alice: /incident role drop\ntogether\n"
	for _, p := range []string{"dan", "bob", "carol", "erin", "frank", "gina", "heidi"} {
		race += "@" + p + " #inc-1-checkout-failing: /incident role claim commander\n"
	}
	race += "end\n"
	holds(t, race+`expect state INC-1 roles.commander = dan
expect exactly 1 journal INC-1 ~ ^role.taken
expect reply @dan ~ took
expect exactly 1 reply @carol ~ already done by @dan
expect error E_LOST_RACE
expect pending 0
expect verify INC-1 ok
`)
	_, _, first := rehearsed(t, race)
	if order := speakers(first); order != "alice dan bob carol erin frank gina heidi" {
		t.Errorf("inputs came as %s", order)
	}
	for range 5 {
		if _, _, again := rehearsed(t, race); again != first {
			t.Fatalf("two runs differ:\n%s\n%s", first, again)
		}
	}
}

// speakers returns who acted, in order.
func speakers(transcript string) string {
	var names []string
	for l := range strings.Lines(transcript) {
		if f := strings.Fields(l); f[1] == "input" && (len(names) == 0 || names[len(names)-1] != f[2][1:]) {
			names = append(names, f[2][1:])
		}
	}
	return strings.Join(names, " ")
}

func TestAProcessEndsAtTheArmedPointAndIsStartedAgain(t *testing.T) {
	tests := map[string]string{
		"the entry has landed, the answer has not": `restart after-append
@bob #inc-1-checkout-failing: /incident note "kept"
expect not reply
expect journal INC-1 has note.added text=kept
redeliver
expect reply @bob ~ kept
expect journal INC-1 count note.added = 1
`,
		"the pager was called, and nobody knows": `restart after-send
@bob #inc-1-checkout-failing: /incident page team:dba "come"
expect reply @bob
expect exactly 1 page team:dba
expect exactly 1 journal INC-1 ~ ^page.settled
expect pending 0
`,
		"the pager has answered, and nobody has written it down": `restart before-settle
@bob #inc-1-checkout-failing: /incident page team:dba "come"
expect exactly 1 page team:dba
expect journal INC-1 count page.settled = 2
expect pending 0
`,
		"the clock goes on to where it was sent": `restart after-append
+10m
expect journal INC-1 count command.unclaimed = 1
@alice: /incident note "x"
expect journal INC-1 has note.added recorded_at=2026-11-02T10:10:00Z
`,
		"a race ends with the process": `restart after-append
together
@bob #inc-1-checkout-failing: /incident role claim commander
@dan #inc-1-checkout-failing: /incident role claim commander
end
expect not reply
expect not reply @bob
expect state INC-1 roles.commander = bob
`,
	}
	for name, scene := range tests {
		t.Run(name, func(t *testing.T) { holds(t, declared+scene) })
	}
	report := failures(t, declared+"restart before-settle\n@bob: hello\n")
	if !strings.Contains(report, "scene.txt:4: restart before-settle\nsaw:\n  the act that followed never came to this point") {
		t.Error(report)
	}
}

func TestACounterpartyFailsForATimeOrForSomeCalls(t *testing.T) {
	holds(t, stage+`fail pager refuse for 4m
`+strings.TrimPrefix(declared, stage)+`expect not page
expect pending 1
+3m59s
expect ever not page
+2m
expect page team:app
expect pending 0
fail tracker 500 1 times
@alice: /incident ticket open "one"
expect not ticket
+1m
expect ticket new ~ one
slow tracker 5s
@alice: /incident ticket open "two"
expect pending 1
+4s
expect pending 1
+1s
expect pending 0
fail chat hang
@alice: /incident decide "wait" because "it heals"
expect not post
heal chat
+5m
expect post #inc-1-checkout-failing ~ wait
`)
}

func TestAStoreThatIsDownTakesNothing(t *testing.T) {
	for _, mode := range []string{"refuse", "hang", "503", "garbage", "tls"} {
		holds(t, declared+"fail store "+mode+`
@bob #inc-1-checkout-failing: /incident note "lost"
expect error E_STORE
expect reply @bob ~ NOT RECORDED
heal store
expect journal INC-1 lacks note.added
@bob: /incident note "kept"
expect ok
expect journal INC-1 count note.added = 1
expect verify INC-1 ok
`)
	}
	holds(t, declared+`fail store lost-reply 1 times
@bob #inc-1-checkout-failing: /incident note "landed"
expect ok
expect journal INC-1 count note.added = 1
fail store refuse 1 times
@bob: /incident note "lost"
expect error E_STORE
@bob: /incident note "kept"
expect ok
`)
}

func TestAnAnswerComesWhenItsTimeHasCome(t *testing.T) {
	_, _, transcript := rehearsed(t, declared+"slow store 1s\n@bob #inc-1-checkout-failing: /incident note \"x\"\n+1m\n")
	var reply string
	for l := range strings.Lines(transcript) {
		if strings.Contains(l, "reply @bob") {
			reply = l
		}
	}
	if reply == "" || strings.HasPrefix(reply, "2026-11-02T10:00:00Z") {
		t.Errorf("the answer took no time: %s\n%s", reply, transcript)
	}
}

func TestAProcessThatCannotStartIsTriedAgain(t *testing.T) {
	holds(t, declared+`fail store refuse for 1m
restart
@bob #ops: /incident list
expect not reply
+2m
@bob #ops: /incident list
expect reply ~ INC-1
`)
}

func TestAPlanThatCannotBeUsedIsRefusedAndTheOldOneStays(t *testing.T) {
	exit, report, transcript := rehearsed(t, declared+"fail plan 503\nuse plan .\n@alice: /incident note \"x\"\nexpect ok\n")
	if exit != rehearse.Clean || !strings.Contains(transcript, `input - "use plan ."`) {
		t.Errorf("exit %d\n%s\n%s", exit, report, transcript)
	}
}

func TestARecordIsWrittenBelowTheOutputFolder(t *testing.T) {
	holds(t, declared+`export INC-1 md > out/record.md
expect file out/record.md ~ ^record of INC-1 as md$
export INC-1 jsonl > "my record.jsonl"
expect file "my record.jsonl" ~ jsonl
@alice: /incident export
expect file INC-1.md ~ INC-1
`)
}
