package rehearse

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/bot"
)

// Press finds the newest message the person can see there that carries exactly
// this label, and returns the request that pressing its button sends. Without
// a place it looks at the last answer, then the last room, then the direct
// messages. The request has no delivery id yet.
func (c *Chat) Press(who, label string, place, last Place) (bot.Request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	places := []Place{place}
	if place == "" {
		places = []Place{Reply, last, DM}
	}
	var others []string
	for _, p := range places {
		for _, m := range c.seenAt(who, p) {
			for _, b := range m.body.Buttons() {
				if b.Label == label {
					return bot.Request{Platform: platformName, Room: m.room(), Person: who, Root: rootIncident, Text: b.Command, Origin: "button"}, nil
				}
				others = append(others, "["+b.Label+"]")
			}
		}
	}
	slices.Sort(others)
	there := "there are no buttons there"
	if others = slices.Compact(others); len(others) > 0 {
		there = "there are " + strings.Join(others, " ")
	}
	return bot.Request{}, fmt.Errorf("@%s can see no button [%s]: %s", who, label, there)
}

// seenAt returns the messages of a place as a person sees them, newest first.
func (c *Chat) seenAt(who string, p Place) []*message {
	var seen []*message
	switch {
	case p == Reply:
		for i := range c.replies[who] {
			seen = append(seen, &c.replies[who][i])
		}
	default:
		to := string(p)
		if p == DM {
			to = "@" + who
		}
		for _, m := range c.messages {
			if m.to == to {
				seen = append(seen, m)
			}
		}
	}
	slices.Reverse(seen)
	return seen
}

// room is where a button of the message is pressed; empty in a direct
// conversation.
func (m *message) room() string {
	if strings.HasPrefix(m.to, "#") {
		return m.to
	}
	return m.asked
}

// Fill returns the request that sends the form last opened for a person, with
// the named fields filled and the others as prefilled. The form is closed.
func (c *Chat) Fill(who string, fields []Field) (bot.Request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	open, ok := c.forms[who]
	if !ok {
		return bot.Request{}, fmt.Errorf("no form is open for @%s", who)
	}
	form := open.form
	form.Fields = slices.Clone(form.Fields)
	for _, f := range fields {
		i := slices.IndexFunc(form.Fields, func(x bot.Field) bool { return x.Name == f.Name })
		if i < 0 {
			return bot.Request{}, fmt.Errorf("the form %q has no field %s: it has %s", form.Title, f.Name, fieldNames(form))
		}
		form.Fields[i].Value = f.Value
	}
	delete(c.forms, who)
	return bot.Request{Platform: platformName, Room: open.room, Person: who, Root: form.Root, Origin: "form", Form: &form}, nil
}

func fieldNames(f bot.Form) string {
	var names []string
	for _, x := range f.Fields {
		names = append(names, x.Name)
	}
	return strings.Join(names, ", ")
}

// Close closes the form last opened for a person.
func (c *Chat) Close(who string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.forms[who]; !ok {
		return fmt.Errorf("no form is open for @%s", who)
	}
	delete(c.forms, who)
	return nil
}

const rootIncident = "incident"

// roots are the first words of a command, with their aliases.
var roots = map[string]string{"incident": rootIncident, "inc": rootIncident, "continuity": "continuity", "dr": "continuity"}

// Typed reads a line as chat platforms do: a slash command, a mention, or
// chat, which asks for nothing. The request has no delivery id yet.
func Typed(who string, place Place, text string) (r bot.Request, asks bool) {
	r = bot.Request{Platform: platformName, Person: who, Root: rootIncident}
	if place.Room() {
		r.Room = string(place)
	}
	first, rest := cutWord(text)
	switch {
	case strings.HasPrefix(first, "/"):
		r.Root, r.Text, r.Origin = strings.ToLower(first[1:]), rest, "slash"
		if root, known := roots[r.Root]; known {
			r.Root = root
		}
	case strings.EqualFold(first, "@holdfast"):
		r.Text, r.Origin = rest, "mention"
		if word, after := cutWord(rest); roots[strings.ToLower(word)] != "" {
			r.Root, r.Text = roots[strings.ToLower(word)], after
		}
	case strings.HasPrefix(first, "!") && roots[strings.ToLower(first[1:])] != "":
		r.Root, r.Text, r.Origin = roots[strings.ToLower(first[1:])], rest, "mention"
	default:
		return bot.Request{}, false
	}
	r.Text = strings.Trim(r.Text, blanks)
	return r, true
}

func cutWord(s string) (word, rest string) {
	w := words{rest: s}
	word = w.peek()
	return word, strings.TrimPrefix(w.rest, word)
}
