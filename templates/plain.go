package templates

import (
	"strconv"
	"strings"
)

// Plain draws a message as plain text: what scenarios match and transcripts
// hold. Equal messages give equal text, without trailing blanks or a final
// line break. A header is a line, a field "Key: value", a row of buttons
// "[Accept] [Decline]".
func Plain(m Message) string {
	var out []string
	for _, b := range m.Blocks {
		if text := plainBlock(b); text != "" {
			out = append(out, text)
		}
	}
	text := Inert(strings.Join(out, "\n"))
	all := strings.Split(text, "\n")
	for i, line := range all {
		all[i] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(strings.Join(all, "\n"), "\n")
}

func plainBlock(b Block) string {
	var out []string
	switch b.Kind {
	case Divider:
		return "---"
	case Fields:
		for _, f := range b.Fields {
			out = append(out, hang(plainSpans(f.Key)+": ", "  ", plainSpans(f.Value)))
		}
	case List:
		for _, i := range b.Items {
			indent := strings.Repeat("  ", i.Depth)
			out = append(out, hang(indent+bullet(i), indent+"  ", plainSpans(i.Text)))
		}
	case Table:
		for _, row := range append([][][]Span{b.Columns}, b.Rows...) {
			cells := make([]string, len(row))
			for i, cell := range row {
				cells[i] = plainSpans(cell)
			}
			out = append(out, strings.Join(cells, " | "))
		}
	case Actions:
		for _, x := range b.Buttons {
			out = append(out, "["+x.Label+"]")
		}
		return strings.Join(out, " ")
	default:
		return plainSpans(b.Text)
	}
	return strings.Join(out, "\n")
}

// bullet is what stands before an item.
func bullet(i Item) string {
	mark := "- "
	if i.Number > 0 {
		mark = strconv.Itoa(i.Number) + ". "
	}
	switch i.Task {
	case "open":
		mark += "[ ] "
	case "done":
		mark += "[x] "
	}
	return mark
}

// hang indents every line of text but the first, which follows lead: a value
// of several lines cannot look like the next field or item.
func hang(lead, indent, text string) string {
	return lead + strings.ReplaceAll(text, "\n", "\n"+indent)
}

// plainSpans drops styles. A link shows its address behind its words.
func plainSpans(spans []Span) string {
	var b strings.Builder
	for i, s := range spans {
		b.WriteString(s.Text)
		if ends := i+1 == len(spans) || spans[i+1].URL != s.URL; s.URL != "" && ends && linkText(spans[:i+1]) != s.URL {
			b.WriteString(" (" + s.URL + ")")
		}
	}
	return b.String()
}

// linkText returns the words of the link that ends spans.
func linkText(spans []Span) string {
	text, url := "", spans[len(spans)-1].URL
	for i := len(spans) - 1; i >= 0 && spans[i].URL == url; i-- {
		text = spans[i].Text + text
	}
	return text
}
