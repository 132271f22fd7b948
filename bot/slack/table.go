package slack

import (
	"slices"
	"strings"

	slackgo "github.com/slack-go/slack"

	"holdfast/templates"
)

// table is drawn without columns, for which a telephone has no room: pairs are
// keys with their values, and of a longer row each value behind the first two
// follows the name of its column.
func (d drawing) table(b templates.Block) []slackgo.Block {
	if len(b.Columns) != 2 {
		return d.records(b)
	}
	out := d.aside(d.joined(b.Columns, " / "))
	var pairs []templates.Field
	for _, row := range b.Rows {
		f := templates.Field{}
		if len(row) > 0 {
			f.Key = row[0]
		}
		if len(row) > 1 {
			f.Value = row[1]
		}
		pairs = append(pairs, f)
	}
	return append(out, d.fields(pairs)...)
}

// records draws each row of a table in two lines, as in
//
//	*T1* check the replica
//	Who @erin · Due 11:30 · State open
func (d drawing) records(b templates.Block) []slackgo.Block {
	if len(b.Rows) == 0 {
		return d.aside(d.joined(b.Columns, " / "))
	}
	// All rows share sections, of which a message may hold only fifty.
	var lines []marked
	for n, row := range b.Rows {
		var head, rest [][]templates.Span
		for i, cell := range row {
			switch {
			case strings.TrimSpace(templates.Words(cell)) == "":
			case i == 0:
				head = append(head, bold(cell))
			case i == 1:
				head = append(head, cell)
			case i < len(b.Columns):
				rest = append(rest, slices.Concat(b.Columns[i], []templates.Span{{Text: " "}}, cell))
			default:
				rest = append(rest, cell)
			}
		}
		if n > 0 {
			lines = append(lines, nil)
		}
		lines = append(append(lines, d.joined(head, " ").lines()...), d.joined(rest, " · ").lines()...)
	}
	return d.sections(lines)
}

// joined marks texts with words between them.
func (d drawing) joined(all [][]templates.Span, between string) marked {
	var spans []templates.Span
	for i, text := range all {
		if i > 0 {
			spans = append(spans, templates.Span{Text: between})
		}
		spans = append(spans, text...)
	}
	return d.mark(spans)
}

func bold(text []templates.Span) []templates.Span {
	out := slices.Clone(text)
	for i := range out {
		out[i].Bold = true
	}
	return out
}
