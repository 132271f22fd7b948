package commands

import (
	"fmt"
	"strings"

	"holdfast/incident"
)

// Reference returns docs/commands.md: every verb with its usage, who may, and
// examples.
func Reference() string {
	var b strings.Builder
	b.WriteString("# Commands\n\n" +
		"Generated from the commands themselves; `make docs` writes it anew.\n\n" +
		"Everything is typed after `/incident` (or `/inc`). Beginnings of words are enough where they are unambiguous, and a form asks for what is missing. " +
		"`key:value`, `key=value` and `--key value` are the same. `because` takes the next word or quoted text. " +
		"Outside an incident's room, `#INC-42` says which one is meant.\n\n" +
		"`--dry-run` on any command says what it would record and whom it would reach, and does nothing.\n\n" +
		"A command marked *once* refuses an identical repeat by the same person in the same room within 30 seconds; the word `again` repeats it on purpose.\n\n" +
		"| Verb | Also | What it does | Who |\n| --- | --- | --- | --- |\n")
	for _, c := range Table() {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s%s | %s |\n", c.Verb, strings.ReplaceAll(c.Verb, " ", "-"), strings.Join(c.Synonyms, ", "), c.Says, once(c), c.Who)
	}
	for _, c := range Table() {
		fmt.Fprintf(&b, "\n## %s\n\n%s. Who: %s.\n\n```\n/incident %s\n```\n\nFor example:\n\n```\n", c.Verb, sentenceCase(c.Says), c.Who, c.Usage)
		for _, e := range c.Examples {
			fmt.Fprintf(&b, "/incident %s\n", e)
		}
		b.WriteString("```\n")
	}
	b.WriteString("\n# Permission rules\n\nEvery entry names the rule that allowed it, every `access.denied` the rule that did not.\n\n| Rule | Who it allows |\n| --- | --- |\n")
	names, says := incident.Rules()
	for i := range names {
		fmt.Fprintf(&b, "| %s | %s |\n", names[i], says[i])
	}
	return b.String()
}

func once(c Command) string {
	if c.Once {
		return " (*once*)"
	}
	return ""
}
