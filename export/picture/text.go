package picture

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// clean takes out of a text what no picture may hold: what XML cannot carry and
// what turns the direction of writing or is not seen.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar, r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
			return -1
		}
		return r
	}, s)
}

// A typeface is one weight of the font that words are measured in, and drawn
// in for PNG.
type typeface struct {
	font    *opentype.Font
	advance [128]float64 // of ASCII, for size 1
}

var typefaces = sync.OnceValue(func() [2]*typeface {
	return [2]*typeface{newTypeface(goregular.TTF), newTypeface(gobold.TTF)}
})

func newTypeface(ttf []byte) *typeface {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("the built-in font cannot be read: " + err.Error())
	}
	t := &typeface{font: f}
	var buf sfnt.Buffer
	for r := range t.advance {
		t.advance[r] = t.measure(&buf, rune(r))
	}
	return t
}

// measure is the width of a rune at size 1. What the font does not have is
// taken to be square, as most of what it lacks is.
func (t *typeface) measure(buf *sfnt.Buffer, r rune) float64 {
	const ppem = 1024
	glyph, err := t.font.GlyphIndex(buf, r)
	if err != nil || glyph == 0 {
		return 1
	}
	width, err := t.font.GlyphAdvance(buf, glyph, fixed.I(ppem), font.HintingNone)
	if err != nil {
		return 1
	}
	return float64(width) / 64 / ppem
}

func face(bold bool) *typeface {
	if bold {
		return typefaces()[1]
	}
	return typefaces()[0]
}

// width is how wide words are.
func width(s string, size float64, bold bool) float64 {
	t := face(bold)
	var buf sfnt.Buffer
	var sum float64
	for _, r := range s {
		if r < 128 {
			sum += t.advance[r]
		} else {
			sum += t.measure(&buf, r)
		}
	}
	return sum * size
}

// fit shortens words to a width, with an ellipsis where something is missing.
func fit(s string, room, size float64, bold bool) string {
	s = clean(s)
	if width(s, size, bold) <= room {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if short := strings.TrimRight(string(runes[:n]), " -") + "…"; width(short, size, bold) <= room {
			return short
		}
	}
	return "…"
}

// wrap cuts words into lines of a width; the last of at most so many is
// shortened.
func wrap(s string, room, size float64, bold bool, most int) []string {
	var lines []string
	rest := strings.Fields(clean(s))
	for len(rest) > 0 {
		if len(lines) == most-1 {
			return append(lines, fit(strings.Join(rest, " "), room, size, bold))
		}
		n := 1
		for n < len(rest) && width(strings.Join(rest[:n+1], " "), size, bold) <= room {
			n++
		}
		lines = append(lines, fit(strings.Join(rest[:n], " "), room, size, bold))
		rest = rest[n:]
	}
	return lines
}
