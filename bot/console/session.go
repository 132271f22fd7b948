package console

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"holdfast/bot"
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
	// until nothing is left to do at this instant. nil leaves that to others;
	// what they do is drawn while the prompt waits.
	Settle func(context.Context)
}

// Session is a chat in a terminal: rooms, private answers, buttons pressed by
// their numbers, forms filled line by line. One person types and may speak as
// others.
type Session struct {
	chat *Chat
	o    SessionOptions
	in   input

	news     chan struct{} // holds one when something waits to be drawn
	queue    sync.Mutex
	waiting  []Event
	speaking string // what is being said at this terminal, not to be shown again

	drawing sync.Mutex // held from taking out of the queue to having drawn
	mu      sync.Mutex // guards what stands on the screen
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
	s := &Session{chat: chat, o: o, person: bare(o.Person), place: o.Room, known: map[string]templates.Message{}, news: make(chan struct{}, 1)}
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
	select {
	case s.news <- struct{}{}:
	default: // it is known already
	}
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

// ask shows a prompt and waits for a line. What happens meanwhile is drawn.
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
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-s.news:
			s.Refresh()
		case a := <-got:
			s.mu.Lock()
			s.gap = false
			s.mu.Unlock()
			return a.line, a.err
		}
	}
}
