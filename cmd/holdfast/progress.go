package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"holdfast/internal/clock"
)

// progress shows on one line of a terminal how far a long work has come; where
// there is no terminal it shows nothing.
type progress struct {
	out   io.Writer // nil: no terminal
	clock clock.Clock
	shown time.Time
	width int // of what stands in the line
}

// progressEvery keeps a fast work from being slowed down by its telling.
const progressEvery = 100 * time.Millisecond

func newProgress(w io.Writer) *progress {
	p := &progress{clock: clock.System{}}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.out = w
	}
	return p
}

// line replaces what stands there.
func (p *progress) line(doing string, done, of int) {
	if p.out == nil || p.clock.Now().Sub(p.shown) < progressEvery {
		return
	}
	p.shown = p.clock.Now()
	p.write(fmt.Sprintf("%s: %d of %d", doing, done, of))
}

// clear leaves an empty line behind.
func (p *progress) clear() {
	if p.out != nil && p.width > 0 {
		p.write("")
		fmt.Fprint(p.out, "\r")
	}
}

func (p *progress) write(text string) {
	pad := max(p.width-len(text), 0)
	fmt.Fprint(p.out, "\r"+text+strings.Repeat(" ", pad))
	p.width = len(text)
}
