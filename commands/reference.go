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
		"What is said while something is wrong is typed after `/incident` (or `/inc`), what is asked about the plan after `/continuity` (or `/dr`). Beginnings of words are enough where they are unambiguous, and a form asks for what is missing. " +
		"`key:value`, `key=value` and `--key value` are the same. `because` takes the next word or quoted text. " +
		"Outside an incident's room, `#INC-42` says which one is meant.\n\n" +
		"`--dry-run` on any command says what it would record and whom it would reach, and does nothing.\n\n" +
		"A command marked *once* refuses an identical repeat by the same person in the same room within 30 seconds; the word `again` repeats it on purpose.\n")
	for _, root := range Roots {
		fmt.Fprintf(&b, "\n# /%s\n\n| Verb | Also | What it does | Who |\n| --- | --- | --- | --- |\n", root)
		for _, c := range Under(root) {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s%s | %s |\n", c.Verb, strings.ReplaceAll(heading(c), " ", "-"), strings.Join(c.Synonyms, ", "), c.Says, once(c), c.Who)
		}
		for _, c := range Under(root) {
			fmt.Fprintf(&b, "\n## %s\n\n%s. Who: %s.\n\n```\n/%s %s\n```\n\nFor example:\n\n```\n", heading(c), sentenceCase(c.Says), c.Who, root, c.Usage)
			for _, e := range c.Examples {
				fmt.Fprintf(&b, "/%s %s\n", root, e)
			}
			b.WriteString("```\n")
		}
	}
	b.WriteString("\n# Permission rules\n\nEvery entry names the rule that allowed it, every `access.denied` the rule that did not.\n\n| Rule | Who it allows |\n| --- | --- |\n")
	names, says := incident.Rules()
	for i := range names {
		fmt.Fprintf(&b, "| %s | %s |\n", names[i], says[i])
	}
	return b.String()
}

// heading is what a command is found by where those of all roots stand: two may
// have the same verb.
func heading(c Command) string {
	if c.Root != ContinuityRoot {
		return c.Verb
	}
	return c.Root + " " + c.Verb
}

func once(c Command) string {
	if c.Once {
		return " (*once*)"
	}
	return ""
}
