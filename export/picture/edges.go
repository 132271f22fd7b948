package picture

import (
	"cmp"
	"slices"

	"holdfast/plan"
)

var softPaint = paint{stroke: line, width: 1.2, dash: 2, gap: 4}

func edgePaint(kind plan.DepKind, critical bool) paint {
	p := paint{stroke: line, width: 1.4}
	if critical {
		p = paint{stroke: accent, width: 2.4}
	}
	switch kind {
	case plan.Data:
		p.width += 1.4
	case plan.Startup:
		p.dash, p.gap = 7, 4
	}
	return p
}

// ports spreads the edges of a node along its side, in the order of where they
// lead, so that they do not meet in one point.
func (d *graphDrawing) ports(edges [][2]int) {
	d.in, d.out = make([][]int, len(d.times)), make([][]int, len(d.times))
	for i, e := range edges {
		d.out[e[0]], d.in[e[1]] = append(d.out[e[0]], i), append(d.in[e[1]], i)
	}
	d.port = [2][]point{make([]point, len(edges)), make([]point, len(edges))}
	for v := range d.times {
		b := d.nodeBox(v)
		for side, list := range [2][]int{d.out[v], d.in[v]} {
			next := func(edge int) float64 {
				route := d.mesh.routes[edge]
				if side == 0 {
					return d.mesh.at[route[1]]
				}
				return d.mesh.at[route[len(route)-2]]
			}
			slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(next(a), next(b)) })
			for i, edge := range list {
				share := (float64(i)+1)/float64(len(list)+1)*0.7 + 0.15
				d.port[side][edge] = d.onSide(b, side == 0, share)
			}
		}
	}
}

// onSide is a point on the side of a box to which the waves go, or from which
// they come.
func (d *graphDrawing) onSide(b box, ahead bool, share float64) point {
	switch {
	case d.view.Narrow && ahead:
		return point{b.x + b.w*share, b.bottom()}
	case d.view.Narrow:
		return point{b.x + b.w*share, b.y}
	case ahead:
		return point{b.right(), b.y + b.h*share}
	}
	return point{b.x, b.y + b.h*share}
}

const headSize = 7.0

func (d *graphDrawing) edge(i int, e [2]int, kind plan.DepKind) {
	route := d.mesh.routes[i]
	from, to := d.port[0][i], d.port[1][i]
	stop := to
	if d.view.Narrow {
		stop.y -= headSize - 1
	} else {
		stop.x -= headSize - 1
	}
	way, at := path{}.move(from.x, from.y), from
	for _, bend := range route[1 : len(route)-1] {
		b := d.nodeBox(bend)
		in, out := d.onSide(b, false, 0.5), d.onSide(b, true, 0.5)
		way = d.swing(way, at, in).line(out.x, out.y)
		at = out
	}
	way = d.swing(way, at, stop)
	p := edgePaint(kind, d.critical(e[0], e[1]))
	halo := p
	halo.stroke, halo.dash = card, 0
	halo.width += 2.4
	d.path(way, halo) // so that a crossing is seen as one line above another
	d.path(way, p)
	if d.view.Narrow {
		d.arrow(to.x, to.y, 0, 1, headSize, p.stroke)
	} else {
		d.arrow(to.x, to.y, 1, 0, headSize, p.stroke)
	}
}

// swing goes from wave to wave in a curve that leaves and arrives along.
func (d *graphDrawing) swing(way path, from, to point) path {
	if d.view.Narrow {
		half := (from.y + to.y) / 2
		return way.curve(from.x, half, to.x, half, to.x, to.y)
	}
	half := (from.x + to.x) / 2
	return way.curve(half, from.y, half, to.y, to.x, to.y)
}

// softEdge is drawn beside the order: it may lead into any wave.
func (d *graphDrawing) softEdge(e [2]int) {
	a, b := d.nodeBox(e[0]), d.nodeBox(e[1])
	from, to := d.onSide(a, true, 0.9), d.onSide(b, false, 0.1)
	var way path
	if d.view.Narrow {
		way = path{}.move(from.x, from.y).curve(from.x, from.y+24, to.x, to.y-24, to.x, to.y)
	} else {
		way = path{}.move(from.x, from.y).curve(from.x+40, from.y, to.x-40, to.y, to.x, to.y)
	}
	d.path(way, softPaint)
}
