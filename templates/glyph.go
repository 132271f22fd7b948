package templates

import (
	"regexp"
	"strings"
	"unicode/utf8"
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
		all = all.with(Inert(s.Text), st)
		if ends := i+1 == len(spans) || spans[i+1].URL != s.URL; s.URL != "" && ends && linkText(spans[:i+1]) != s.URL {
			all = all.with(" ("+Inert(s.URL)+")", style{dim: true})
		}
	}
	return all.marked()
}

func plainLine(text string, st style) line { return line(nil).with(text, st) }

// with appends text. A mark that combines joins the glyph before it, whichever
// span it came from.
func (l line) with(text string, st style) line {
	for _, r := range text {
		if r == '\t' {
			r = ' '
		}
		n := columns(r)
		if last := len(l) - 1; n == 0 && last >= 0 && l[last].text != "\n" {
			if base, _ := utf8.DecodeRuneInString(l[last].text); r == '\ufe0f' && base >= 0x2000 {
				l[last].cols = 2 // drawn as a picture
			}
			l[last].text += string(r)
			continue
		}
		if r == '\n' {
			n = 0
		}
		l = append(l, glyph{string(r), n, st})
	}
	return l
}

// then puts another line behind.
func (l line) then(more line) line { return append(l[:len(l):len(l)], more...) }

func (l line) width() int {
	n := 0
	for _, g := range l {
		n += g.cols
	}
	return n
}

// alarming are the words that must not be overlooked, the worst in the first
// group.
var alarming = regexp.MustCompile(`\b(SEV1|OUTAGE|(?:PAGING )?NOT CONFIRMED|NOT RECORDED|FAILED|GIVEN UP|MISSED|UNCLAIMED)\b` +
	`|\b(?:SEV2|DEGRADED|assumed|acting|late by [0-9]+ min)\b|\[DRILL\]`)

// marked colours them.
func (l line) marked() line {
	var text strings.Builder
	for _, g := range l {
		text.WriteString(g.text)
	}
	found := alarming.FindAllStringSubmatchIndex(text.String(), -1)
	at := 0
	for i, g := range l {
		for len(found) > 0 && at >= found[0][1] {
			found = found[1:]
		}
		if len(found) == 0 {
			break
		}
		if m := found[0]; at >= m[0] {
			l[i].style.severity = "warning"
			if m[2] >= 0 {
				l[i].style.severity = "danger"
			}
		}
		at += len(g.text)
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
