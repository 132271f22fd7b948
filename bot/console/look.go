package console

import (
	"maps"
	"slices"

	"holdfast/bot"
	"holdfast/templates"
)

// Shown is a message as it stands now.
type Shown struct {
	Ref, Key string
	Text     string
	Message  templates.Message
}

// Messages returns what stands in a room or was sent to a person directly,
// oldest first. to is "#room" or "@person".
func (c *Chat) Messages(to string) []Shown {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Shown
	for _, m := range c.messages {
		if m.to == to {
			all = append(all, Shown{m.ref, m.key, templates.Plain(m.body), m.body})
		}
	}
	return all
}

// Replies returns the private answers a person has got, oldest first.
func (c *Chat) Replies(person string) []Shown {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Shown
	for _, m := range c.desk(bare(person)).replies {
		all = append(all, Shown{Ref: m.ref, Text: templates.Plain(m.body), Message: m.body})
	}
	return all
}

// Rooms returns the names of all rooms, sorted.
func (c *Chat) Rooms() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.rooms))
}

// Topic returns the topic of a room.
func (c *Chat) Topic(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.rooms[name]; ok {
		return r.topic
	}
	return ""
}

// Members returns who has been invited to a room, in that order.
func (c *Chat) Members(name string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.rooms[name]; ok {
		return slices.Clone(r.members)
	}
	return nil
}

// Place returns where a person spoke last: a room, or DM.
func (c *Chat) Place(person string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.desk(bare(person)).place
}

// Waiting returns the form that is open for a person.
func (c *Chat) Waiting(person string) (bot.Form, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := c.desk(bare(person)).form
	if o == nil {
		return bot.Form{}, false
	}
	return copied(o.form), true
}
