package incident

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	facts("An incident's journal (`INC-1`, `DRL-1`)", Kinds(), &b)
	facts("The register (`register`)", RegisterKinds(), &b)
	return b.String()
}

func facts(title string, kinds journal.Kinds, b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n| Kind | Data |\n| --- | --- |\n", title)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		fmt.Fprintf(b, "| `%s` | %s |\n", kind, strings.Join(fieldsOf(reflect.TypeOf(kinds[kind]()).Elem()), ", "))
	}
}

// fieldsOf lists the JSON names of a struct; an optional one ends in "?".
func fieldsOf(t reflect.Type) []string {
	var names []string
	for f := range t.Fields() {
		if f.Anonymous {
			names = append(names, fieldsOf(f.Type)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		if strings.Contains(options, "omitempty") {
			name += "?"
		}
		names = append(names, name)
	}
	return names
}

// StateReference returns docs/state.md: the paths of `holdfast status INC-1
// --json`.
func StateReference() string {
	var b strings.Builder
	b.WriteString("# The state of an incident\n\nGenerated from the code; `make docs` writes it anew. This is what `holdfast status INC-1 --json` prints and what " +
		"`expect state INC-1 PATH` of a rehearsal looks into: dots between names, `[0]` an element, `[]` any element. A value marked `?` is absent while it is empty. " +
		"People are ids; times are RFC 3339 in UTC.\n\n| Path |\n| --- |\n")
	for _, path := range pathsOf("", reflect.TypeFor[State]()) {
		fmt.Fprintf(&b, "| `%s` |\n", path)
	}
	return b.String()
}

func pathsOf(prefix string, t reflect.Type) []string {
	var paths []string
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		path, ft := prefix+name, f.Type
		for ft.Kind() == reflect.Slice || ft.Kind() == reflect.Map || ft.Kind() == reflect.Pointer {
			switch ft.Kind() {
			case reflect.Slice:
				path += "[]"
			case reflect.Map:
				path += ".NAME"
			}
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct && ft.PkgPath() == t.PkgPath() {
			paths = append(paths, pathsOf(path+".", ft)...)
			continue
		}
		if strings.Contains(options, "omitempty") {
			path += "?"
		}
		paths = append(paths, path)
	}
	return paths
}
