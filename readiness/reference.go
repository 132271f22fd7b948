package readiness

import (
	"fmt"
	"reflect"
	"strings"

	"holdfast/journal"
)

// FactsReference returns the section of docs/facts.md about this journal.
func FactsReference() string {
	return journal.Reference("Ratings and reviews (`readiness`)", Kinds())
}

// StateReference returns the section of docs/state.md about this journal.
func StateReference() string {
	var b strings.Builder
	b.WriteString("\n## Ratings and reviews\n\nWhat `holdfast status readiness --json` prints, and `expect state readiness PATH` looks into. `NAME` is the id of a service or a playbook.\n\n| Path |\n| --- |\n")
	for _, path := range journal.Paths(reflect.TypeFor[State]()) {
		fmt.Fprintf(&b, "| `%s` |\n", path)
	}
	return b.String()
}
