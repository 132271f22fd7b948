package picture

// A mark tells a state by its shape, its colour and, in legends, its word.
type mark uint8

const (
	noMark     mark = iota
	inversion       // a triangle that points up, with a stroke in it
	infeasible      // an octagon with a cross
	okay            // a disc with a tick
	tight           // a triangle on its point, an hourglass half
	breach          // the octagon again
	blocked         // a square with a bar
	chosen          // a star
)

// mark draws a mark about a middle, so large across.
func (s *Scene) mark(m mark, x, y, size float64) {
	r := size / 2
	switch m {
	case inversion:
		s.path(polygon(x, y-r, x+r*1.05, y+r*0.85, x-r*1.05, y+r*0.85), paint{fill: warn, stroke: card, width: 1.2})
		s.box(box{x - r*0.12, y - r*0.38, r * 0.24, r * 0.68}, 0, paint{fill: card})
		s.box(box{x - r*0.12, y + r*0.44, r * 0.24, r * 0.24}, 0, paint{fill: card})
	case infeasible, breach:
		k := r * 0.4142
		s.path(polygon(x-k, y-r, x+k, y-r, x+r, y-k, x+r, y+k, x+k, y+r, x-k, y+r, x-r, y+k, x-r, y-k), paint{fill: bad, stroke: card, width: 1.2})
		c := r * 0.38
		s.path(path{}.move(x-c, y-c).line(x+c, y+c).move(x+c, y-c).line(x-c, y+c), paint{stroke: card, width: size * 0.13})
	case okay:
		s.path(circle(x, y, r), paint{fill: good})
		s.path(path{}.move(x-r*0.45, y).line(x-r*0.1, y+r*0.38).line(x+r*0.5, y-r*0.36), paint{stroke: card, width: size * 0.13})
	case tight:
		s.path(polygon(x-r, y-r*0.85, x+r, y-r*0.85, x, y+r), paint{fill: warn, stroke: card, width: 1.2})
		s.box(box{x - r*0.12, y - r*0.6, r * 0.24, r * 0.85}, 0, paint{fill: card})
	case blocked:
		s.box(box{x - r*0.9, y - r*0.9, r * 1.8, r * 1.8}, 1, paint{fill: faded})
		s.box(box{x - r*0.55, y - r*0.15, r * 1.1, r * 0.3}, 0, paint{fill: card})
	case chosen:
		s.path(polygon(x, y-r, x+r*0.27, y-r*0.31, x+r, y-r*0.28, x+r*0.44, y+r*0.15, x+r*0.62, y+r*0.86, x, y+r*0.46,
			x-r*0.62, y+r*0.86, x-r*0.44, y+r*0.15, x-r, y-r*0.28, x-r*0.27, y-r*0.31), paint{fill: accent})
	}
}

// arrow is the head of an arrow at the end of a line, pointing along (dx, dy).
func (s *Scene) arrow(x, y, dx, dy, size float64, c colour) {
	s.path(polygon(x, y, x-dx*size-dy*size*0.5, y-dy*size+dx*size*0.5, x-dx*size+dy*size*0.5, y-dy*size-dx*size*0.5), paint{fill: c})
}

// A legendEntry explains one shape: draw puts an example about (x, y).
type legendEntry struct {
	wide float64
	draw func(s *Scene, x, y float64)
	word string
}

// legend writes entries from left to right and goes on in the next line where
// the room ends. It returns where the next thing below may begin.
func (s *Scene) legend(x, y, room float64, entries []legendEntry) float64 {
	const size, high = 11.0, 20.0
	at, top := x, y
	for _, e := range entries {
		need := e.wide + 6 + width(e.word, size, false)
		if at > x && at+need > x+room {
			at, top = x, top+high
		}
		e.draw(s, at+e.wide/2, top+high/2)
		s.words(words{x: at + e.wide + 6, y: top + high/2 + 4, size: size, colour: faded, text: fit(e.word, x+room-at-e.wide-6, size, false)})
		at += need + 18
	}
	if len(entries) == 0 {
		return y
	}
	return top + high
}

func showsMark(m mark, word string) legendEntry {
	return legendEntry{14, func(s *Scene, x, y float64) { s.mark(m, x, y, 13) }, word}
}

func showsLine(p paint, arrow bool, word string) legendEntry {
	return legendEntry{28, func(s *Scene, x, y float64) {
		s.line(x-14, y, x+10, y, p)
		if arrow {
			s.arrow(x+14, y, 1, 0, 6, p.stroke)
		}
	}, word}
}

func showsBox(p paint, word string) legendEntry {
	return legendEntry{16, func(s *Scene, x, y float64) { s.box(box{x - 8, y - 6, 16, 12}, 2, p) }, word}
}
