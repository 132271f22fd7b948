package commands_test

import (
	"strings"
	"testing"

	"holdfast/bot"
	"holdfast/templates"
)

// home returns what a person's own page says, with its buttons.
func (d *desk) home(who string) string {
	d.Helper()
	m, err := d.bot.Home(d.Context(), bot.Request{Platform: "console", Person: who})
	if err != nil {
		d.Fatal(err)
	}
	text := templates.Plain(m)
	for _, b := range m.Buttons() {
		text += "\nbutton " + b.Command
	}
	return text
}

func TestAHomeShowsWhatWaitsForAPerson(t *testing.T) {
	d := declared(t)
	d.ok("bob", war, "role claim commander")
	d.ok("bob", war, "role comms @alice")
	d.ok("bob", war, `task add "look at the replica" @carol due:+30m`)
	d.ok("bob", war, `followup add "alert on lag" @carol`)
	d.ok("carol", war, `update draft "cards work"`)
	for who, want := range map[string][]string{
		"alice": {"@bob offers you the role comms", "button role accept \"comms\" #INC-1", "button role decline \"comms\" #INC-1"},
		"bob":   {"you are commander", "U1, a draft to team by @carol: cards work", "button update send U1 #INC-1"},
		"carol": {"T1, due 10:30", "look at the replica", "button task done T1 #INC-1", "F1", "alert on lag", "U1, a draft", "button update send U1"},
		"dan":   {"Nothing is waiting for you.", "INC-1 SEV2 checkout failing: investigating, in command @bob", "button declare"},
	} {
		got := d.home(who)
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("@%s does not see %q:\n%s", who, w, got)
			}
		}
	}
	d.ok("alice", war, "role accept comms")
	if got := d.home("alice"); strings.Contains(got, "offers you") || !strings.Contains(got, "you are comms") {
		t.Errorf("after accepting:\n%s", got)
	}
}

func TestAHomeShowsAPrivateIncidentToItsPeopleAloneAndNeverItsTitle(t *testing.T) {
	d := quiet(t)
	d.ok("alice", ops, `declare "staff data" sev:2 --private`)
	if got := d.home("alice"); !strings.Contains(got, "INC-1 SEV2 (private)") || strings.Contains(got, "staff") {
		t.Errorf("alice sees\n%s", got)
	}
	for _, who := range []string{"bob", "vera", "u0mallory1"} {
		if got := d.home(who); strings.Contains(got, "INC-1") || strings.Contains(got, "staff") {
			t.Errorf("@%s sees\n%s", who, got)
		}
	}
	if got := d.home("u0mallory1"); !strings.Contains(got, "The plan does not know you") || strings.Contains(got, "button") {
		t.Errorf("a stranger sees\n%s", got)
	}
}
