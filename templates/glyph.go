package templates

import (
	"regexp"
	"strings"
)

// style is how a glyph is drawn.
type style struct {
	bold, dim, italic, code, link bool
	severity                      string // "danger", "warning", "primary" or nothing
}

// glyph is one character in a terminal, with the marks that combine with it.
type glyph struct {
	text  string
	cols  int
	style style
}

// line is a row of glyphs; a "\n" among them is a wanted line break.
type line []glyph

// glyphs turns spans into glyphs; a link shows its address behind its words.
func glyphs(spans []Span, base style) line {
	var all line
	for i, s := range spans {
		st := base
		st.bold, st.italic, st.code = st.bold || s.Bold, st.italic || s.Italic, st.code || s.Code
		st.link = s.URL != ""
		all = append(all, plainLine(Inert(s.Text), st)...)
		if ends := i+1 == len(spans) || spans[i+1].URL != s.URL; s.URL != "" && ends && linkText(spans[:i+1]) != s.URL {
			all = append(all, plainLine(" ("+Inert(s.URL)+")", style{dim: true})...)
		}
	}
	return all.marked()
}

func plainLine(text string, st style) line {
	var all line
	for _, r := range text {
		if r == '\t' {
			r = ' '
		}
		n := columns(r)
		if n == 0 && len(all) > 0 && all[len(all)-1].text != "\n" {
			last := &all[len(all)-1]
			last.text += string(r)
			if r == '\ufe0f' {
				last.cols = 2 // drawn as a picture
			}
			continue
		}
		if r == '\n' {
			n = 0
		}
		all = append(all, glyph{string(r), n, st})
	}
	return all
}

func join2(a, b line) line { return append(a[:len(a):len(a)], b...) }

func (l line) width() int {
	n := 0
	for _, g := range l {
		n += g.cols
	}
	return n
}

// alarming are the words that must not be overlooked.
var alarming = map[string]*regexp.Regexp{
	"danger":  regexp.MustCompile(`\bSEV1\b|\bOUTAGE\b|\b[A-Z]+ NOT CONFIRMED\b|\bNOT CONFIRMED\b|\bNOT RECORDED\b|\bFAILED\b|\bMISSED\b|\bUNCLAIMED\b`),
	"warning": regexp.MustCompile(`\bSEV2\b|\bDEGRADED\b|\[DRILL\]|\bassumed\b|\bacting\b|\blate by [0-9]+ min\b`),
}

// marked colours severity words.
func (l line) marked() line {
	var text strings.Builder
	starts := map[int]int{} // byte offset -> glyph
	for i, g := range l {
		starts[text.Len()] = i
		text.WriteString(g.text)
	}
	for severity, words := range alarming {
		for _, m := range words.FindAllStringIndex(text.String(), -1) {
			for at := m[0]; at < m[1]; at++ {
				if i, ok := starts[at]; ok {
					l[i].style.severity = severity
				}
			}
		}
	}
	return l
}

// wrap breaks a line where words end; a word longer than the width is broken
// within. It gives at least one line.
func wrap(l line, width int) []line {
	width = max(width, 2)
	var all []line
	var row line
	space := -1 // where row may be broken: behind its last blank
	for _, g := range l {
		if g.text == "\n" {
			all, row, space = append(all, row), nil, -1
			continue
		}
		for len(row) > 0 && row.width()+g.cols > width && g.text != " " {
			if space <= 0 {
				all, row = append(all, row), nil
				break
			}
			all, row = append(all, row[:space]), append(line(nil), row[space:]...)
			space = -1
		}
		if g.text == " " && row.width() >= width {
			space = len(row) // swallowed at the end of a line
			continue
		}
		row = append(row, g)
		if g.text == " " {
			space = len(row)
		}
	}
	return append(all, row)
}

// paint draws a line, without blanks at its end.
func (l line) paint(color bool) string {
	for len(l) > 0 && l[len(l)-1].text == " " {
		l = l[:len(l)-1]
	}
	var b strings.Builder
	now := ""
	for _, g := range l {
		if want := g.style.sequence(); color && want != now {
			if now != "" {
				b.WriteString("\x1b[0m")
			}
			b.WriteString(want)
			now = want
		}
		b.WriteString(g.text)
	}
	if now != "" {
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// sequence is what switches a terminal to the style.
func (s style) sequence() string {
	var codes []string
	if s.bold {
		codes = append(codes, "1")
	}
	if s.dim && s.severity == "" {
		codes = append(codes, "2")
	}
	if s.italic {
		codes = append(codes, "3")
	}
	if s.link {
		codes = append(codes, "4")
	}
	switch {
	case s.severity == "danger":
		codes = append(codes, "31")
	case s.severity == "warning":
		codes = append(codes, "33")
	case s.severity == "primary":
		codes = append(codes, "32")
	case s.code:
		codes = append(codes, "36")
	}
	if codes == nil {
		return ""
	}
	return "\x1b[" + strings.Join(codes, ";") + "m"
}
