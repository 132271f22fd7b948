package console

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"holdfast/templates"
)

// The widths of a screen.
const (
	usualWidth    = 80
	leastWidth    = 40
	readableWidth = 100 // wider lines are hard to read
)

// width is how many columns are drawn on.
func (s *Session) width() int {
	w := s.o.Width
	if w == 0 {
		w = s.in.Width()
	}
	if w == 0 {
		w = usualWidth
	}
	return min(max(w, leastWidth), readableWidth)
}

// prompt says who types, where, and which incident it is about. It leaves a
// third of the line to type on: what fits least goes first.
func (s *Session) prompt() string {
	s.mu.Lock()
	person, place := s.person, s.place
	s.mu.Unlock()
	room := s.width() * 2 / 3
	about := s.incidentOf(place)
	fits := func() bool {
		return utf8.RuneCountInString("@"+person+" "+place+" "+about+" › ") <= room
	}
	for !fits() && strings.Contains(about, " ") {
		about = about[:strings.LastIndex(about, " ")]
	}
	if over := utf8.RuneCountInString("@"+person+" "+place+" "+about+" › ") - room; over > 0 && len(place) > over+8 {
		place = place[:len(place)-over-1] + "…"
	}
	out := s.ink(personInk(person, s.o.People), "@"+person) + " " + s.ink(strong, place)
	if about != "" {
		out += " " + s.phrase(about)
	}
	return out + s.ink(quiet, " › ")
}

var ofIncident = regexp.MustCompile(`^#((?:inc|drl)-[0-9]+)(?:-|$)`)

// incidentOf is the incident of a room in short: what its topic begins with,
// or the number in its name while it has none.
func (s *Session) incidentOf(place string) string {
	m := ofIncident.FindStringSubmatch(place)
	if m == nil {
		return ""
	}
	if topic, _, _ := strings.Cut(s.chat.Topic(place), " · "); topic != "" {
		return topic
	}
	return strings.ToUpper(m[1])
}

// phrase draws a few words quietly, alarming ones excepted.
func (s *Session) phrase(text string) string {
	m := templates.Message{Blocks: []templates.Block{{Kind: templates.Context, Text: []templates.Span{{Text: text}}}}}
	return templates.Terminal(m, templates.TerminalOptions{Width: 1000, Color: s.o.Color})
}

// The inks a line is written in.
const (
	quiet  = "2"
	strong = "1"
	ours   = "1;36"
	privy  = "33"
)

// ink colours text where the screen has colours.
func (s *Session) ink(code, text string) string {
	if !s.o.Color || text == "" {
		return text
	}
	return fmt.Sprintf("\x1b[%sm%s\x1b[0m", code, text)
}

var inks = []string{"1;34", "1;35", "1;32", "1;33", "1;94", "1;95"}

// personInk gives each person a colour of their own, as far as there are some.
func personInk(person string, people []string) string {
	n := 0
	for i, p := range people {
		if p == person {
			return inks[i%len(inks)]
		}
	}
	for _, r := range person {
		n += int(r)
	}
	return inks[n%len(inks)]
}
