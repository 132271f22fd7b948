package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

const (
	sharp     = 2.0      // pixels a unit, so that words are crisp on a telephone
	maxPixels = 12 << 20 // beyond this the picture is drawn coarser
	minSharp  = 0.5      // and coarser than this not at all
)

// PNG draws the scene as an image, two pixels a unit unless that is too many.
// A scene too large to be read as an image is an error; SVG has no such limit.
func (s *Scene) PNG() ([]byte, error) {
	img, err := s.draw()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("encode the picture: %w", err)
	}
	return b.Bytes(), nil
}

func (s *Scene) draw() (*image.RGBA, error) {
	scale := min(sharp, math.Sqrt(maxPixels/(s.w*s.h)))
	if scale < minSharp {
		return nil, fmt.Errorf("the picture is %.0f by %.0f units, too large for PNG; write SVG", s.w, s.h)
	}
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, int(math.Ceil(s.w*scale)), int(math.Ceil(s.h*scale)))), scale: scale, faces: map[faceOf]font.Face{}}
	for _, it := range s.items {
		if err := c.draw(it); err != nil {
			return nil, err
		}
	}
	return c.img, nil
}

// A canvas is one image while it is drawn.
type canvas struct {
	img    *image.RGBA
	scale  float64
	raster vector.Rasterizer
	faces  map[faceOf]font.Face
}

type faceOf struct {
	bold bool
	size float64
}

func (c *canvas) draw(it item) error {
	switch it.kind {
	case aBox:
		c.outline(rounded(it.box, it.round), it.paint)
	case aPath:
		c.outline(it.path, it.paint)
	case someWords:
		return c.words(it.words)
	}
	return nil
}

func (c *canvas) outline(p path, how paint) {
	lines, closed := p.flatten(c.scale)
	if how.fill != none {
		c.fill(lines, how.fill)
	}
	if how.stroke == none || how.width <= 0 {
		return
	}
	half := how.width * c.scale / 2
	var pieces [][]point
	for i, l := range lines {
		if closed[i] {
			l = append(l[:len(l):len(l)], l[0])
		}
		for _, part := range dashed(l, how.dash*c.scale, how.gap*c.scale) {
			pieces = append(pieces, stroked(part, half)...)
		}
	}
	c.fill(pieces, how.stroke)
}

// fill paints polygons that all turn the same way, or do not overlap.
func (c *canvas) fill(polygons [][]point, with colour) {
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, polygon := range polygons {
		for _, at := range polygon {
			low = point{min(low.x, at.x), min(low.y, at.y)}
			high = point{max(high.x, at.x), max(high.y, at.y)}
		}
	}
	if low.x > high.x {
		return
	}
	bounds := image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x))+1, int(math.Ceil(high.y))+1)
	c.raster.Reset(bounds.Dx(), bounds.Dy())
	c.raster.DrawOp = draw.Over
	for _, polygon := range polygons {
		for i, at := range polygon {
			x, y := float32(at.x-float64(bounds.Min.X)), float32(at.y-float64(bounds.Min.Y))
			if i == 0 {
				c.raster.MoveTo(x, y)
			} else {
				c.raster.LineTo(x, y)
			}
		}
		c.raster.ClosePath()
	}
	paint := image.NewUniform(with.rgb())
	if bounds.In(c.img.Rect) {
		c.raster.Draw(c.img, bounds, paint, image.Point{})
		return
	}
	// The rasteriser does not mind where the image ends.
	mask := image.NewAlpha(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	c.raster.Draw(mask, mask.Rect, image.Opaque, image.Point{})
	draw.DrawMask(c.img, bounds, paint, image.Point{}, mask, image.Point{}, draw.Over)
}

func (c *canvas) words(w words) error {
	of := faceOf{w.bold, w.size}
	f := c.faces[of]
	if f == nil {
		var err error
		if f, err = opentype.NewFace(face(w.bold).font, &opentype.FaceOptions{Size: w.size * c.scale, DPI: 72, Hinting: font.HintingNone}); err != nil {
			return fmt.Errorf("draw words of size %g: %w", w.size, err)
		}
		c.faces[of] = f
	}
	x := w.x * c.scale
	switch long := width(w.text, w.size, w.bold) * c.scale; w.anchor {
	case middle:
		x -= long / 2
	case end:
		x -= long
	}
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(w.colour.rgb()), Face: f, Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(w.y * c.scale * 64)}}
	d.DrawString(w.text)
	return nil
}

// stroked turns a polyline into polygons that cover it: one a segment, and a
// disc at each bend. All turn the same way, so that none takes another away.
func stroked(l []point, half float64) [][]point {
	var pieces [][]point
	for i := 0; i+1 < len(l); i++ {
		a, b := l[i], l[i+1]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		if long == 0 {
			continue
		}
		dx, dy := (b.x-a.x)/long*half, (b.y-a.y)/long*half
		pieces = append(pieces, []point{{a.x + dy, a.y - dx}, {b.x + dy, b.y - dx}, {b.x - dy, b.y + dx}, {a.x - dy, a.y + dx}})
		if i > 0 && half > 0.6 {
			pieces = append(pieces, disc(a, half))
		}
	}
	return pieces
}

func disc(at point, r float64) []point {
	const corners = 12
	all := make([]point, corners)
	for i := range all {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / corners)
		all[i] = point{at.x + r*cos, at.y + r*sin}
	}
	return all
}

// dashed cuts a polyline into the pieces that are drawn.
func dashed(l []point, dash, gap float64) [][]point {
	if dash <= 0 {
		return [][]point{l}
	}
	var pieces [][]point
	piece, left, on := []point{l[0]}, dash, true
	for i := 0; i+1 < len(l); i++ {
		a, b := l[i], l[i+1]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		for at := 0.0; at < long; {
			part := min(left, long-at)
			at, left = at+part, left-part
			here := point{a.x + (b.x-a.x)*at/long, a.y + (b.y-a.y)*at/long}
			if on {
				piece = append(piece, here)
			}
			if left <= 1e-9 {
				if on {
					pieces = append(pieces, piece)
				}
				if on = !on; on {
					piece, left = []point{here}, dash
				} else {
					left = gap
				}
			}
		}
	}
	if on && len(piece) > 1 {
		pieces = append(pieces, piece)
	}
	return pieces
}
