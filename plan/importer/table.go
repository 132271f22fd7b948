package importer

import (
	"fmt"
	"strings"
	"unicode"
)

// A table is one sheet, or one CSV file.
type table struct {
	at      Place
	rows    []row
	kind    tableKind
	heading int             // index of the row that names the columns
	fields  map[field][]int // columns by what they were taken for; several for lists
	units   map[int]string  // of a column, when its heading says one
	points  []pointColumn   // of an analysis
}

type row struct {
	number int // in the file, from 1
	cells  []cell
}

type cell struct {
	text    string
	formula bool
}

func (r row) text(column int) string {
	if column < len(r.cells) {
		return r.cells[column].text
	}
	return ""
}

func (r row) empty() bool {
	for _, c := range r.cells {
		if c.text != "" {
			return false
		}
	}
	return true
}

func (t *table) place(r row, column int) Place {
	p := t.at
	p.Row, p.Column = r.number, column+1
	return p
}

// tidy makes a cell's text one that a plan may hold: in one line, without what
// is not seen or turns the direction of writing. odd says that something other
// than blanks was taken out.
func tidy(s string) (clean string, odd bool) {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
			odd = true
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxText {
		return string(runes[:maxText]), true
	}
	return s, odd
}

// keep takes a cell into a row, and remarks what had to be taken out of it.
func (t *table) keep(r *row, column int, text string, rep *Report) {
	for len(r.cells) <= column {
		r.cells = append(r.cells, cell{})
	}
	clean, odd := tidy(text)
	r.cells[column].text = clean
	if odd {
		rep.add(Guessed, t.place(*r, column), "Characters that are not seen, or what goes beyond 2000 characters, were left out.", "")
	}
}

// shown quotes a cell for the report, short.
func shown(s string) string {
	if runes := []rune(s); len(runes) > 30 {
		s = string(runes[:30]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
