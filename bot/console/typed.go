package console

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
	"holdfast/templates"
)

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
	b, found := s.pressable(person, typed)
	if !found {
		return Result{}, false, nil
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
		return ctx.Err()
	}
	if to := r.Reply.MoveTo; to != "" {
		s.become(s.person, to)
	}
	s.answer(r.Request.Delivery)
	if s.o.Settle != nil {
		s.o.Settle(ctx)
	}
	s.Refresh()
	return ctx.Err()
}

// answer draws the answer to a delivery alone: what it has set off may have
// been faster, and stands below it.
func (s *Session) answer(delivery string) {
	s.queue.Lock()
	var answer []Event
	s.waiting = slices.DeleteFunc(s.waiting, func(e Event) bool {
		is := e.Answers != "" && e.Answers == delivery
		if is {
			answer = append(answer, e)
		}
		return is
	})
	s.queue.Unlock()
	s.draw(answer)
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
