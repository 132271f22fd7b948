package picture

import "math"

// Scene is one picture. Its unit is a CSS pixel.
type Scene struct {
	name        string // of the kind of picture, for ids within a page
	title, desc string // for who cannot see it
	w, h        float64
	items       []item
}

// Size is how large the scene is meant to be shown.
func (s *Scene) Size() (width, height float64) { return s.w, s.h }

// Title and Description say in words what the picture shows.
func (s *Scene) Title() string       { return s.title }
func (s *Scene) Description() string { return s.desc }

// An item is one thing on the scene, in the order of drawing.
type item struct {
	kind  itemKind
	box   box
	round float64 // corners of a box
	path  path
	paint paint
	words words
	hint  string // of a group: what is shown when it is pointed at
}

type itemKind uint8

const (
	aBox itemKind = iota
	aPath
	someWords
	groupBegins
	groupEnds
)

type box struct{ x, y, w, h float64 }

func (b box) right() float64  { return b.x + b.w }
func (b box) bottom() float64 { return b.y + b.h }
func (b box) midX() float64   { return b.x + b.w/2 }
func (b box) midY() float64   { return b.y + b.h/2 }

// inset is the box without a rim.
func (b box) inset(by float64) box { return box{b.x + by, b.y + by, b.w - 2*by, b.h - 2*by} }

// A paint says how an outline is filled and drawn.
type paint struct {
	fill, stroke colour
	width        float64
	dash, gap    float64 // zero: a whole line
}

type words struct {
	x, y   float64 // the base line at the anchor
	size   float64
	bold   bool
	anchor anchor
	colour colour
	text   string
}

type anchor uint8

const (
	begin anchor = iota
	middle
	end
)

func (s *Scene) box(b box, round float64, p paint) {
	s.items = append(s.items, item{kind: aBox, box: b, round: round, paint: p})
}

func (s *Scene) path(way path, p paint) {
	s.items = append(s.items, item{kind: aPath, path: way, paint: p})
}

func (s *Scene) line(x1, y1, x2, y2 float64, p paint) {
	s.path(path{}.move(x1, y1).line(x2, y2), p)
}

func (s *Scene) words(w words) {
	if w.text = clean(w.text); w.text != "" {
		s.items = append(s.items, item{kind: someWords, words: w})
	}
}

// group gathers what follows until done, and shows a hint when it is pointed at.
func (s *Scene) group(hint string) (done func()) {
	s.items = append(s.items, item{kind: groupBegins, hint: clean(hint)})
	return func() { s.items = append(s.items, item{kind: groupEnds}) }
}

// hatch draws slanted lines across a box, as part of its surface.
func (s *Scene) hatch(b box, apart float64, p paint) {
	var way path
	for at := b.x - b.h; at < b.right(); at += apart {
		x1, y1, x2, y2 := at, b.bottom(), at+b.h, b.y
		if x1 < b.x {
			x1, y1 = b.x, b.bottom()-(b.x-at)
		}
		if x2 > b.right() {
			x2, y2 = b.right(), b.y+(at+b.h-b.right())
		}
		if x2-x1 > 0.5 {
			way = way.move(x1, y1).line(x2, y2)
		}
	}
	if len(way) > 0 {
		s.path(way, p)
	}
}

// A path is a way of straight lines and curves.
type path []step

type step struct {
	kind byte // M, L, C, Z as in SVG
	at   [6]float64
}

func (p path) move(x, y float64) path { return append(p, step{'M', [6]float64{x, y}}) }
func (p path) line(x, y float64) path { return append(p, step{'L', [6]float64{x, y}}) }
func (p path) close() path            { return append(p, step{kind: 'Z'}) }
func (p path) curve(x1, y1, x2, y2, x, y float64) path {
	return append(p, step{'C', [6]float64{x1, y1, x2, y2, x, y}})
}

// polygon is a closed path through points given as x, y, x, y ...
func polygon(at ...float64) path {
	var p path
	for i := 0; i+1 < len(at); i += 2 {
		if i == 0 {
			p = p.move(at[0], at[1])
		} else {
			p = p.line(at[i], at[i+1])
		}
	}
	return p.close()
}

// kappa places the handles of a quarter of a circle.
const kappa = 0.5522847498

// rounded is the outline of a box with round corners.
func rounded(b box, r float64) path {
	r = min(r, b.w/2, b.h/2)
	if r <= 0 {
		return polygon(b.x, b.y, b.right(), b.y, b.right(), b.bottom(), b.x, b.bottom())
	}
	k := r * (1 - kappa)
	x, y, e, f := b.x, b.y, b.right(), b.bottom()
	return path{}.move(x+r, y).line(e-r, y).curve(e-k, y, e, y+k, e, y+r).
		line(e, f-r).curve(e, f-k, e-k, f, e-r, f).
		line(x+r, f).curve(x+k, f, x, f-k, x, f-r).
		line(x, y+r).curve(x, y+k, x+k, y, x+r, y).close()
}

func circle(x, y, r float64) path { return rounded(box{x - r, y - r, 2 * r, 2 * r}, r) }

// flatten turns a path into polylines. closed says of each whether it ends
// where it began.
func (p path) flatten(scale float64) (lines [][]point, closed []bool) {
	var at []point
	flush := func(isClosed bool) {
		if len(at) > 1 {
			lines, closed = append(lines, at), append(closed, isClosed)
		}
		at = nil
	}
	for _, s := range p {
		switch s.kind {
		case 'M':
			flush(false)
			at = []point{{s.at[0] * scale, s.at[1] * scale}}
		case 'L':
			at = append(at, point{s.at[0] * scale, s.at[1] * scale})
		case 'C':
			at = bend(at, s.at, scale)
		case 'Z':
			flush(true)
		}
	}
	flush(false)
	return lines, closed
}

type point struct{ x, y float64 }

// bend appends a curve as short straight lines, about three pixels each.
func bend(at []point, c [6]float64, scale float64) []point {
	from := at[len(at)-1]
	a, b, to := point{c[0] * scale, c[1] * scale}, point{c[2] * scale, c[3] * scale}, point{c[4] * scale, c[5] * scale}
	length := math.Hypot(a.x-from.x, a.y-from.y) + math.Hypot(b.x-a.x, b.y-a.y) + math.Hypot(to.x-b.x, to.y-b.y)
	n := max(4, min(64, int(length/3)))
	for i := 1; i <= n; i++ {
		t := float64(i) / float64(n)
		u := 1 - t
		w0, w1, w2, w3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		at = append(at, point{w0*from.x + w1*a.x + w2*b.x + w3*to.x, w0*from.y + w1*a.y + w2*b.y + w3*to.y})
	}
	return at
}
