package templates

import (
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// inline turns the words of a paragraph into spans.
type inline struct {
	source   []byte
	values   values
	problems []finding
}

func (b *inline) spans(parent ast.Node) []Span {
	return tidy(b.collect(nil, parent, Span{}))
}

// collect appends the spans below parent in the given style.
func (b *inline) collect(to []Span, parent ast.Node, style Span) []Span {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			to = b.words(to, string(n.Segment.Value(b.source)), style)
			if n.HardLineBreak() || n.SoftLineBreak() {
				// A line break in the template is one in the message.
				to = append(to, styled("\n", style))
			}
		case *ast.CodeSpan:
			code := style
			code.Code = true
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, isText := c.(*ast.Text); isText {
					to = append(to, singleLine(b.raw(nil, string(t.Segment.Value(b.source)), code))...)
				}
			}
		case *ast.Emphasis:
			inner := style
			if n.Level == 2 {
				inner.Bold = true
			} else {
				inner.Italic = true
			}
			to = b.collect(to, n, inner)
		case *ast.Link:
			inner := style
			inner.URL = b.address(string(n.Destination))
			to = b.collect(to, n, inner)
		case *ast.AutoLink:
			inner := style
			inner.URL = b.address(string(n.URL(b.source)))
			to = b.raw(to, string(n.Label(b.source)), inner)
		case *buttonNode:
			b.problems = append(b.problems, aloneOnly(b.values.flat(n.label)))
			to = b.words(to, n.label, style)
		case *extast.TaskCheckBox:
		default:
			to = b.collect(to, n, style)
		}
	}
	return to
}

// words appends text of the template, whose escapes it resolves, and values.
func (b *inline) words(to []Span, text string, style Span) []Span {
	b.values.split(text, func(s string) {
		plain := util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations([]byte(s))))
		to = append(to, styled(Inert(string(plain)), style))
	}, func(v value) { to = append(to, dataSpan(v, style)) })
	return to
}

// raw appends text in which nothing is escaped, and values.
func (b *inline) raw(to []Span, text string, style Span) []Span {
	b.values.split(text, func(s string) { to = append(to, styled(Inert(s), style)) },
		func(v value) { to = append(to, dataSpan(v, style)) })
	return to
}

func aloneOnly(label string) finding {
	return finding{"[" + label + "](cmd", "the button [" + label + "] must stand in a paragraph of buttons alone"}
}

func styled(text string, style Span) Span {
	style.Text = text
	return style
}

func dataSpan(v value, style Span) Span {
	style.Text, style.Data = Inert(strings.TrimSpace(v.text)), true
	if v.person != "" && style.Text == "@"+v.person {
		style.Person = v.person
	}
	return style
}

// origin is the part of an address that no value may decide.
var origin = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?([/?#]|$)`)

// address returns where a link leads, or nothing for a link that is not to the
// web or whose host is a value.
func (b *inline) address(destination string) string {
	if !origin.MatchString(destination) {
		quote, _, _ := strings.Cut(destination, string(sentinelOpen))
		b.problems = append(b.problems, finding{"](" + quote, "a link must begin with https:// and a host that is written out"})
		return ""
	}
	var url strings.Builder
	b.values.split(destination, func(s string) { url.WriteString(visible(s)) }, func(v value) { url.WriteString(urlPart(v.text)) })
	return url.String()
}

// tidy drops empty spans and joins neighbours of one style.
func tidy(spans []Span) []Span {
	var all []Span
	for _, s := range spans {
		if s.Text == "" {
			continue
		}
		if n := len(all); n > 0 && !s.Data && !all[n-1].Data && styled("", all[n-1]) == styled("", s) {
			all[n-1].Text += s.Text
			continue
		}
		all = append(all, s)
	}
	return all
}

// singleLine puts spans on one line.
func singleLine(spans []Span) []Span {
	for i, s := range spans {
		if s.Data {
			spans[i].Text = oneLine(s.Text)
			continue
		}
		spans[i].Text = strings.NewReplacer("\n", " ", "\t", " ").Replace(s.Text)
	}
	return spans
}

// trimmed takes blanks off both ends.
func trimmed(spans []Span) []Span {
	if len(spans) > 0 {
		spans[0].Text = strings.TrimLeft(spans[0].Text, " \t\n")
		end := &spans[len(spans)-1]
		end.Text = strings.TrimRight(end.Text, " \t\n")
	}
	return tidy(spans)
}

// flattened joins blocks into lines of text, for places that hold text only.
func flattened(blocks []Block) []Span {
	var all []Span
	for _, b := range blocks {
		for _, line := range lines(b) {
			if len(all) > 0 {
				all = append(all, Span{Text: "\n"})
			}
			all = append(all, line...)
		}
	}
	return tidy(all)
}

func lines(b Block) [][]Span {
	var all [][]Span
	switch b.Kind {
	case Fields:
		for _, f := range b.Fields {
			all = append(all, slices.Concat(f.Key, []Span{{Text: ": "}}, f.Value))
		}
	case List:
		for _, i := range b.Items {
			all = append(all, slices.Concat([]Span{{Text: strings.Repeat("  ", i.Depth) + bullet(i)}}, i.Text))
		}
	case Table:
		for _, row := range slices.Concat([][][]Span{b.Columns}, b.Rows) {
			var line []Span
			for i, cell := range row {
				if i > 0 {
					line = append(line, Span{Text: " | "})
				}
				line = append(line, cell...)
			}
			all = append(all, line)
		}
	case Actions:
		for _, x := range b.Buttons {
			all = append(all, []Span{{Text: "[" + x.Label + "]"}})
		}
	case Divider:
	default:
		all = append(all, b.Text)
	}
	return all
}
