package console

import (
	"strings"

	"holdfast/internal/fault"
	"holdfast/templates"
)

// mostButtons is how many buttons have a number at a time: two digits. The
// oldest gives its number away.
const mostButtons = 99

// drawnButton is a button on the screen.
type drawnButton struct {
	ref    string
	button templates.Button
	whose  string // the only person who sees it; empty for everybody in the room
}

// shownButtons gives buttons numbers, 1 first. A button that is drawn again on
// the same message keeps its number.
type shownButtons struct {
	all  [mostButtons + 1]drawnButton // by number
	last int
}

func (n *shownButtons) number(e Event, b templates.Button) int {
	d := drawnButton{ref: e.Ref, button: b}
	if e.To[0] == '@' {
		d.whose = bare(e.To)
	}
	for i, known := range n.all {
		if i > 0 && known == d {
			return i
		}
	}
	n.last = n.last%mostButtons + 1
	n.all[n.last] = d
	return n.last
}

// pressable finds the button that a person means by "3", "[3]" or "[Accept]",
// or says why there is none.
func (s *Session) pressable(person, typed string) (drawnButton, bool) {
	b, err := s.meant(person, typed)
	if err != nil {
		s.refuse(err)
	}
	return b, err == nil
}

func (s *Session) meant(person, typed string) (drawnButton, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := number.FindStringSubmatch(typed); m != nil {
		n := 0
		for _, digit := range m[1] {
			n = n*10 + int(digit-'0')
		}
		d := s.buttons.all[n]
		switch {
		case n == 0 || d.ref == "":
			return d, fault.Newf(fault.NotOpen, "Press one that is on the screen, by its number or as [Label].", "There is no button [%d].", n)
		case d.whose != "" && d.whose != person:
			return d, fault.Newf(fault.NotOpen, "Write `@"+d.whose+": "+m[1]+"` to press it as them.", "Only @%s sees the button [%d].", d.whose, n)
		}
		return d, nil
	}
	name := label.FindStringSubmatch(typed)[1]
	for back := range mostButtons {
		n := (s.buttons.last-back+mostButtons-1)%mostButtons + 1
		d := s.buttons.all[n]
		if d.ref != "" && strings.EqualFold(d.button.Label, name) && (d.whose == "" || d.whose == person) {
			return d, nil
		}
	}
	return drawnButton{}, fault.Newf(fault.NotOpen, "Press one that is on the screen, by its number or as [Label].", "@%s sees no button [%s].", person, name)
}
