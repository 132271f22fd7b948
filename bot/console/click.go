package console

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Click is a person pressing the button with this label on the newest message
// there that carries it: place is a room, DM or LastReply. Without a place the
// answer to the person's last request is looked at first, then the room the
// person was in last, then the direct messages, then older answers.
func (c *Chat) Click(ctx context.Context, person, label, place string) Result {
	person = bare(person)
	c.mu.Lock()
	d := c.desk(person)
	var in *message
	var b templates.Button
	var seen []string
	for _, layer := range c.visible(person, place) {
		if in == nil {
			in, b = carrying(layer, label)
		}
		for _, m := range layer {
			for _, x := range m.body.Buttons() {
				seen = append(seen, x.Label)
			}
		}
	}
	if in != nil && strings.HasPrefix(place, "#") {
		d.goTo(place)
	}
	c.mu.Unlock()
	if in == nil {
		return Result{Err: noButton(person, label, place, seen)}
	}
	return c.press(ctx, person, in, b)
}

// visible returns the messages of a place in the layers that are looked
// through one after the other, each oldest first. The caller holds c.mu.
func (c *Chat) visible(person, place string) [][]*message {
	d := c.desk(person)
	to := func(name string) []*message {
		return slices.DeleteFunc(slices.Clone(c.messages), func(m *message) bool { return m.to != name })
	}
	switch place {
	case "":
		latest := min(d.latest, len(d.replies))
		return [][]*message{d.replies[latest:], to(d.room), to("@" + person), d.replies[:latest]}
	case LastReply:
		return [][]*message{d.replies}
	case DM:
		return [][]*message{to("@" + person)}
	}
	return [][]*message{to(place)}
}

// carrying finds the newest message with a button of this label.
func carrying(all []*message, label string) (*message, templates.Button) {
	for _, m := range slices.Backward(all) {
		for _, b := range m.body.Buttons() {
			if b.Label == label {
				return m, b
			}
		}
	}
	return nil, templates.Button{}
}

func noButton(person, label, place string, seen []string) error {
	where := "anywhere"
	if place != "" {
		where = "in " + place
	}
	next := "There is no button there at all."
	if slices.Sort(seen); len(seen) > 0 {
		next = "Buttons there: " + strings.Join(slices.Compact(seen), ", ") + "."
	}
	return fault.Newf(fault.NotOpen, next, "@%s sees no button %q %s.", person, label, where)
}

// Press is a person pressing a button on a message, whether or not the message
// still carries it: a screen may be older than the message. ref names the
// message; one that the person cannot see is refused.
func (c *Chat) Press(ctx context.Context, person, ref string, b templates.Button) Result {
	person = bare(person)
	c.mu.Lock()
	var in *message
	for _, m := range slices.Concat(c.messages, c.desk(person).replies) {
		if m.ref == ref && (m.to[0] == '#' || m.to == "@"+person) {
			in = m
		}
	}
	c.mu.Unlock()
	if in == nil {
		return Result{Err: fault.Newf(fault.NotOpen, "", "@%s cannot see the message of the button %q.", person, b.Label)}
	}
	return c.press(ctx, person, in, b)
}

// press delivers a button's command: words without a root, or with one behind
// a slash.
func (c *Chat) press(ctx context.Context, person string, in *message, b templates.Button) Result {
	r := bot.Request{Room: in.room, Person: person, Root: defaultRoot, Text: b.Command, Origin: button}
	if in.to[0] == '#' {
		r.Room = in.to
	}
	if strings.HasPrefix(b.Command, "/") {
		asked, _, err := read(b.Command)
		if err != nil {
			return Result{Err: err}
		}
		r.Root, r.Text = asked.root, asked.text
	}
	return c.deliver(ctx, r)
}
