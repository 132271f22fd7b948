// Package rehearse runs scenarios: text files that play an incident on a
// virtual clock, against stand-ins, and check what people would have seen and
// what the journal holds.
//
// Parse reads a file into directives and runs nothing. Run parses every file
// first, then plays each on a world of its own and writes the transcript.
package rehearse

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Version is the version of the language this package reads.
const Version = 1

// Pos is a place in a scenario file. Lines are counted from 1; a continued
// line has the number of its first part.
type Pos struct {
	File string
	Line int
}

func (p Pos) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Directive is one thing a scenario says.
type Directive struct {
	Pos
	Text string // the line as written, continuations joined
	Body Body
}

// Body is what a directive asks for: one of the types of stage.go, acts.go and
// checks.go. String writes it the way it is parsed.
type Body interface {
	String() string
}

// Act is something that happens in a scenario; it begins a new window for the
// checks that follow.
type Act interface {
	Body
	act()
}

// PersonAct is an act of one person; only these may stand in a together block.
type PersonAct interface {
	Act
	Actor() string // person id, without "@"
}

// Check is an expectation; it changes nothing.
type Check interface {
	Body
	check()
}

// Scenario is one parsed file.
type Scenario struct {
	File       string
	Stage      []Directive // before the first `at`
	Directives []Directive // acts and checks, the first is an At
}

// String writes the scenario in canonical form: one blank between words, no
// comments, no continuations.
func (s *Scenario) String() string {
	var text strings.Builder
	for _, d := range slices.Concat(s.Stage, s.Directives) {
		for l := range strings.SplitSeq(d.Body.String(), "\n") {
			text.WriteString(l)
			if strings.HasSuffix(l, `\`) { // keep it from continuing
				text.WriteString("\\\n")
			}
			text.WriteByte('\n')
		}
	}
	return text.String()
}

// begins returns the instant of the first `at`.
func (s *Scenario) begins() time.Time {
	if len(s.Directives) > 0 {
		if a, ok := s.Directives[0].Body.(At); ok {
			return a.Time
		}
	}
	return time.Time{}
}
