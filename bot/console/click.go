package console

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Click is a person pressing the button with exactly this label on the newest
// message there that carries it: place is a room, DM or LastReply. Without a
// place the last answer is looked at first, then the room the person was in
// last, then the direct messages. The request has not been handed in.
func (c *Chat) Click(person, label, place string) (bot.Request, error) {
	person = bare(person)
	c.mu.Lock()
	defer c.mu.Unlock()
	places := []string{place}
	if place == "" {
		places = []string{LastReply, c.desk(person).room, DM}
	}
	var seen []string
	for _, p := range places {
		there := c.visible(person, p)
		if m, b := carrying(there, label); m != nil {
			return c.press(person, m, b), nil
		}
		for _, m := range there {
			for _, b := range m.body.Buttons() {
				seen = append(seen, b.Label)
			}
		}
	}
	return bot.Request{}, noButton(person, label, place, seen)
}

// visible returns what a person sees in a place, oldest first. The caller
// holds c.mu.
func (c *Chat) visible(person, place string) []*message {
	if place == LastReply {
		d := c.desk(person)
		return d.replies[d.latest:]
	}
	to := place
	if place == DM {
		to = "@" + person
	}
	return slices.DeleteFunc(slices.Clone(c.messages), func(m *message) bool { return m.to != to })
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
	if in == nil {
		c.mu.Unlock()
		return Result{Err: fault.Newf(fault.NotOpen, "", "@%s cannot see the message of the button %q.", person, b.Label)}
	}
	r := c.press(person, in, b)
	c.mu.Unlock()
	return c.hand(ctx, r)
}

// press is the request that a button's command makes: words without a root, or
// with one behind a slash. The caller holds c.mu.
func (c *Chat) press(person string, in *message, b templates.Button) bot.Request {
	r := bot.Request{Room: in.room, Person: person, Root: defaultRoot, Text: b.Command, Origin: button}
	if in.to[0] == '#' {
		r.Room = in.to
	}
	if strings.HasPrefix(b.Command, "/") {
		asked, _ := read(b.Command)
		r.Root, r.Text = asked.root, asked.text
	}
	return c.number(r)
}
