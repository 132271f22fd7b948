package console

import (
	"slices"
	"strings"

	"holdfast/templates"
)

// difference says in a few words what a message has got that the one before
// had not, and which buttons are new. When it has only lost something, it says
// that.
func difference(old, now templates.Message) (changes []string, fresh []templates.Button) {
	before, after := statements(old), statements(now)
	for _, x := range after {
		if !slices.Contains(before, x) {
			changes = append(changes, x.String())
		}
	}
	if len(changes) == 0 {
		for _, x := range before {
			if !slices.Contains(after, x) {
				changes = append(changes, "no longer "+x.String())
			}
		}
	}
	known := old.Buttons()
	for _, b := range now.Buttons() {
		if !slices.Contains(known, b) {
			fresh = append(fresh, b)
		}
	}
	return changes, fresh
}

// statement is the smallest part of a message that changes by itself.
type statement struct{ key, text string }

func (s statement) String() string { return strings.TrimSpace(s.key + " " + s.text) }

// statements takes a message apart.
func statements(m templates.Message) []statement {
	var all []statement
	add := func(key string, text []templates.Span) {
		for part := range strings.SplitSeq(templates.Words(text), "\n") {
			if part = strings.TrimSpace(part); part != "" {
				all = append(all, statement{key, part})
			}
		}
	}
	for _, b := range m.Blocks {
		add("", b.Text)
		for _, f := range b.Fields {
			add(templates.Words(f.Key), f.Value)
		}
		for _, i := range b.Items {
			add("", i.Text)
		}
		for _, row := range b.Rows {
			var cells []templates.Span
			for i, cell := range row {
				if i > 0 {
					cells = append(cells, templates.Span{Text: " "})
				}
				cells = append(cells, cell...)
			}
			add("", cells)
		}
	}
	return all
}
