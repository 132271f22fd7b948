package incident

import (
	"fmt"
	"reflect"
	"strings"

	"holdfast/journal"
)

// FactsReference returns docs/facts.md: every kind of entry with the fields of
// its data. The list may only grow.
func FactsReference() string {
	var b strings.Builder
	b.WriteString("# Facts\n\nGenerated from the code; `make docs` writes it anew. Kinds are stable and the list may only grow: " +
		"a journal with a kind that a version does not know can be read, exported and verified by it, but not added to.\n\n" +
		"Every entry also has `at` (when it happened), `recorded_at`, `actor` (a person's id, or `holdfast`), `source`, `because` where a reason was given, " +
		"`rule` (the permission that allowed it), `plan_commit`, `command` (the delivery), `room` and `print` (a fingerprint of the words).\n")
	b.WriteString(journal.Reference("An incident's journal (`INC-1`, `DRL-1`)", Kinds()))
	b.WriteString(journal.Reference("The register (`register`)", RegisterKinds()))
	return b.String()
}

// StateReference returns docs/state.md: the paths of `holdfast status INC-1
// --json`.
func StateReference() string {
	var b strings.Builder
	b.WriteString("# The state of an incident\n\nGenerated from the code; `make docs` writes it anew. This is what `holdfast status INC-1 --json` prints and what " +
		"`expect state INC-1 PATH` of a rehearsal looks into: dots between names, `[0]` an element, `[]` any element. A value marked `?` is absent while it is empty. " +
		"People are ids; times are RFC 3339 in UTC.\n\n| Path |\n| --- |\n")
	for _, path := range journal.Paths(reflect.TypeFor[State]()) {
		fmt.Fprintf(&b, "| `%s` |\n", path)
	}
	return b.String()
}
