package importer

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// mostParts bounds the files within a workbook, and mostSheets what is read.
const (
	mostParts  = 2_000
	mostSheets = 50
)

// readXLSX reads every visible sheet. The library never sees more than MaxAll
// bytes, and what makes it stumble is a remark, not a crash.
func readXLSX(name string, raw []byte, r *Report) (all []*table) {
	at := Place{File: name}
	defer func() {
		if recover() != nil {
			r.add(Refused, at, "The workbook is damaged.", "Open it and save it anew.")
			all = nil
		}
	}()
	parts, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || len(parts.File) > mostParts {
		r.add(Refused, at, "The workbook is damaged, or has too many parts.", "Open it and save it anew.")
		return nil
	}
	var size uint64
	for _, part := range parts.File {
		size += min(part.UncompressedSize64, MaxAll+1)
	}
	if size > MaxAll {
		r.add(Refused, at, fmt.Sprintf("The workbook unpacks to more than %d MiB and was not read.", MaxAll>>20), "Delete pictures and sheets that are not needed.")
		return nil
	}
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{UnzipSizeLimit: MaxAll, UnzipXMLSizeLimit: MaxAll, ShortDatePattern: "yyyy-mm-dd"})
	if err != nil {
		r.add(Refused, at, "The workbook cannot be read.", "Save it as .xlsx without a password.")
		return nil
	}
	defer book.Close()
	sheets, room := sheetParts(parts), maxCells
	for i, sheet := range book.GetSheetList() {
		called, _ := tidy(sheet)
		at := Place{File: name, Sheet: called}
		switch visible, err := book.GetSheetVisible(sheet); {
		case i >= mostSheets:
			r.add(Skipped, at, fmt.Sprintf("Only the first %d sheets are read.", mostSheets), "")
			continue
		case err == nil && !visible:
			r.add(Skipped, at, "The sheet is hidden and was not read.", "Show it if it belongs to the plan.")
			continue
		}
		t := &table{at: at}
		t.readSheet(book, sheet, formulas(parts, sheets[sheet]), &room, r)
		all = append(all, t)
	}
	return all
}

func (t *table) readSheet(book *excelize.File, sheet string, formula map[string]bool, room *int, rep *Report) {
	rows, err := book.Rows(sheet)
	if err != nil {
		rep.add(Refused, t.at, "The sheet cannot be read.", "")
		return
	}
	defer rows.Close()
	for number := 1; rows.Next(); number++ {
		if number > maxRows {
			rep.add(Refused, t.at, fmt.Sprintf("There are more than %d rows; what follows was not read.", maxRows), "Split the table.")
			break
		}
		texts, err := rows.Columns()
		if err != nil {
			rep.add(Refused, t.at, "The sheet cannot be read to its end.", "")
			break
		}
		if *room -= len(texts) + 1; *room < 0 {
			rep.add(Refused, t.at, fmt.Sprintf("The workbook has more than %d cells; what follows was not read.", maxCells), "Delete empty columns and sheets that are not needed.")
			break
		}
		r := row{number: number}
		if len(texts) > maxCols {
			rep.add(Skipped, Place{t.at.File, t.at.Sheet, number, 0}, fmt.Sprintf("There are more than %d columns; the rest was not read.", maxCols), "")
			texts = texts[:maxCols]
		}
		for column, text := range texts {
			t.keep(&r, column, text, rep)
		}
		t.rows = append(t.rows, r)
		t.formulasOf(number-1, formula, rep)
	}
	t.unmerge(book, sheet, rep)
}

// formulasOf remarks the formulas of a row. The value is what was last
// computed; without one there is none.
func (t *table) formulasOf(i int, formula map[string]bool, rep *Report) {
	if len(formula) == 0 {
		return
	}
	r := &t.rows[i]
	for column := range maxCols {
		if !formula[fmt.Sprintf("%s%d", letters(column+1), r.number)] {
			continue
		}
		switch value := r.text(column); {
		case value == "":
			rep.add(Refused, t.place(*r, column), "The formula has no computed value.", "Open the workbook and save it anew, or write the value.")
		case strings.HasPrefix(value, "#"):
			rep.add(Refused, t.place(*r, column), "The formula's value is an error, "+shown(value)+".", "Mend the formula.")
			r.cells[column].text = ""
		default:
			r.cells[column].formula = true
			rep.add(Guessed, t.place(*r, column), "This is a formula; its last computed value "+shown(value)+" was taken.", "")
		}
	}
}

// unmerge gives each row that a merged cell spans its value, and says so.
// Across columns the value stays in the first one.
func (t *table) unmerge(book *excelize.File, sheet string, rep *Report) {
	merged, err := book.GetMergeCells(sheet)
	if err != nil {
		return
	}
	filled := 0
	for _, m := range merged {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || left > maxCols {
			continue
		}
		at := t.at
		at.Row, at.Column = top, left
		if top == bottom {
			rep.add(Guessed, at, fmt.Sprintf("A cell merged across columns to %s; its value counts in the first.", letters(right)), "")
			continue
		}
		rep.add(Guessed, at, fmt.Sprintf("A merged cell; its value counts for rows %d to %d.", top, bottom), "")
		if top < 1 || top > len(t.rows) {
			continue
		}
		value := t.rows[top-1].text(left - 1)
		for i := top; i < min(bottom, len(t.rows)); i++ {
			if filled++; filled > maxMerged {
				rep.add(Refused, t.at, "Too many cells are merged; what follows counts in its first cell alone.", "")
				return
			}
			t.keep(&t.rows[i], left-1, value, rep)
		}
	}
}

// sheetParts maps the names of sheets to the parts that hold them.
func sheetParts(parts *zip.Reader) map[string]string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	decodePart(parts, "xl/workbook.xml", &book)
	decodePart(parts, "xl/_rels/workbook.xml.rels", &links)
	target := map[string]string{}
	for _, l := range links.Links {
		if strings.HasPrefix(l.Target, "/") {
			target[l.ID] = l.Target[1:]
		} else {
			target[l.ID] = path.Join("xl", l.Target)
		}
	}
	all := map[string]string{}
	for _, s := range book.Sheets {
		all[s.Name] = target[s.ID]
	}
	return all
}

func decodePart(parts *zip.Reader, name string, into any) {
	if f, err := parts.Open(name); err == nil {
		defer f.Close()
		_ = xml.NewDecoder(io.LimitReader(f, MaxAll)).Decode(into) // what cannot be read has no formulas to remark
	}
}

// formulas lists the cells of a sheet that hold one, such as "B7". The library
// answers this a cell at a time, each by a walk through all rows.
func formulas(parts *zip.Reader, part string) map[string]bool {
	f, err := parts.Open(part)
	if err != nil {
		return nil
	}
	defer f.Close()
	all := map[string]bool{}
	here := ""
	for d := xml.NewDecoder(io.LimitReader(f, MaxAll)); ; {
		token, err := d.RawToken()
		if err != nil {
			return all
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "c":
			here = ""
			for _, a := range start.Attr {
				if a.Name.Local == "r" {
					here = a.Value
				}
			}
		case "f":
			if here != "" {
				all[here] = true
			}
		}
	}
}
