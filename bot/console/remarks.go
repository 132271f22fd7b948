package console

import (
	"fmt"
	"strings"

	"holdfast/internal/fault"
	"holdfast/templates"
)

// aside is a remark behind a dot, wrapped.
func (s *Session) aside(text string) string {
	m := templates.Message{Blocks: []templates.Block{{Kind: templates.Context, Text: []templates.Span{{Text: text}}}}}
	lines := strings.Split(templates.Terminal(m, templates.TerminalOptions{Width: s.width() - 2, Color: s.o.Color}), "\n")
	for i, l := range lines {
		lead := "  "
		if i == 0 {
			lead = s.ink(quiet, "·") + " "
		}
		lines[i] = lead + l
	}
	return strings.Join(lines, "\n")
}

// pressed says which button a number stands for.
func (s *Session) pressed(b templates.Button) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(s.aside("["+b.Label+"]") + "\n")
	s.gap = false
}

// note says something of the terminal itself.
func (s *Session) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(s.aside(text) + "\n\n")
}

// say draws a message of the terminal itself.
func (s *Session) say(m templates.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.write(templates.Terminal(m, templates.TerminalOptions{Width: s.width(), Color: s.o.Color}) + "\n\n")
}

// refuse says why an act was not possible.
func (s *Session) refuse(err error) {
	f := fault.From(err)
	s.note(strings.TrimSpace(fmt.Sprintf("%s: %s %s", f.Code, f.Text, f.Next)))
}

// enter draws the heading of a room that somebody goes to.
func (s *Session) enter(room string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heading = room
	text := s.rule(room) + "\n"
	if !s.gap {
		text = "\n" + text
	}
	if topic := s.chat.Topic(room); topic != "" {
		text += s.aside(topic) + "\n"
	}
	s.write(text + "\n")
}

func (s *Session) greet() {
	intro := s.o.Intro
	if intro == "" {
		intro = "You are @" + s.person + ". Type /incident declare \"what is wrong\", /incident help for all commands, or help for the keys of this terminal."
	}
	s.say(templates.Message{Blocks: []templates.Block{{Kind: templates.Paragraph, Text: []templates.Span{{Text: intro}}}}})
	s.enter(s.place)
}
