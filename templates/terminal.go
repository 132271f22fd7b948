package templates

import (
	"fmt"
	"strings"
)

// TerminalOptions says how a terminal draws.
type TerminalOptions struct {
	Width int  // columns; 0 means 80, less than 20 is taken for 20
	Color bool // without it no escape sequence is written
	// ButtonNumber returns what to type for a button; 0 or no function draws
	// the label alone.
	ButtonNumber func(Button) int
}

// Terminal draws a message for a terminal, wrapped to its width. No line is
// wider, none ends in blanks, and there is no final line break.
func Terminal(m Message, o TerminalOptions) string {
	switch {
	case o.Width == 0:
		o.Width = 80
	case o.Width < 20:
		o.Width = 20
	}
	p := painter{TerminalOptions: o}
	for i, b := range m.Blocks {
		if i > 0 && roomy(m.Blocks[i-1].Kind, b.Kind) {
			p.lines = append(p.lines, nil)
		}
		p.block(b)
	}
	out := make([]string, len(p.lines))
	for i, l := range p.lines {
		out[i] = l.paint(o.Color)
	}
	return strings.Trim(strings.Join(out, "\n"), "\n")
}

// roomy says whether an empty line stands between two blocks.
func roomy(above, below Kind) bool {
	switch {
	case above == Header, above == Divider, below == Divider:
		return false
	}
	return below == Header || below == Actions || below == Table || above == Table || below == Code || above == Code || above == below
}

type painter struct {
	TerminalOptions
	lines []line
}

func (p *painter) block(b Block) {
	switch b.Kind {
	case Header:
		p.flow(nil, glyphs(b.Text, style{bold: true}))
	case Context:
		p.flow(nil, glyphs(b.Text, style{dim: true}))
	case Divider:
		p.lines = append(p.lines, plainLine(strings.Repeat("─", p.Width), style{dim: true}))
	case Fields:
		p.fields(b.Fields)
	case List:
		for _, i := range b.Items {
			lead := strings.Repeat("  ", i.Depth) + bullet(i)
			if i.Number == 0 && i.Task == "" {
				lead = strings.Repeat("  ", i.Depth) + "• "
			}
			p.flow(plainLine(lead, style{dim: true}), glyphs(i.Text, style{}))
		}
	case Table:
		p.lines = append(p.lines, drawTable(b, p.Width)...)
	case Code:
		p.flow(plainLine("  ", style{}), glyphs(b.Text, style{code: true}))
	case Actions:
		p.actions(b.Buttons)
	default:
		p.flow(nil, glyphs(b.Text, style{}))
	}
}

// flow wraps text behind a lead; later lines are indented as far. A lead that
// leaves the text too little room is wrapped with it.
func (p *painter) flow(lead, text line) {
	indent := lead.width()
	if indent > p.Width/2 {
		lead, text, indent = nil, lead.then(text), 0
	}
	for i, l := range wrap(text, p.Width-indent) {
		if i > 0 {
			lead = plainLine(strings.Repeat(" ", indent), style{})
		}
		p.lines = append(p.lines, lead.then(l))
	}
}

// fields puts the values under each other, as far as the keys leave room.
func (p *painter) fields(all []Field) {
	widest := 0
	for _, f := range all {
		widest = max(widest, min(glyphs(f.Key, style{}).width(), p.Width/3))
	}
	for _, f := range all {
		key := glyphs(f.Key, style{dim: true})
		pad := max(0, widest-key.width()) + 2
		p.flow(key.then(plainLine(strings.Repeat(" ", pad), style{})), glyphs(f.Value, style{}))
	}
}

func (p *painter) actions(buttons []Button) {
	var row line
	for _, b := range buttons {
		n := 0
		if p.ButtonNumber != nil {
			n = p.ButtonNumber(b)
		}
		one := plainLine("["+Inert(b.Label)+"]", style{bold: b.Style == "primary", severity: b.Style})
		if n > 0 {
			one = plainLine(fmt.Sprintf("[%d] ", n), style{bold: true}).with(Inert(b.Label), style{severity: b.Style})
		}
		switch {
		case len(row) == 0:
			row = one
		case row.width()+3+one.width() > p.Width:
			p.flow(nil, row)
			row = one
		default:
			row = row.then(plainLine("   ", style{})).then(one)
		}
	}
	p.flow(nil, row)
}
