package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/templates"
)

var (
	_ bot.Platform  = (*Chat)(nil)
	_ bot.Rooms     = (*Chat)(nil)
	_ bot.Finder    = (*Chat)(nil)
	_ bot.FollowUps = (*Chat)(nil)
)

// Name is the platform's name in effect keys.
func (c *Chat) Name() string { return "console" }

// call runs one ability of the platform, unless the fault hook is against it.
func (c *Chat) call(ctx context.Context, what string, do func() error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s in the console: %w", what, err)
	}
	perform, fault := true, error(nil)
	if c.opts.Before != nil {
		perform, fault = c.opts.Before(ctx)
	}
	if !perform {
		return cmp.Or(fault, errors.New("no answer"))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := do(); err != nil {
		return err
	}
	return fault
}

// Post posts a message, or replaces the one it names. A message that this
// process does not know, because it was posted before a restart, is taken over
// under its old id.
func (c *Chat) Post(ctx context.Context, m bot.Message) (ref string, err error) {
	if !strings.HasPrefix(m.To, "#") && !strings.HasPrefix(m.To, "@") || len(m.To) < 2 {
		return "", fmt.Errorf("post in the console: %q is neither #room nor @person", m.To)
	}
	err = c.call(ctx, "post", func() error {
		if m.Ref != "" {
			ref = m.Ref
			c.replace(m)
			return nil
		}
		c.posted++
		ref = c.numbered("m", c.posted)
		c.add(&message{ref: ref, to: m.To, key: m.Key, body: m.Body})
		kind := Post
		if m.To[0] == '@' {
			kind = Direct
		}
		c.emit(Event{Kind: kind, To: m.To, Ref: ref, Key: m.Key, Text: templates.Plain(m.Body), Message: m.Body})
		return nil
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

func (c *Chat) add(m *message) {
	c.messages = append(c.messages, m)
	if m.to[0] == '#' {
		c.at(m.to)
	}
}

func (c *Chat) replace(m bot.Message) {
	i := slices.IndexFunc(c.messages, func(x *message) bool { return x.ref == m.Ref })
	if i < 0 {
		c.add(&message{ref: m.Ref, to: m.To, key: m.Key, body: m.Body})
		i = len(c.messages) - 1
	}
	known := c.messages[i]
	known.body = m.Body
	c.emit(Event{Kind: Edit, To: known.to, Ref: m.Ref, Key: known.key, Text: templates.Plain(m.Body), Message: m.Body})
}

// Open makes a room, or takes over one that has the name. The room's id is its
// name.
func (c *Chat) Open(ctx context.Context, room bot.Room) (ref string, err error) {
	name := "#" + strings.TrimPrefix(room.Name, "#")
	err = c.call(ctx, "open a room", func() error {
		if r := c.at(name); !r.opened {
			r.opened = true
			c.emit(Event{Kind: Room, To: name, Ref: name, Key: room.Key, Text: name})
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return name, nil
}

// Invite adds people to a room; who is in it already stays.
func (c *Chat) Invite(ctx context.Context, name string, people []string) error {
	return c.call(ctx, "invite", func() error {
		r := c.at(name)
		for _, p := range people {
			if p = bare(p); slices.Contains(r.members, p) {
				continue
			}
			r.members = append(r.members, p)
			c.emit(Event{Kind: Invite, To: "@" + p, Room: name, Text: name})
		}
		return nil
	})
}

// SetTopic sets the topic of a room.
func (c *Chat) SetTopic(ctx context.Context, name, topic string) error {
	return c.call(ctx, "set the topic", func() error {
		r := c.at(name)
		if topic = templates.Inert(topic); r.topic == topic {
			return nil
		}
		r.topic = topic
		c.emit(Event{Kind: Topic, To: name, Text: topic})
		return nil
	})
}

// Find looks a message up by the key of its effect.
func (c *Chat) Find(ctx context.Context, to, key string) (ref string, found bool, err error) {
	err = c.call(ctx, "find", func() error {
		for _, m := range c.messages {
			if key != "" && m.key == key && m.to == to {
				ref, found = m.ref, true
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return "", false, err
	}
	return ref, found, nil
}

// FollowUp adds to the private reply of a request.
func (c *Chat) FollowUp(ctx context.Context, to bot.Request, m templates.Message) error {
	return c.call(ctx, "follow up", func() error {
		c.reply(to, m, Event{})
		return nil
	})
}
