package picture

import "image/color"

// A colour is one of the few that a picture has: dark enough on the card for
// small words where it is one for words (contrast 4.5 and more).
type colour string

const (
	none     colour = ""
	card     colour = "#ffffff"
	edge     colour = "#d5dce3" // of the card and of tables
	band     colour = "#f3f6f9" // behind columns
	ruled    colour = "#e4e9ee" // lines of a scale
	ink      colour = "#17212b"
	faded    colour = "#55636f" // words of the second rank
	line     colour = "#9aa8b5" // dependencies
	accent   colour = "#1f5fa6" // what is chosen, the critical path
	paleBlue colour = "#e3eefa"
	good     colour = "#1f7a4d"
	paleGood colour = "#cfe9da"
	warn     colour = "#9a5b00"
	paleWarn colour = "#fde8bf"
	bad      colour = "#b3261e"
	paleBad  colour = "#f9d3cf"
	deepBad  colour = "#8c1d18"
)

// rgb reads "#rrggbb".
func (c colour) rgb() color.RGBA {
	var part [3]uint8
	for i := range part {
		part[i] = hex(c[1+2*i])<<4 | hex(c[2+2*i])
	}
	return color.RGBA{part[0], part[1], part[2], 0xff}
}

func hex(b byte) uint8 {
	if b >= 'a' {
		return b - 'a' + 10
	}
	return b - '0'
}
