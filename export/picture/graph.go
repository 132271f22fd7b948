package picture

import (
	"fmt"

	"holdfast/plan"
)

// A graphSize is how large the parts of a graph are. Along is the way the waves
// go: to the right on a screen, down on a telephone.
type graphSize struct {
	along, across float64 // of a node
	between       float64 // from wave to wave
	gap           float64 // from node to node
}

// graph draws every service and every dependency. It returns nil when that does
// not fit on a telephone.
func (c *waveChart) graph() *Scene {
	edges, kinds := c.ordering()
	size := c.graphSize()
	layer, across, crowd := make([]int, len(c.times)), make([]float64, len(c.times)), make([]int, c.waves)
	for _, t := range c.times {
		crowd[t.Wave]++
	}
	for i, t := range c.times {
		layer[i], across[i] = t.Wave, size.across
		if c.v.Narrow {
			across[i] = min(max(phoneNode/float64(crowd[t.Wave])-size.gap, size.across), 108)
		}
	}
	m := newMesh(layer, across, edges, size.gap)
	d := &graphDrawing{waveChart: c, mesh: m, size: size}
	w := phoneWidth
	if c.v.Narrow {
		if m.extent() > w-2*c.v.margin()-railWide {
			return nil
		}
	} else {
		w = max(560, 2*margin+float64(c.waves)*(size.along+size.between)-size.between)
	}
	d.frame = newFrame("waves", c.title(), c.answer(), w, c.v)
	d.draw(edges, kinds)
	return d.frame.close()
}

// railWide is the strip at the left of a telephone's picture that names waves.
const (
	railWide  = 34.0
	phoneNode = phoneWidth - 24 - railWide + 4 // what the nodes of a wave share
)

func (c *waveChart) graphSize() graphSize {
	if c.v.Narrow {
		return graphSize{along: 44, across: 62, between: 40, gap: 4}
	}
	wide := 0.0
	for _, s := range c.p.Services {
		wide = max(wide, width(s.ID, 13, true))
	}
	return graphSize{along: min(max(wide+58, 150), 210), across: 62, between: 64, gap: 14}
}

// A graphDrawing is a graph while it is drawn.
type graphDrawing struct {
	*waveChart
	*frame
	mesh *mesh
	size graphSize
	top  float64    // where nodes begin
	in   [][]int    // edges that end at a node, in their order across
	out  [][]int    // and that begin there
	port [2][]point // of each edge: its begin and its end
}

func (d *graphDrawing) draw(edges [][2]int, kinds []plan.DepKind) {
	d.headings()
	d.ports(edges)
	for _, strong := range []bool{false, true} {
		for i, e := range edges {
			if d.critical(e[0], e[1]) == strong {
				d.edge(i, e, kinds[i])
			}
		}
	}
	for _, e := range d.soft() {
		d.softEdge(e)
	}
	for i := range d.times {
		d.node(i)
	}
	if d.view.Narrow {
		d.y = d.top + float64(d.waves)*(d.size.along+d.size.between) - d.size.between
	} else {
		d.y = d.top + d.mesh.extent()
	}
	d.y += 14
	d.explain(kinds)
}

// headings names the waves, and puts a band behind every second one.
func (d *graphDrawing) headings() {
	d.top = d.y + 44
	if d.view.Narrow {
		d.top = d.y + 8
	}
	for wave := range d.waves {
		first, second := fmt.Sprintf("Wave %d", wave), "up by "+span(d.upBy(wave))
		b := d.span(wave)
		if d.view.Narrow {
			d.box(box{b.x, b.y - 8, b.w, b.h + 16}, 6, paint{fill: band})
			d.words(words{x: b.x + 7, y: b.midY() - 2, size: 12, bold: true, colour: ink, text: fmt.Sprintf("W%d", wave)})
			d.words(words{x: b.x + 7, y: b.midY() + 11, size: 10, colour: faded, text: span(d.upBy(wave))})
			continue
		}
		d.box(box{b.x - 10, d.y, b.w + 20, d.mesh.extent() + 54}, 8, paint{fill: band})
		d.words(words{x: b.x, y: d.y + 19, size: 13, bold: true, colour: ink, text: first})
		d.words(words{x: b.right(), y: d.y + 19, size: 12, anchor: end, colour: faded, text: second})
	}
}

// span is the room of a wave.
func (d *graphDrawing) span(wave int) box {
	at := float64(wave) * (d.size.along + d.size.between)
	m := d.view.margin()
	if d.view.Narrow {
		return box{m - 4, d.top + at, d.w - 2*m + 8, d.size.along}
	}
	return box{m + at, d.top, d.size.along, d.mesh.extent()}
}

// nodeBox is where a vertex of the mesh stands.
func (d *graphDrawing) nodeBox(v int) box {
	b := d.span(d.mesh.of[v])
	at, size := d.mesh.at[v], d.mesh.size[v]
	if d.view.Narrow {
		room := d.w - 2*d.view.margin() - railWide
		left := d.view.margin() + railWide + (room-d.mesh.extent())/2
		return box{left + at - size/2, b.y, size, b.h}
	}
	return box{b.x, d.top + at - size/2, b.w, size}
}

func (d *graphDrawing) node(i int) {
	s, t, b := d.p.Services[i], d.times[i], d.nodeBox(i)
	defer d.group(d.hint(i))()
	frame := paint{fill: card, stroke: line, width: 1.2}
	switch {
	case t.Infeasible:
		frame = paint{fill: paleBad, stroke: bad, width: 2.4}
	case t.Inverted:
		frame = paint{fill: paleWarn, stroke: warn, width: 2, dash: 5, gap: 3}
	case d.on[t.ID]:
		frame = paint{fill: card, stroke: accent, width: 2.2}
	}
	d.box(b, 7, frame)
	if d.view.Narrow {
		d.words(words{x: b.midX(), y: b.y + 17, size: 11, bold: true, anchor: middle, colour: ink, text: fit(s.ID, b.w-6, 11, true)})
		d.words(words{x: b.midX(), y: b.y + 32, size: 10, anchor: middle, colour: faded, text: fit(span(t.Finish)+" of "+span(t.Deadline), b.w-6, 10, false)})
		if m := d.state(t); m != noMark {
			d.mark(m, b.right()-3, b.y+1, 15)
		}
		return
	}
	tier := fmt.Sprintf("T%d", s.Tier)
	d.box(box{b.right() - 31, b.y + 8, 23, 16}, 4, paint{fill: paleBlue})
	d.words(words{x: b.right() - 19.5, y: b.y + 20, size: 11, bold: true, anchor: middle, colour: accent, text: tier})
	d.words(words{x: b.x + 10, y: b.y + 21, size: 13, bold: true, colour: ink, text: fit(s.ID, b.w-48, 13, true)})
	d.words(words{x: b.x + 10, y: b.y + 37, size: 11, colour: faded, text: fit(fmt.Sprintf("RTO %s · up at %s", span(t.Deadline), span(t.Finish)), b.w-18, 11, false)})
	last, shade := s.Team, faded
	switch d.state(t) {
	case infeasible:
		last, shade = "cannot be met", deepBad
	case inversion:
		last, shade = "needed by "+span(t.Latest), warn
	}
	x := b.x + 10
	if m := d.state(t); m != noMark {
		d.mark(m, x+7, b.y+49, 14)
		x += 19
	}
	d.words(words{x: x, y: b.y + 53, size: 11, bold: shade != faded, colour: shade, text: fit(last, b.right()-x-8, 11, shade != faded)})
}

// explain writes the legend of what was drawn, and of nothing else.
func (d *graphDrawing) explain(kinds []plan.DepKind) {
	met := map[plan.DepKind]bool{}
	for _, k := range kinds {
		met[k] = true
	}
	arrow := "needed first"
	if d.view.Narrow {
		arrow += "; in a box: up at, of its RTO"
	}
	entries := []legendEntry{showsLine(edgePaint(plan.Hard, false), true, arrow)}
	if met[plan.Data] {
		entries = append(entries, showsLine(edgePaint(plan.Data, false), true, "and holds its data"))
	}
	if met[plan.Startup] {
		entries = append(entries, showsLine(edgePaint(plan.Startup, false), true, "needed to start"))
	}
	if len(d.soft()) > 0 {
		entries = append(entries, showsLine(softPaint, false, "works worse without"))
	}
	entries = append(entries, showsLine(edgePaint(plan.Hard, true), true, "critical path of "+d.last))
	if d.inverted > 0 {
		entries = append(entries, showsMark(inversion, "inversion: promised later than needed"))
	}
	if d.infeasible > 0 {
		entries = append(entries, showsMark(infeasible, "cannot be met in any order"))
	}
	m := d.view.margin()
	d.y = d.legend(m, d.y, d.w-2*m, entries)
}
