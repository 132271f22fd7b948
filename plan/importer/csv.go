package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readCSV reads one table. Byte order mark, encoding and delimiter are found
// out; a row that cannot be read is left out and named.
func readCSV(name string, raw []byte, r *Report) []*table {
	t := &table{at: Place{File: name}}
	text, ok := decode(t.at, raw, r)
	if !ok {
		return nil
	}
	comma := delimiter(text)
	read := csv.NewReader(strings.NewReader(text))
	read.Comma, read.FieldsPerRecord, read.ReuseRecord = comma, -1, true
	bad := 0
	for {
		record, err := read.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			if bad++; bad > 20 {
				r.add(Refused, t.at, "More than 20 rows cannot be read; what follows was not.", "Save the table as CSV anew.")
				break
			}
			r.add(Skipped, Place{File: name, Row: broken.StartLine}, fmt.Sprintf("The row cannot be read: %s.", broken.Err), "Look at its quotation marks.")
			continue
		}
		if err != nil {
			r.add(Refused, t.at, "The file cannot be read to its end.", "")
			break
		}
		if len(t.rows) == maxRows {
			r.add(Refused, t.at, fmt.Sprintf("There are more than %d rows; what follows was not read.", maxRows), "Split the table.")
			break
		}
		line, _ := read.FieldPos(0)
		t.record(line, record, r)
	}
	return []*table{t}
}

func (t *table) record(line int, record []string, rep *Report) {
	r := row{number: line}
	for column, text := range record[:min(len(record), maxCols)] {
		if strings.HasPrefix(strings.TrimSpace(text), "=") {
			rep.add(Refused, t.place(r, column), "A formula is not a value.", "Save the table with values.")
			text = ""
		}
		t.keep(&r, column, text, rep)
	}
	if len(record) > maxCols {
		rep.add(Skipped, Place{File: t.at.File, Row: line}, fmt.Sprintf("There are more than %d columns; the rest was not read.", maxCols), "")
	}
	t.rows = append(t.rows, r)
}

// decode returns the text of a file in UTF-8.
func decode(at Place, raw []byte, r *Report) (text string, ok bool) {
	for mark, order := range map[string]func(a, b byte) uint16{
		"\xff\xfe": func(a, b byte) uint16 { return uint16(a) | uint16(b)<<8 },
		"\xfe\xff": func(a, b byte) uint16 { return uint16(b) | uint16(a)<<8 },
	} {
		if bytes.HasPrefix(raw, []byte(mark)) {
			units := make([]uint16, 0, len(raw)/2)
			for i := 2; i+1 < len(raw); i += 2 {
				units = append(units, order(raw[i], raw[i+1]))
			}
			return string(utf16.Decode(units)), true
		}
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(raw, 0) >= 0 {
		r.add(Refused, at, "This is neither a table of text nor a workbook.", "Save it as CSV or XLSX.")
		return "", false
	}
	if utf8.Valid(raw) {
		return string(raw), true
	}
	r.add(Guessed, at, "The file is not UTF-8; it was read as Western European (Latin-1).", "Look at names with accents, or save it as UTF-8.")
	runes := make([]rune, len(raw))
	for i, b := range raw {
		runes[i] = rune(b)
	}
	return string(runes), true
}

// delimiter finds what separates columns: what stands equally often, and most
// often, in the first lines, outside of quotation marks.
func delimiter(text string) rune {
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t', '|'} {
		lines := map[int]int{} // how many lines have it so often
		for _, n := range countPerLine(text, d, 20) {
			lines[n]++
			if n > 0 && n*lines[n] > most {
				best, most = d, n*lines[n]
			}
		}
	}
	return best
}

func countPerLine(text string, d rune, lines int) []int {
	var counts []int
	n, quoted, any := 0, false, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == d && !quoted:
			n++
		case c == '\n' && !quoted:
			if any {
				counts = append(counts, n)
			}
			if n, any = 0, false; len(counts) == lines {
				return counts
			}
			continue
		}
		any = true
	}
	if any {
		counts = append(counts, n)
	}
	return counts
}
