package picture

import (
	"cmp"
	"fmt"
	"slices"

	"holdfast/plan/order"
)

const (
	chipWide, chipHigh = 116.0, 17.0
	chipGap            = 3.0
	teamHead           = 17.0
	teamGap            = 8.0
	crowdGap           = 54.0 // from wave to wave
	crowdHigh          = 1000.0
)

// A herd is the services of one team in one wave.
type herd struct {
	team string
	of   []int
}

// crowd draws a few hundred services: small chips by wave and team, and of the
// dependencies those that decide when something can start.
func (c *waveChart) crowd() *Scene {
	waves := c.herds()
	d := &crowdDrawing{waveChart: c, at: make([]box, len(c.times))}
	columns := make([]int, c.waves)
	w := 2 * margin
	for i, herds := range waves {
		columns[i] = columnsOf(herds)
		w += float64(columns[i])*(chipWide+chipGap) + crowdGap
	}
	d.frame = newFrame("waves", c.title(), c.answer(), max(w-crowdGap, 560), c.v)
	d.top = d.y + 40
	d.place(waves, columns)
	d.y += 12
	d.draw(waves, columns)
	d.explain()
	return d.frame.close()
}

// herds gathers services by wave and team, each by name.
func (c *waveChart) herds() [][]herd {
	waves := make([][]herd, c.waves)
	for i, t := range c.times {
		team := c.p.Services[i].Team
		at := slices.IndexFunc(waves[t.Wave], func(h herd) bool { return h.team == team })
		if at < 0 {
			at = len(waves[t.Wave])
			waves[t.Wave] = append(waves[t.Wave], herd{team: team})
		}
		waves[t.Wave][at].of = append(waves[t.Wave][at].of, i)
	}
	for _, herds := range waves {
		slices.SortFunc(herds, func(a, b herd) int { return cmp.Compare(a.team, b.team) })
	}
	return waves
}

// columnsOf is how many chips stand side by side for a wave not to grow too
// high.
func columnsOf(herds []herd) int {
	for n := 1; ; n++ {
		high := 0.0
		for _, h := range herds {
			high += herdHigh(h, n)
		}
		if high <= crowdHigh || n == 6 {
			return n
		}
	}
}

func herdHigh(h herd, columns int) float64 {
	return teamHead + float64((len(h.of)+columns-1)/columns)*(chipHigh+chipGap) + teamGap
}

type crowdDrawing struct {
	*waveChart
	*frame
	top   float64
	at    []box // of each service
	bands []box
	heads [][]point
}

// place puts every chip where it stands.
func (d *crowdDrawing) place(waves [][]herd, columns []int) {
	x, bottom := margin, d.top
	for i, herds := range waves {
		wide := float64(columns[i])*(chipWide+chipGap) - chipGap
		y := d.top
		var heads []point
		for _, h := range herds {
			heads = append(heads, point{x, y + 12})
			for n, v := range h.of {
				d.at[v] = box{x + float64(n%columns[i])*(chipWide+chipGap), y + teamHead + float64(n/columns[i])*(chipHigh+chipGap), chipWide, chipHigh}
			}
			y += herdHigh(h, columns[i])
		}
		d.heads = append(d.heads, heads)
		d.bands = append(d.bands, box{x - 8, d.y, wide + 16, 0})
		bottom = max(bottom, y)
		x += wide + chipGap + crowdGap
	}
	for i := range d.bands {
		d.bands[i].h = bottom - d.y
	}
	d.y = bottom
}

func (d *crowdDrawing) draw(waves [][]herd, columns []int) {
	for i, b := range d.bands {
		d.box(b, 8, paint{fill: band})
		d.words(words{x: b.x + 8, y: b.y + 18, size: 13, bold: true, colour: ink, text: fmt.Sprintf("Wave %d", i)})
		n := 0
		for _, h := range waves[i] {
			n += len(h.of)
		}
		d.words(words{x: b.x + 8, y: b.y + 33, size: 10, colour: faded, text: fit(fmt.Sprintf("%d, up by %s", n, span(d.upBy(i))), b.w-12, 10, false)})
	}
	edges, _ := d.ordering()
	for _, strong := range []bool{false, true} {
		for _, e := range edges {
			if d.decides(e[0], e[1]) && d.critical(e[0], e[1]) == strong {
				d.thread(e, strong)
			}
		}
	}
	for i, herds := range waves {
		for n, h := range herds {
			at := d.heads[i][n]
			name := fmt.Sprintf("%s · %d", cmp.Or(h.team, "no team"), len(h.of))
			d.words(words{x: at.x, y: at.y, size: 10, bold: true, colour: faded, text: fit(name, d.bands[i].w-16, 10, true)})
			for _, v := range h.of {
				d.chip(v)
			}
		}
	}
}

// thread is a dependency among many.
func (d *crowdDrawing) thread(e [2]int, critical bool) {
	a, b := d.at[e[0]], d.at[e[1]]
	how := paint{stroke: "#b9c4ce", width: 0.8}
	if critical {
		how = paint{stroke: accent, width: 2.2}
	}
	// Chips stand before the thread, so it leaves its wave at the edge of it.
	out, in := d.bands[d.times[e[0]].Wave].right()-8, d.bands[d.times[e[1]].Wave].x+8
	half := max((in-out)/2, 20)
	d.path(path{}.move(a.right(), a.midY()).line(out, a.midY()).curve(out+half, a.midY(), in-half, b.midY(), in, b.midY()).line(b.x, b.midY()), how)
}

func (d *crowdDrawing) chip(i int) {
	t, b := d.times[i], d.at[i]
	defer d.group(d.hint(i))()
	how, room := paint{fill: card, stroke: "#c3ccd5", width: 0.8}, b.w-8
	switch {
	case t.Infeasible:
		how = paint{fill: paleBad, stroke: bad, width: 1.6}
	case t.Inverted:
		how = paint{fill: paleWarn, stroke: warn, width: 1.4, dash: 4, gap: 2}
	case d.on[t.ID]:
		how = paint{fill: card, stroke: accent, width: 1.8}
	}
	d.box(b, 4, how)
	if m := d.state(t); m != noMark {
		d.mark(m, b.right()-8, b.midY(), 11)
		room -= 14
	}
	d.words(words{x: b.x + 5, y: b.y + 12.5, size: 10, bold: d.on[t.ID], colour: ink, text: fit(t.ID, room, 10, d.on[t.ID])})
}

func (d *crowdDrawing) explain() {
	entries := []legendEntry{
		showsLine(paint{stroke: "#b9c4ce", width: 1}, false, "decides when the next can start (other dependencies are not drawn)"),
		showsLine(paint{stroke: accent, width: 2.2}, false, "critical path of "+d.last),
	}
	if d.inverted > 0 {
		entries = append(entries, showsMark(inversion, fmt.Sprintf("inversion: promised later than needed (%d)", d.inverted)))
	}
	if d.infeasible > 0 {
		entries = append(entries, showsMark(infeasible, fmt.Sprintf("cannot be met in any order (%d)", d.infeasible)))
	}
	d.y = d.legend(margin, d.y, d.w-2*margin, entries)
}

// overview draws waves as rows with how many services they hold, for a
// telephone and for plans of thousands.
func (c *waveChart) overview() *Scene {
	w := 760.0
	if c.v.Narrow {
		w = phoneWidth
	}
	f := newFrame("waves", c.title(), c.answer(), w, c.v)
	m := c.v.margin()
	waves := make([][]order.Times, c.waves)
	most := 0
	for _, t := range c.times {
		waves[t.Wave] = append(waves[t.Wave], t)
		most = max(most, len(waves[t.Wave]))
	}
	const high = 46.0
	shown := min(len(waves), 60)
	for i, of := range waves[:shown] {
		c.overviewRow(f, box{m, f.y, w - 2*m, high - 6}, i, of, most)
		f.y += high
	}
	if shown < len(waves) {
		f.note(fmt.Sprintf("%d more waves are not shown.", len(waves)-shown))
	}
	if names := c.named(); names != "" {
		f.note(names)
	}
	f.y += 4
	entries := []legendEntry{showsBox(paint{fill: paleBlue, stroke: accent, width: 1}, "services of a wave")}
	if c.inverted > 0 {
		entries = append(entries, showsMark(inversion, "inversions"))
	}
	if c.infeasible > 0 {
		entries = append(entries, showsMark(infeasible, "cannot be met"))
	}
	f.y = f.legend(m, f.y, w-2*m, entries)
	return f.close()
}

func (c *waveChart) overviewRow(f *frame, b box, wave int, of []order.Times, most int) {
	f.box(b, 6, paint{fill: band})
	f.words(words{x: b.x + 8, y: b.y + 17, size: 12, bold: true, colour: ink, text: fmt.Sprintf("Wave %d", wave)})
	f.words(words{x: b.x + 8, y: b.y + 32, size: 11, colour: faded, text: "up by " + span(c.upBy(wave))})
	left, room := b.x+100, b.w-100-132
	bar := box{left, b.y + 10, max(room*float64(len(of))/float64(most), 3), b.h - 20}
	f.box(bar, 3, paint{fill: paleBlue, stroke: accent, width: 1})
	f.words(words{x: bar.right() + 6, y: b.midY() + 4, size: 12, bold: true, colour: ink, text: fmt.Sprint(len(of))})
	n := map[mark]int{}
	for _, t := range of {
		n[c.state(t)]++
	}
	x := b.right() - 44
	for _, m := range []mark{infeasible, inversion} {
		if n[m] > 0 {
			f.mark(m, x, b.midY(), 15)
			f.words(words{x: x + 11, y: b.midY() + 4, size: 12, bold: true, colour: ink, text: fmt.Sprint(n[m])})
			x -= 48
		}
	}
}

// named lists some of what is wrong, since a row shows only numbers.
func (c *waveChart) named() string {
	var names []string
	for _, t := range c.times {
		if t.Infeasible || t.Inverted {
			names = append(names, t.ID)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "Look at " + andMore(names, 8) + "."
}
