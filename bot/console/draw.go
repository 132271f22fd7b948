package console

import (
	"io"
	"strings"
	"unicode/utf8"

	"holdfast/templates"
)

// Refresh draws what has happened since the last time. It may be called at any
// time and from any goroutine; a person's half-typed line stays.
func (s *Session) Refresh() {
	s.drawing.Lock() // keeps the order of two who refresh at once
	defer s.drawing.Unlock()
	s.queue.Lock()
	events := s.waiting
	s.waiting = nil
	s.queue.Unlock()
	s.draw(events)
}

func (s *Session) draw(events []Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := page{session: s}
	for i := 0; i < len(events); i++ {
		e := events[i]
		if e.Kind == Invite {
			for ; i+1 < len(events) && events[i+1].Kind == Invite && events[i+1].Room == e.Room; i++ {
				e.To += ", " + events[i+1].To
			}
		}
		p.event(e)
	}
	p.flush()
}

// page collects what is drawn at once: blocks with an empty line after each,
// asides without one between them.
type page struct {
	session *Session
	out     strings.Builder
	aside   bool // the last block was an aside
}

func (p *page) block(text string) {
	if p.aside {
		p.out.WriteString("\n")
	}
	p.aside = false
	p.out.WriteString(text + "\n\n")
}

func (p *page) note(text string) {
	p.out.WriteString(text + "\n")
	p.aside = true
}

func (p *page) flush() {
	if p.aside {
		p.out.WriteString("\n")
	}
	if p.out.Len() > 0 {
		p.session.write(p.out.String())
	}
}

// write puts text that ends with an empty line on the screen. The caller holds
// s.mu.
func (s *Session) write(text string) {
	// A screen that is gone ends the reading soon enough.
	_, _ = io.WriteString(s.in, text)
	s.gap = true
}

// event draws one happening. Topics are not drawn: the prompt shows them.
func (p *page) event(e Event) {
	s := p.session
	switch e.Kind {
	case Post:
		p.under(e.To)
		p.message(e, "", "│")
	case Direct:
		p.message(e, "direct message to "+e.To, "┊")
	case Reply: // stands below what was typed, whichever room has spoken since
		who := "only " + e.To
		if e.To == "@"+s.person {
			who = "only you"
		}
		p.message(e, who, "┊")
	case Edit:
		p.edit(e)
	case Speech:
		p.under(e.To)
		p.block(s.ink(personInk(e.From, s.o.People), "@"+e.From) + s.ink(quiet, " "+s.clock(e)) + "\n" + e.Text)
	case Remark:
		p.note(s.aside(e.Text))
	case Room:
		p.under(e.To)
		p.note(s.aside("room opened"))
	case Invite:
		p.under(e.Room)
		p.note(s.aside("invited " + e.To))
	}
}

// under draws the heading of a room, unless the last thing drawn stood there.
func (p *page) under(room string) {
	s := p.session
	if room == "" || room[0] != '#' || room == s.heading {
		return
	}
	s.heading = room
	if p.aside || p.out.Len() == 0 && !s.gap {
		p.out.WriteString("\n")
	}
	p.aside = false
	p.out.WriteString(s.rule(room) + "\n")
}

func (s *Session) rule(room string) string {
	rest := max(2, s.width()-utf8.RuneCountInString(room)-4)
	return s.ink(quiet, "── ") + s.ink(strong, room) + s.ink(quiet, " "+strings.Repeat("─", rest))
}

// message draws a message of Holdfast behind a gutter.
func (p *page) message(e Event, whom, gutter string) {
	s := p.session
	s.known[e.Ref] = e.Message
	head := s.ink(ours, "Holdfast") + s.ink(quiet, " "+s.clock(e))
	if utf8.RuneCountInString("Holdfast 10:00 · "+whom) > s.width() {
		whom = "to " + e.To
	}
	if whom != "" {
		head += s.ink(quiet, " · ") + s.ink(privy, whom)
	}
	p.block(head + "\n" + s.behind(gutter, s.body(e, e.Message)))
}

func (s *Session) clock(e Event) string { return e.At.In(s.o.Zone).Format("15:04") }

// body draws a message with its buttons numbered.
func (s *Session) body(e Event, m templates.Message) string {
	return templates.Terminal(m, templates.TerminalOptions{Width: s.width() - 2, Color: s.o.Color, ButtonNumber: func(b templates.Button) int {
		return s.buttons.number(e, b)
	}})
}

func (s *Session) behind(gutter, text string) string {
	all := strings.Split(text, "\n")
	for i, l := range all {
		all[i] = strings.TrimRight(s.ink(quiet, gutter)+" "+l, " ")
	}
	return strings.Join(all, "\n")
}

// edit draws what has changed in a message, and its new buttons. One that this
// terminal has not shown yet is drawn whole.
func (p *page) edit(e Event) {
	s := p.session
	old, shown := s.known[e.Ref]
	if !shown {
		e.Kind = Post
		if e.To[0] == '@' {
			e.Kind = Direct
		}
		p.event(e)
		return
	}
	s.known[e.Ref] = e.Message
	changes, fresh := difference(old, e.Message)
	if len(changes) == 0 && len(fresh) == 0 {
		return
	}
	p.under(e.To)
	what := "message updated"
	if strings.Contains(e.Key, ":headline") {
		what = "headline updated"
	}
	if e.To[0] == '@' {
		what += " (" + e.To + ")"
	}
	if len(changes) > 0 {
		what += ": " + strings.Join(changes, " · ")
	}
	text := s.aside(what)
	if len(fresh) > 0 {
		text += "\n" + s.behind("·", s.body(e, templates.Message{Blocks: []templates.Block{{Kind: templates.Actions, Buttons: fresh}}}))
	}
	p.note(text)
}
