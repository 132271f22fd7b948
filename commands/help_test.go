package commands_test

import (
	"slices"
	"strings"
	"testing"

	"holdfast/commands"
	"holdfast/internal/fault"
)

func TestHelpFitsOneScreenAndNamesEveryVerb(t *testing.T) {
	d := quiet(t)
	for _, root := range commands.Roots {
		lines := strings.Split(d.line("alice", ops, "/"+root+" help").accepted().text(), "\n")
		for _, cmd := range commands.Under(root) {
			group, _, _ := strings.Cut(cmd.Verb, " ")
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, group+": ") }) {
				t.Errorf("%s is not in that of %s", group, root)
			}
		}
		if len(lines) > 40 {
			t.Errorf("that of %s takes %d lines", root, len(lines))
		}
	}
}

func TestHelpOfEveryVerbShowsItsUsageExamplesAndWhoMay(t *testing.T) {
	d := quiet(t)
	for _, cmd := range commands.Table() {
		help := func(of string) answer {
			return d.line("alice", ops, "/"+cmd.Root+" help "+of).accepted().says(cmd.Says)
		}
		a := help(cmd.Verb).says(cmd.Who, "/"+cmd.Root+" "+cmd.Usage)
		for _, e := range cmd.Examples {
			a.says("/" + cmd.Root + " " + e)
		}
		for _, s := range cmd.Synonyms {
			a.says(s)
			help(s)
		}
		if group, _, sub := strings.Cut(cmd.Verb, " "); sub {
			help(group)
		}
	}
}

func TestHelpUnderstandsWhatTheParserDoes(t *testing.T) {
	d := quiet(t)
	for asked, says := range map[string]string{
		"help decl": "declare an incident", "help HANDOVER": "it is in force when it is accepted", "help sev": "change the severity",
		"help task": "give somebody work", "help task done": "a task is done", "help task frobnicate": "give somebody work",
		"help incident": "", "help because": "", "help \"role claim\"": "role",
	} {
		a := d.say("alice", ops, asked)
		if says == "" {
			a.refused(fault.UnknownVerb)
			continue
		}
		a.accepted().says(says)
	}
	d.refused(fault.UnknownVerb, "alice", ops, "help decalre").says("Did you mean declare?")
	d.refused(fault.Ambiguous, "alice", ops, "help re").says("resolve or reopen")
}

// Every refusal names what is wrong in a sentence and, unless the sentence
// says it already, what to do next.
func TestARefusalIsASentenceAndANextStep(t *testing.T) {
	d := declared(t)
	d.ok("alice", war, `task add "look" @dan`)
	d.ok("dan", war, "task done T1")
	for _, c := range []struct{ who, words string }{
		{"alice", "frobnicate"}, {"alice", "de x"}, {"alice", "task"}, {"alice", `note "x`}, {"alice", `note ""`}, {"alice", "severity 9"}, {"alice", "severity 2"},
		{"alice", `note "x" at:+1h`}, {"alice", `time tr 10:00`}, {"alice", `time t0 -10`}, {"mallory", `decide "x" because "y"`}, {"mallory", "role claim commander"},
		{"alice", "close"}, {"alice", "verify"}, {"alice", `reopen because "x"`}, {"bob", "role accept"}, {"bob", "role accept comms"}, {"bob", "role drop"}, {"bob", "handover commander @carol"},
		{"dan", "task done T1"}, {"alice", "task done T9"}, {"alice", "followup own F9 @dan"}, {"alice", "followup done F9"}, {"alice", "update send U9"},
		{"alice", "page ack PG-9"}, {"alice", "ticket link lost"}, {"alice", "correct 4711 x"}, {"alice", "role comms @mallory"}, {"alice", "role comms @vera"}, {"alice", "role commander @alice x"},
		{"mallory", "export"}, {"vera", `note "x"`}, {"alice", `edit title "checkout failing"`}, {"alice", "edit services payments-api"}, {"alice", "status #INC-9"}, {"alice", `declare "x" --commander @bob --comms @bob`},
		{"alice", `declare "x" --commander @mallory`}, {"alice", `update "x" next:9d`}, {"alice", "handover comms @hana"},
	} {
		a := d.say(c.who, war, c.words)
		if a.Code() == "" || a.Code() == fault.Internal {
			t.Errorf("%s: code %q: %s", c.words, a.Code(), a.text())
			continue
		}
		sentence, _, hasNext := strings.Cut(strings.TrimPrefix(a.text(), string(a.Code())+" "), "\n")
		if !strings.ContainsAny(sentence[len(sentence)-1:], ".?") {
			t.Errorf("%s: no sentence: %s", c.words, a.text())
		}
		if a.Code() == fault.Role && c.who != "alice" && !hasNext {
			t.Errorf("%s: it does not say whom to ask: %s", c.words, a.text())
		}
	}
}
