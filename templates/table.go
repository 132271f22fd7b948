package templates

import "strings"

// drawTable draws a table in boxes, no wider than width. Columns share what
// room there is; cells wrap.
func drawTable(b Block, width int) []line {
	rows := append([][][]Span{b.Columns}, b.Rows...)
	cells := make([][]line, len(rows))
	want := make([]int, len(b.Columns))
	for i, row := range rows {
		cells[i] = make([]line, len(b.Columns))
		for j := range min(len(row), len(want)) {
			st := style{bold: i == 0}
			cells[i][j] = glyphs(row[j], st)
			want[j] = max(want[j], cells[i][j].width())
		}
	}
	if width < 5*len(want)+1 {
		return stacked(b, width) // no room for boxes
	}
	share(want, width-3*len(want)-1)
	out := []line{rule("┌", "┬", "┐", want)}
	for i := range cells {
		out = append(out, drawRow(cells[i], want)...)
		if i == 0 {
			out = append(out, rule("├", "┼", "┤", want))
		}
	}
	return append(out, rule("└", "┴", "┘", want))
}

// share takes columns from the widest until all fit, and leaves each enough
// for a wide character.
func share(want []int, room int) {
	total := 0
	for i := range want {
		want[i] = max(want[i], 1)
		total += want[i]
	}
	for total > room {
		widest := 0
		for i := range want {
			if want[i] > want[widest] {
				widest = i
			}
		}
		if want[widest] <= 2 {
			return
		}
		want[widest]--
		total--
	}
}

func drawRow(cells []line, widths []int) []line {
	wrapped := make([][]line, len(cells))
	height := 1
	for j, c := range cells {
		wrapped[j] = wrap(c, widths[j])
		height = max(height, len(wrapped[j]))
	}
	var out []line
	frame := style{dim: true}
	for h := range height {
		row := plainLine("│", frame)
		for j := range cells {
			var part line
			if h < len(wrapped[j]) {
				part = wrapped[j][h]
			}
			row = append(row, plainLine(" ", style{})...)
			row = append(row, part...)
			row = append(row, plainLine(strings.Repeat(" ", max(0, widths[j]-part.width())+1), style{})...)
			row = append(row, plainLine("│", frame)...)
		}
		out = append(out, row)
	}
	return out
}

func rule(left, middle, right string, widths []int) line {
	parts := make([]string, len(widths))
	for i, w := range widths {
		parts[i] = strings.Repeat("─", w+2)
	}
	return plainLine(left+strings.Join(parts, middle)+right, style{dim: true})
}

// stacked draws a table as text where a box does not fit.
func stacked(b Block, width int) []line {
	var out []line
	for _, row := range lines(b) {
		out = append(out, wrap(glyphs(row, style{}), width)...)
	}
	return out
}
