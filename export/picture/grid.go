package picture

import (
	"fmt"
	"strings"

	"holdfast/plan"
	"holdfast/plan/bia"
)

// Impact draws the grid of a business impact analysis: how bad it is after how
// long, for each type of impact that was judged, and the MTPD. An analysis
// without a grid is an error.
func Impact(x plan.Process, v View) (*Scene, error) {
	var kinds []string
	for _, kind := range plan.ImpactTypes {
		if len(x.Levels[kind]) > 0 {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) == 0 || len(x.Points) == 0 {
		return nil, fmt.Errorf("the analysis of %s has no grid to draw", x.ID)
	}
	t := bia.Judge(x)
	label, cell, high := 120.0, 84.0, 46.0
	m := v.margin()
	w := max(2*m+label+cell*float64(len(x.Points)), 520)
	if v.Narrow {
		label, high, w = 84, 40, phoneWidth
		cell = (w - 2*m - label) / float64(len(x.Points))
	}
	g := &grid{frame: newFrame("impact", "Impact over time: "+x.Name, impactAnswer(x, t), w, v), process: x, tolerance: t, label: label, cell: cell, high: high}
	g.draw(kinds)
	return g.close(), nil
}

func impactAnswer(x plan.Process, t bia.Tolerance) string {
	parts := []string{"MTPD " + t.String()}
	if limit, ok := t.RTOCap(); ok {
		parts = append(parts, fmt.Sprintf("with %s of work to verify, an RTO of at most %s", span(x.WRT), span(limit)))
	}
	if t.From > 0 {
		parts = append(parts, fmt.Sprintf("unacceptable after %s: %s", span(t.From), strings.Join(t.Types, ", ")))
	}
	return strings.Join(parts, " · ")
}

type grid struct {
	*frame
	process           plan.Process
	tolerance         bia.Tolerance
	label, cell, high float64
}

// levels are the surface and the words of each level: from pale to dark, so
// that they are told apart without colours, too.
var levels = []struct{ fill, ink colour }{
	{"#eef3f7", faded}, {"#dcebdf", ink}, {"#fbe9b7", ink}, {"#f0a868", ink}, {"#a3271e", card},
}

func (g *grid) draw(kinds []string) {
	m, top := g.view.margin(), g.y+6
	left := m + g.label
	for i, point := range g.process.Points {
		g.words(words{x: left + (float64(i)+0.5)*g.cell, y: top + 14, size: 12, bold: true, anchor: middle, colour: ink, text: fit(span(point), g.cell, 12, true)})
	}
	top += 24
	for row, kind := range kinds {
		y := top + float64(row)*g.high
		g.words(words{x: m, y: y + g.high/2 + 4, size: 12, colour: ink, text: fit(kind, g.label-6, 12, false)})
		for i, level := range g.process.Levels[kind] {
			if i < len(g.process.Points) {
				g.level(box{left + float64(i)*g.cell, y, g.cell, g.high}, kind, i, level)
			}
		}
	}
	bottom := top + float64(len(kinds))*g.high
	g.y = bottom + 8
	g.limit(left, top, bottom)
	var entries []legendEntry
	for level, name := range []string{"0 none", "1 small", "2 felt", "3 severe", "4 ruinous"} {
		entries = append(entries, showsBox(paint{fill: levels[level].fill, stroke: edge, width: 1}, name))
	}
	entries = append(entries, legendEntry{16, func(s *Scene, x, y float64) { s.box(box{x - 7, y - 6, 14, 12}, 2, paint{stroke: bad, width: 2}) },
		fmt.Sprintf("%d and more: unacceptable", g.process.Unacceptable)})
	g.y = g.legend(m, g.y, g.w-2*m, entries)
}

func (g *grid) level(b box, kind string, point, level int) {
	level = min(max(level, 0), len(levels)-1)
	defer g.group(fmt.Sprintf("%s after %s: %d", kind, span(g.process.Points[point]), level))()
	b = b.inset(1.5)
	how := paint{fill: levels[level].fill}
	cannot := level >= g.process.Unacceptable
	if cannot {
		how.stroke, how.width = bad, 2
		b = b.inset(1)
	}
	g.box(b, 5, how)
	g.words(words{x: b.midX(), y: b.midY() + 5, size: 15, bold: cannot, anchor: middle, colour: levels[level].ink, text: fmt.Sprint(level)})
}

// limit marks the MTPD: after the last column that can be borne.
func (g *grid) limit(left, top, bottom float64) {
	at := -1
	for i, point := range g.process.Points {
		if g.tolerance.Known != bia.Below && point == g.tolerance.MTPD {
			at = i
		}
	}
	if g.tolerance.Known == bia.Unjudged {
		return
	}
	x := left + float64(at+1)*g.cell
	g.line(x, top-4, x, bottom+6, paint{stroke: accent, width: 3})
	word := "MTPD " + g.tolerance.String()
	wide := width(word, 12, true) + 16
	tag := box{min(max(x-wide/2, g.view.margin()), g.w-g.view.margin()-wide), bottom + 6, wide, 21}
	g.box(tag, 5, paint{fill: accent})
	g.words(words{x: tag.midX(), y: tag.y + 15, size: 12, bold: true, anchor: middle, colour: card, text: word})
	g.y = tag.bottom() + 10
}
