package picture

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// fonts are what most machines have; words are measured in a font that is a
// little wider than each of them.
const fonts = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans',Roboto,sans-serif"

// SVG writes the scene as one file that needs nothing else: no script, no link,
// no font. It scales to the width it is given.
func (s *Scene) SVG() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %[1]s %[2]s" role="img" aria-labelledby="%[3]s-title %[3]s-desc" font-family="%[4]s">`+"\n",
		number(s.w), number(s.h), s.name, fonts)
	fmt.Fprintf(&b, "<title id=\"%s-title\">%s</title>\n<desc id=\"%[1]s-desc\">%[3]s</desc>\n", s.name, escape(s.title), escape(s.desc))
	for _, it := range s.items {
		it.writeSVG(&b)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (it item) writeSVG(b *bytes.Buffer) {
	switch it.kind {
	case aBox:
		fmt.Fprintf(b, `<rect x="%s" y="%s" width="%s" height="%s"`, number(it.box.x), number(it.box.y), number(it.box.w), number(it.box.h))
		if it.round > 0 {
			fmt.Fprintf(b, ` rx="%s"`, number(it.round))
		}
		it.paint.writeSVG(b)
		b.WriteString("/>\n")
	case aPath:
		b.WriteString(`<path d="`)
		it.path.writeSVG(b)
		b.WriteByte('"')
		it.paint.writeSVG(b)
		b.WriteString("/>\n")
	case someWords:
		it.words.writeSVG(b)
	case groupBegins:
		b.WriteString("<g>")
		if it.hint != "" {
			b.WriteString("<title>" + escape(it.hint) + "</title>")
		}
		b.WriteByte('\n')
	case groupEnds:
		b.WriteString("</g>\n")
	}
}

func (p paint) writeSVG(b *bytes.Buffer) {
	if p.fill == none {
		b.WriteString(` fill="none"`)
	} else {
		fmt.Fprintf(b, ` fill="%s"`, p.fill)
	}
	if p.stroke != none && p.width > 0 {
		fmt.Fprintf(b, ` stroke="%s" stroke-width="%s" stroke-linejoin="round"`, p.stroke, number(p.width))
		if p.dash > 0 {
			fmt.Fprintf(b, ` stroke-dasharray="%s %s"`, number(p.dash), number(p.gap))
		}
	}
}

func (p path) writeSVG(b *bytes.Buffer) {
	for _, s := range p {
		b.WriteByte(s.kind)
		for i := range map[byte]int{'M': 2, 'L': 2, 'C': 6}[s.kind] {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(number(s.at[i]))
		}
	}
}

func (w words) writeSVG(b *bytes.Buffer) {
	fmt.Fprintf(b, `<text x="%s" y="%s" font-size="%s" fill="%s"`, number(w.x), number(w.y), number(w.size), w.colour)
	if w.bold {
		b.WriteString(` font-weight="700"`)
	}
	switch w.anchor {
	case middle:
		b.WriteString(` text-anchor="middle"`)
	case end:
		b.WriteString(` text-anchor="end"`)
	}
	b.WriteString(">" + escape(w.text) + "</text>\n")
}

// number writes a length with at most one place.
func number(f float64) string {
	s := strconv.FormatFloat(f, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func escape(s string) string { return escaper.Replace(clean(s)) }
