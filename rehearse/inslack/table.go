package inslack

import "strings"

// table writes a table that is drawn with lines as rows of cells, "a | b"; any
// other text stays as it is.
func table(drawn string) string {
	if !strings.HasPrefix(drawn, "┌") {
		return drawn
	}
	var rows [][]string
	for line := range strings.SplitSeq(drawn, "\n") {
		inner, isRow := strings.CutPrefix(line, "│")
		if !isRow {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(inner, "│"), "│")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(rows) > 0 && cells[0] == "" { // the row goes on: a cell was too wide
			for i, more := range cells {
				if last := rows[len(rows)-1]; more != "" && i < len(last) {
					last[i] = strings.TrimSpace(last[i] + " " + more)
				}
			}
			continue
		}
		rows = append(rows, cells)
	}
	lines := make([]string, len(rows))
	for i, cells := range rows {
		lines[i] = strings.Join(cells, " | ")
	}
	return strings.Join(lines, "\n")
}
