package picture

// A frame is the card that every picture stands on: a title, a line below it
// that gives the answer in words, and what is drawn beneath.
type frame struct {
	*Scene
	view View
	y    float64 // where the next thing may begin
}

// newFrame begins a card so wide. Its height is known when it is closed.
func newFrame(name, title, answer string, w float64, v View) *frame {
	f := &frame{Scene: &Scene{name: name, title: clean(title), desc: clean(answer), w: w}, view: v}
	f.items = append(f.items, item{}) // the card, see close
	m := v.margin()
	size := 20.0
	if v.Narrow {
		size = 17
	}
	f.y = m + size
	for i, l := range wrap(title, w-2*m, size, true, 2) {
		f.words(words{x: m, y: f.y + float64(i)*size*1.25, size: size, bold: true, colour: ink, text: l})
		if i > 0 {
			f.y += size * 1.25
		}
	}
	f.y += 8
	for _, l := range wrap(answer, w-2*m, 13, false, 4) {
		f.y += 17
		f.words(words{x: m, y: f.y - 3, size: 13, colour: faded, text: l})
	}
	f.y += 12
	return f
}

// note writes small words below what is drawn.
func (f *frame) note(text string) {
	m := f.view.margin()
	for _, l := range wrap(text, f.w-2*m, 11, false, 4) {
		f.y += 15
		f.words(words{x: m, y: f.y - 3, size: 11, colour: faded, text: l})
	}
}

// close puts the card behind what was drawn.
func (f *frame) close() *Scene {
	f.h = f.y + f.view.margin()
	f.items[0] = item{kind: aBox, box: box{0.5, 0.5, f.w - 1, f.h - 1}, round: 10, paint: paint{fill: card, stroke: edge, width: 1}}
	return f.Scene
}
