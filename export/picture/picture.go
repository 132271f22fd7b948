// Package picture draws what a plan says: the order of recovery, a business
// impact analysis, what strategies cost, and a schedule against its deadlines.
//
// A picture is a Scene: a card of rectangles, paths and words with its own
// light background, so that it looks the same on a dark page. One scene is
// written as SVG or as PNG; the same scene always gives the same bytes. Nothing
// is told by colour alone: each mark has a shape and a word.
package picture

import (
	"fmt"
	"strings"
	"time"

	"holdfast/plan"
)

// View is for whom a picture is drawn.
type View struct {
	// Narrow draws for a telephone, 390 units wide: words stay readable there
	// when the picture is as wide as the screen.
	Narrow bool
}

const (
	phoneWidth = 390.0
	margin     = 20.0
)

func (v View) margin() float64 {
	if v.Narrow {
		return 12
	}
	return margin
}

// MediaType names what SVG and PNG return, as HTTP and chat want it.
const (
	MediaSVG = "image/svg+xml"
	MediaPNG = "image/png"
)

// span writes a duration as plans do, without what is below a minute when there
// is more than that.
func span(d time.Duration) string {
	if d < 0 {
		return "-" + span(max(-d, -(d+1))) // the least of all has no opposite
	}
	if d >= time.Minute {
		d = d.Round(time.Minute)
	}
	return plan.FormatDuration(d)
}

// count writes "1 service" and "3 services".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// andMore joins a few names and says how many are left out.
func andMore(names []string, most int) string {
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
