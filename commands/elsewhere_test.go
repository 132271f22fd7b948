package commands_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/bot/console"
	"holdfast/commands/grammar"
	"holdfast/internal/fault"
)

func TestOutsideARoomAButtonCarriesTheSameWordsWithTheIncident(t *testing.T) {
	lines := []string{
		`note "on my way"`, `note on my way`, `page team:dba "lag" again`, `decide "x" because "y" --reversible no`, `task add "x" @dan due:+10m --dry-run`,
		`note “curly” tag:finding`, `status`, `role claim commander`, `note it happened again`, `note ends in a backslash\`, "note again", "note --at -10m x", "note #ops",
	}
	for _, text := range hostile {
		lines = append(lines, "note x "+text)
	}
	for _, words := range lines {
		t.Run(words, func(t *testing.T) {
			elsewhere, inside := declared(t), declared(t)
			elsewhere.later(minute)
			inside.later(minute)
			within := inside.say("bob", war, words)
			if within.Code() == fault.Quotes || within.Code() == fault.Usage {
				elsewhere.refused(within.Code(), "bob", ops, words)
				return
			}
			elsewhere.unchanged(words, func() {
				elsewhere.refused(fault.Missing, "bob", ops, words).says("Which incident?", "[INC-1]")
			})
			if clicked := elsewhere.click("bob", "INC-1"); clicked.Code() != within.Code() {
				t.Errorf("the button gets %s, the words in the room %s", clicked.text(), within.text())
			}
			if got, want := facts(elsewhere), facts(inside); got != want {
				t.Errorf("the button recorded\n%s\nthe words in the room\n%s", got, want)
			}
		})
	}
}

func facts(d *desk) string {
	var b strings.Builder
	for _, s := range recordedIn(d, "INC-1") {
		fmt.Fprintf(&b, "%s %s %+v\n", s.Kind, s.Because, s.Fact)
	}
	return b.String()
}

func TestNoMoreThanTheLastFiveAreOffered(t *testing.T) {
	d := quiet(t)
	d.refused(fault.Missing, "alice", ops, "status").says("No incident is active", "#INC-1", "list all")
	for i := range 7 {
		d.ok("alice", ops, fmt.Sprintf(`declare "trouble %d" sev:4`, i+1))
		d.later(2 * minute)
	}
	var labels []string
	for _, b := range d.say("alice", ops, "status").Reply.Message.Buttons() {
		labels = append(labels, b.Label)
	}
	if got := strings.Join(labels, " "); got != "INC-3 INC-4 INC-5 INC-6 INC-7" {
		t.Errorf("offered are %s", got)
	}
}

func TestTheRootAloneShowsWhatCanBeDoneWhereItIsTyped(t *testing.T) {
	d := quiet(t)
	d.ok("alice", ops, "").says("No active incidents", "[Declare an incident]")
	d.ok("alice", ops, `declare "checkout failing" sev:2`)
	d.ok("bob", ops, "").says("INC-1", "checkout failing", "SEV2", "@alice")
	d.ok("bob", console.DM, "").says("INC-1")
	tray := d.ok("bob", war, "").says("INC-1 checkout failing", "[Claim command]", "[Resolve]").hides("[Close]", "[Reopen]")
	for _, b := range tray.Reply.Message.Buttons() {
		if _, err := grammar.Tokens(b.Command); err != nil {
			t.Errorf("the button %s: %v", b.Label, err)
		}
	}
	d.ok("alice", war, `resolve "x"`)
	d.ok("bob", war, "").says("[Verify]", "[Close]", "[Reopen]").hides("[Resolve]")
	d.ok("bob", war, `verify`)
	d.ok("alice", war, "close")
	d.ok("bob", war, "").says("[Reopen]", "[Timeline]").hides("[Note]")
	d.ok("bob", "#inc-9-not-ours", "").says("No active incidents")
	d.ok("bob", "#inc-1-another-room", "").says("No active incidents")
}

func TestEveryButtonOfTheTrayIsACommandThatWorks(t *testing.T) {
	d := declared(t)
	for _, b := range d.ok("alice", war, "").Reply.Message.Buttons() {
		a := declared(t).say("alice", war, b.Command)
		if a.Code() != "" {
			t.Errorf("%s (%s): %s", b.Label, b.Command, a.text())
		}
	}
}

func TestListShowsTheOnesThatAreAskedFor(t *testing.T) {
	d := quiet(t)
	d.ok("alice", ops, `declare "first trouble" sev:4`)
	d.later(2 * minute)
	d.ok("alice", ops, `declare "second trouble" sev:4`)
	d.ok("alice", ops, `close as:false-alarm because "x" #INC-1`)
	d.ok("bob", ops, "list").says("second").hides("first")
	d.ok("bob", ops, "list active").says("second").hides("first")
	d.ok("bob", ops, "list closed").says("first").hides("second")
	d.ok("bob", ops, "list cl").says("first")
	d.ok("bob", ops, "list all").says("first", "second")
	d.refused(fault.Range, "bob", ops, "list mine").says("active, all, closed")
}

func TestMineShowsWhatWaitsForOnesWord(t *testing.T) {
	d := declared(t)
	d.ok("dan", ops, "mine").says("Nothing is waiting for you")
	d.ok("alice", war, `task add "check the lag" @dan`)
	d.ok("alice", war, `followup add "alert on lag" @dan`)
	d.ok("alice", war, "role deputy @dan")
	d.ok("dan", ops, "mine").says("INC-1", "deputy", "T1", "check the lag", "F1", "alert on lag")
	d.ok("olga", ops, "mine").hides("verify")
	d.ok("alice", war, `resolve "x"`)
	d.ok("olga", ops, "mine").says("verify")
}

// secrecy is a desk with a private incident of bob's.
func secrecy(t *testing.T) (*desk, string) {
	t.Helper()
	d := quiet(t)
	d.ok("bob", ops, `declare "stolen laptop" sev:2 service:idp --private --commander @bob`)
	return d, "#inc-1-stolen-laptop"
}

func TestAPrivateIncidentShowsItsTitleToNobodyElse(t *testing.T) {
	d, room := secrecy(t)
	d.ok("bob", room, `decide "wipe the laptop" because "stolen"`)
	for _, who := range []string{"erin", "vera", "nobody-knows-me"} {
		for _, place := range []string{ops, room, console.DM} {
			for _, words := range []string{
				"", "list", "list all", "list closed", "mine", "help", "whoami", "status", "status #INC-1", "timeline #INC-1", "catchup #INC-1", `note "x" #INC-1`, `note "x"`,
				"role claim scribe #INC-1", "export #INC-1", "task list #INC-1", "whoami #INC-1", "list #INC-1", "status #INC-1 --dry-run",
				`correct 1 "x" #INC-1`, "page ack #INC-1", "note #INC-1", "decide #INC-1",
				"invite @erin #INC-1", "follow #INC-1", "unfollow #INC-1", "merge #INC-2 #INC-1", `private because "x" #INC-1`, `public because "x" #INC-1`, "public #INC-1",
			} {
				a := d.say(who, place, words)
				if strings.Contains(strings.ToLower(a.text()), "laptop") {
					t.Errorf("@%s in %s is shown by %q:\n%s", who, place, words, a.text())
				}
			}
		}
	}
	d.ok("erin", ops, "list").says("INC-1", "private")
	d.refused(fault.Role, "erin", ops, "status #INC-1").says("INC-1 is private", "invitation")
	d.refused(fault.Role, "erin", room, "")
	d.refused(fault.Missing, "erin", ops, "status").hides("INC-1]")
}

func TestInTheRoomOfAPrivateIncidentTroubleOfOnesOwnCanBeDeclared(t *testing.T) {
	d, room := secrecy(t)
	d.ok("erin", room, `declare "mail slow" sev:4`).says("INC-2")
	d.ok("erin", room, "help")
}

func TestWhoIsInAPrivateIncidentSeesIt(t *testing.T) {
	d, room := secrecy(t)
	d.ok("bob", room, `task add "list the accounts" @gina`)
	d.ok("gina", console.DM, "status #INC-1").says("stolen laptop")
	d.ok("judy", ops, "timeline #INC-1").says("stolen laptop")
	d.ok("bob", ops, "list").says("private").hides("laptop") // others look over the shoulder
	d.ok("gina", ops, "mine").says("INC-1 (private)").hides("laptop")
}
