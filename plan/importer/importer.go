// Package importer turns the tables that an organisation has, CSV and XLSX,
// into the YAML of a plan: services, people, teams, dependencies and the grids
// of impact analyses.
//
// It invents nothing. A figure that is missing or not understood becomes a
// comment "# TODO" in the file and a remark in the report, so that a plan check
// points at it; what was taken for what, what was guessed and what was left out
// is said cell by cell. Tables are other people's: their size is bounded, and a
// cell is never more than a value.
package importer

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

const (
	MaxFile = 16 << 20 // bytes of one file; larger ones are refused
	MaxAll  = 64 << 20 // bytes of what an XLSX unpacks to
	maxRows = 50_000   // of one table
	maxCols = 200
	maxText = 2_000 // characters of a cell

	maxRemarks = 2_000     // that are kept; the others are counted
	maxCells   = 5_000_000 // of one workbook, empty ones before the last included
	maxMerged  = 500_000   // cells that get the value of a merged one
)

// File is one table file: its name, for the report and for the form, and its
// bytes.
type File struct {
	Name  string
	Bytes []byte
}

// Import reads tables and writes a plan. The files of the plan are by path with
// slashes; there are none when no table was understood. The same tables in the
// same order give the same files and the same report.
func Import(tables []File) (files map[string][]byte, report Report) {
	d := newDraft(&report)
	var all []*table
	for _, f := range tables {
		all = append(all, read(f, &report)...)
	}
	for _, t := range all {
		t.understand(&report)
	}
	// People first, so that owners can be found among them; services before
	// what refers to them.
	for _, kind := range []tableKind{people, services, dependencies, analyses} {
		for _, t := range all {
			if t.kind == kind {
				d.take(t)
			}
		}
	}
	d.settle()
	report.sort()
	return d.files(), report
}

// read finds the form of a file by its bytes and its name.
func read(f File, r *Report) []*table {
	name, _ := tidy(path.Base(strings.ReplaceAll(f.Name, `\`, "/")))
	at := Place{File: name}
	switch {
	case len(f.Bytes) > MaxFile:
		r.add(Refused, at, fmt.Sprintf("The file is larger than %d MiB and was not read.", MaxFile>>20), "Split it, or delete the sheets that are not needed.")
	case len(f.Bytes) == 0:
		r.add(Refused, at, "The file is empty.", "")
	case strings.HasPrefix(string(f.Bytes[:min(4, len(f.Bytes))]), "PK\x03\x04"):
		return readXLSX(at.File, f.Bytes, r)
	case strings.HasPrefix(string(f.Bytes[:min(4, len(f.Bytes))]), "\xd0\xcf\x11\xe0"):
		r.add(Refused, at, "This is an old or an encrypted workbook.", "Save it as .xlsx without a password.")
	default:
		return readCSV(at.File, f.Bytes, r)
	}
	return nil
}

// Level says how far something was understood.
type Level string

const (
	Taken   Level = "taken"   // a column was taken for a field
	Guessed Level = "guessed" // a value was read in the likely way; look at it
	Skipped Level = "skipped" // a row, column or sheet is not in the plan
	Refused Level = "refused" // a value was not understood; the plan has a TODO
)

// Place is a cell, a row, a column or a whole table. Row and Column count from
// 1; zero means all.
type Place struct {
	File, Sheet string
	Row, Column int
}

func (p Place) String() string {
	s := p.File
	if p.Sheet != "" {
		s += " [" + p.Sheet + "]"
	}
	switch {
	case p.Row > 0 && p.Column > 0:
		s += fmt.Sprintf(" %s%d", letters(p.Column), p.Row)
	case p.Row > 0:
		s += fmt.Sprintf(" row %d", p.Row)
	case p.Column > 0:
		s += " column " + letters(p.Column)
	}
	return s
}

// letters names a column as spreadsheets do: A, Z, AA.
func letters(column int) string {
	var s string
	for ; column > 0; column = (column - 1) / 26 {
		s = string(rune('A'+(column-1)%26)) + s
	}
	return s
}

// Remark is one line of the report.
type Remark struct {
	Level Level
	Place Place
	Text  string
	Fix   string // may be empty
}

func (r Remark) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s: %s: %s %s", r.Place, r.Level, r.Text, r.Fix))
}

// Report is what there is to say about an import, by place, and how much of
// what the plan holds now.
type Report struct {
	Remarks []Remark
	More    int // remarks beyond those, of any level

	unclean                            bool
	Services, People, Teams, Processes int
}

// Clean reports whether everything was understood as it stands.
func (r *Report) Clean() bool {
	return !r.unclean
}

func (r *Report) add(l Level, at Place, text, fix string) {
	r.unclean = r.unclean || l == Skipped || l == Refused
	if len(r.Remarks) == maxRemarks {
		r.More++
		return
	}
	r.Remarks = append(r.Remarks, Remark{l, at, text, fix})
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Remarks, func(a, b Remark) int {
		x, y := a.Place, b.Place
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Sheet, y.Sheet), cmp.Compare(x.Row, y.Row), cmp.Compare(x.Column, y.Column))
	})
}
