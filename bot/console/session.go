package console

import (
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/internal/nearest"
	"holdfast/templates"
)

// SessionOptions say who sits at the terminal and what it can draw.
type SessionOptions struct {
	In  io.Reader
	Out io.Writer

	Person string   // who types
	Room   string   // where they begin; #general when empty
	People []string // whom `@name:` may speak as; empty allows every name

	Color bool           // write colours; see WantsColor
	Width int            // columns; 0 asks the terminal, or is 80
	Zone  *time.Location // of the times that are shown; UTC when nil
	Intro string         // said before the first prompt

	// Settle is called after each line: it does what the line has set off,
	// until nothing is left to do at this instant. nil leaves that to others,
	// who call Refresh.
	Settle func(context.Context)
}

// Session is a chat in a terminal: rooms, private answers, buttons pressed by
// their numbers, forms filled line by line. One person types and may speak as
// others.
type Session struct {
	chat *Chat
	o    SessionOptions
	in   input

	queue    sync.Mutex
	waiting  []Event
	speaking string // what is being said at this terminal, not to be shown again

	mu      sync.Mutex // held while drawing
	person  string
	place   string
	heading string // the room whose heading was drawn last
	gap     bool   // the screen ends with an empty line
	known   map[string]templates.Message
	buttons shownButtons
}

// NewSession returns a session over a chat whose requests h answers.
func NewSession(chat *Chat, h bot.Handler, o SessionOptions) *Session {
	chat.Answer(h)
	s := &Session{chat: chat, o: o, person: bare(o.Person), place: o.Room, known: map[string]templates.Message{}}
	if s.place == "" {
		s.place = General
	}
	if s.o.Zone == nil {
		s.o.Zone = time.UTC
	}
	s.in = inputOf(o.In, o.Out)
	chat.On(s.notice)
	return s
}

// notice queues what is to be drawn.
func (s *Session) notice(e Event) {
	s.queue.Lock()
	defer s.queue.Unlock()
	if e.Kind == Speech && s.speaking == e.From+" "+e.Text {
		return
	}
	s.waiting = append(s.waiting, e)
}

// errLeft says that the person has left.
var errLeft = errors.New("left")

// Run reads lines until the person leaves, the input ends or ctx is over; none
// of these is an error. A read that blocks when ctx ends is left behind.
func (s *Session) Run(ctx context.Context) error {
	restore, err := s.in.Start()
	if err != nil {
		return err
	}
	defer restore()
	s.greet()
	for {
		s.Refresh()
		line, err := s.ask(ctx, s.prompt())
		if err == nil {
			err = s.line(ctx, line)
		}
		switch {
		case errors.Is(err, errLeft), errors.Is(err, io.EOF), ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
	}
}

// ask shows a prompt and waits for a line.
func (s *Session) ask(ctx context.Context, prompt string) (string, error) {
	type answer struct {
		line string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		line, err := s.in.Read(prompt)
		got <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-got:
		s.mu.Lock()
		s.gap = false
		s.mu.Unlock()
		return a.line, a.err
	}
}

var (
	spokenAs = regexp.MustCompile(`(?s)^@([\pL\pN][\pL\pN._-]*)(?:\s+(#[a-z0-9-]+|dm))?:\s*(.*)$`)
	roomName = regexp.MustCompile(`^#[a-z0-9][a-z0-9-]*$`)
	number   = regexp.MustCompile(`^\[?([0-9]{1,2})\]?$`)
	label    = regexp.MustCompile(`^\[([^\[\]]+)\]$`)
)

// line does what one line asks for.
func (s *Session) line(ctx context.Context, line string) error {
	line = strings.TrimSpace(line)
	person, place := s.person, s.place
	if m := spokenAs.FindStringSubmatch(line); m != nil && !strings.EqualFold(m[1], "holdfast") {
		if !s.mayBe(m[1]) {
			return nil
		}
		person, line = m[1], m[3]
		if m[2] != "" {
			place = m[2]
		}
		if line == "" {
			s.become(person, place)
			return nil
		}
	}
	switch {
	case line == "", strings.HasPrefix(line, "# "):
		return nil
	case line == "quit", line == "exit":
		return errLeft
	case line == "help", line == "?":
		s.say(help)
		return nil
	case line == "#":
		s.note("Rooms: " + strings.Join(s.chat.Rooms(), ", "))
		return nil
	case line == "@":
		s.note("People: @" + strings.Join(s.o.People, ", @"))
		return nil
	case roomName.MatchString(line):
		s.become(s.person, line)
		s.enter(line)
		return nil
	}
	return s.act(ctx, person, place, line)
}

// act is a person doing something in the chat.
func (s *Session) act(ctx context.Context, person, place, line string) error {
	var r Result
	if number.MatchString(line) || label.MatchString(line) {
		done, pressed, err := s.press(ctx, person, line)
		if err != nil || !pressed {
			return err
		}
		r = done
	} else {
		s.speak(person + " " + templates.Inert(line))
		r = s.chat.Say(ctx, person, place, line)
		s.speak("")
		s.hintAt(line, r)
	}
	if err := s.after(ctx, r); err != nil {
		return err
	}
	instead, err := s.fill(ctx, person, len(r.Reply.Message.Blocks) == 0)
	if err != nil || instead == "" {
		return err
	}
	return s.line(ctx, instead)
}

// press is a person pressing the button that typed names, unless they are
// asked first and would rather not.
func (s *Session) press(ctx context.Context, person, typed string) (r Result, pressed bool, err error) {
	b, refusal := s.pressable(person, typed)
	if refusal != nil {
		return Result{Err: refusal}, true, nil
	}
	if sure, err := s.confirmed(ctx, b.button); !sure || err != nil {
		return Result{}, false, err
	}
	if number.MatchString(typed) {
		s.pressed(b.button)
	}
	return s.chat.Press(ctx, person, b.ref, b.button), true, nil
}

// after draws what an act has led to.
func (s *Session) after(ctx context.Context, r Result) error {
	if r.Err != nil {
		s.refuse(r.Err)
		return nil
	}
	if to := r.Reply.MoveTo; to != "" {
		s.become(s.person, to)
	}
	s.Refresh()
	if s.o.Settle != nil {
		s.o.Settle(ctx)
		s.Refresh()
	}
	return ctx.Err()
}

func (s *Session) speak(line string) {
	s.queue.Lock()
	defer s.queue.Unlock()
	s.speaking = line
}

// become changes who types, and where.
func (s *Session) become(person, place string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.person, s.place = person, place
}

// mayBe says whether the terminal may speak as this person.
func (s *Session) mayBe(person string) bool {
	if len(s.o.People) == 0 || slices.Contains(s.o.People, person) {
		return true
	}
	next := "`@` lists the people."
	if near := nearest.Words(person, s.o.People); len(near) > 0 {
		next = "Did you mean @" + strings.Join(near, ", @") + "?"
	}
	s.refuse(fault.Newf(fault.UnknownID, next, "Nobody here is called @%s.", person))
	return false
}

// hintAt tells a newcomer who left the slash out.
func (s *Session) hintAt(line string, r Result) {
	if first, _ := cut(line); !r.Asked() && r.Err == nil && roots[strings.ToLower(first)] != "" {
		s.note("That was plain chat. A command begins with a slash: /" + line)
	}
}

// confirmed asks before a button that wants it.
func (s *Session) confirmed(ctx context.Context, b templates.Button) (bool, error) {
	if !b.Confirm {
		return true, nil
	}
	answer, err := s.ask(ctx, "  "+b.Label+": are you sure? [y/N] › ")
	if err != nil {
		return false, err
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer == "y" || answer == "yes" {
		return true, nil
	}
	s.note("Nothing was done.")
	return false, nil
}
