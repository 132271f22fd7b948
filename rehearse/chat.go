package rehearse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"holdfast/bot"
	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
	"holdfast/templates"
)

// platformName is what effect keys call the chat.
const platformName = "console"

// Chat is a stand-in for a chat server: rooms, direct messages, private
// answers and forms. It outlives the processes that talk to it and writes
// what people would see into the transcript.
type Chat struct {
	*standin.Faults
	transcript *Transcript

	mu       sync.Mutex
	posted   int
	messages []*message           // rooms and direct messages, oldest first
	replies  map[string][]message // by person: the last answer and what followed it
	rooms    map[string]*room
	forms    map[string]openForm // by person: the form last opened
}

// message is something people can see and press buttons on.
type message struct {
	id, key string
	to      string // "#room" or "@person"
	body    templates.Message
	asked   string // of a private answer: the room in which it was asked
}

type room struct {
	members []string
	topic   string
}

type openForm struct {
	form bot.Form
	room string // where it was opened
}

// NewChat returns a chat in which nothing has been said.
func NewChat(c clock.Clock, t *Transcript) *Chat {
	return &Chat{Faults: standin.NewFaults("the chat", c), transcript: t, replies: map[string][]message{}, rooms: map[string]*room{}, forms: map[string]openForm{}}
}

// Name is the platform's name in effect keys.
func (c *Chat) Name() string { return platformName }

// call makes one call to the chat server: it does what is asked, or fails, or
// does it and loses the answer.
func (c *Chat) call(ctx context.Context, do func() error) error {
	out := c.Strike(ctx)
	if !out.Performs {
		return out.Err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := do(); err != nil {
		return err
	}
	return out.Err
}

// Post posts a message, or replaces the one it names.
func (c *Chat) Post(ctx context.Context, m bot.Message) (ref string, err error) {
	err = c.call(ctx, func() error {
		if m.Ref != "" {
			ref, err = c.replace(m)
			return err
		}
		c.posted++
		ref = fmt.Sprintf("M%d", c.posted)
		c.messages = append(c.messages, &message{id: ref, key: m.Key, to: m.To, body: m.Body})
		kind := KindPost
		if strings.HasPrefix(m.To, "@") {
			kind = KindDM
		}
		c.transcript.Record(messageEvent(kind, m.To, ref, m.Body))
		return nil
	})
	return ref, err
}

func (c *Chat) replace(m bot.Message) (string, error) {
	i := slices.IndexFunc(c.messages, func(old *message) bool { return old.id == m.Ref })
	if i < 0 {
		return "", fmt.Errorf("the chat: there is no message %s", m.Ref)
	}
	c.messages[i].body = m.Body
	c.transcript.Record(messageEvent(KindEdit, m.To, m.Ref, m.Body))
	return m.Ref, nil
}

// messageEvent shows a message as plain text, and its buttons as data.
func messageEvent(kind EventKind, to, ref string, body templates.Message) Event {
	e := Event{Kind: kind, To: to, Ref: ref, Text: templates.Plain(body)}
	if buttons := body.Buttons(); len(buttons) > 0 {
		e.Data = map[string]any{"buttons": buttons}
	}
	return e
}

// Open makes a room, or adopts the one of that name.
func (c *Chat) Open(ctx context.Context, name, key string) (string, error) {
	err := c.call(ctx, func() error {
		if _, known := c.rooms[name]; !known {
			c.room(name)
			c.transcript.Record(Event{Kind: KindRoom, To: name, Ref: key, Text: name})
		}
		return nil
	})
	return name, err
}

func (c *Chat) room(name string) *room {
	r, ok := c.rooms[name]
	if !ok {
		r = &room{}
		c.rooms[name] = r
	}
	return r
}

// Invite adds people to a room; who is in it already is left alone.
func (c *Chat) Invite(ctx context.Context, name string, people []string) error {
	return c.call(ctx, func() error {
		r := c.room(name)
		for _, p := range people {
			p = strings.TrimPrefix(p, "@")
			if !slices.Contains(r.members, p) {
				r.members = append(r.members, p)
				c.transcript.Record(Event{Kind: KindInvite, To: "@" + p, Text: name})
			}
		}
		return nil
	})
}

// SetTopic sets a room's topic.
func (c *Chat) SetTopic(ctx context.Context, name, topic string) error {
	return c.call(ctx, func() error {
		if r := c.room(name); r.topic != topic {
			r.topic = topic
			c.transcript.Record(Event{Kind: KindTopic, To: name, Text: topic})
		}
		return nil
	})
}

// Find looks a message up by the key it was posted under.
func (c *Chat) Find(ctx context.Context, to, key string) (ref string, found bool, err error) {
	err = c.call(ctx, func() error {
		for _, m := range c.messages {
			if m.to == to && m.key == key {
				ref, found = m.id, true
			}
		}
		return nil
	})
	return ref, found, err
}

// FollowUp adds to a private answer.
func (c *Chat) FollowUp(ctx context.Context, to bot.Request, m templates.Message) error {
	return c.call(ctx, func() error {
		c.replies[to.Person] = append(c.replies[to.Person], message{to: "@" + to.Person, body: m, asked: to.Room})
		c.transcript.Record(messageEvent(KindReply, "@"+to.Person, "", m))
		return nil
	})
}

// Answer shows a person the private answer to a request, and its form.
func (c *Chat) Answer(r bot.Request, reply bot.Reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to := "@" + r.Person
	if len(reply.Message.Blocks) > 0 {
		c.replies[r.Person] = []message{{to: to, body: reply.Message, asked: r.Room}}
		e := messageEvent(KindReply, to, reply.Ref, reply.Message)
		if reply.Code != "" {
			e.Data = map[string]any{"code": reply.Code, "buttons": reply.Message.Buttons()}
		}
		c.transcript.Record(e)
	}
	if reply.Form != nil {
		c.forms[r.Person] = openForm{form: *reply.Form, room: r.Room}
		c.transcript.Record(formEvent(to, *reply.Form))
	}
}

// formEvent shows a form: its title, then a line for each field.
func formEvent(to string, f bot.Form) Event {
	var text strings.Builder
	text.WriteString(f.Title)
	for _, field := range f.Fields {
		fmt.Fprintf(&text, "\n%s: %s", field.Label, field.Value)
		if field.Error != "" {
			fmt.Fprintf(&text, " (%s)", field.Error)
		}
	}
	return Event{Kind: KindForm, To: to, Ref: f.ID, Text: text.String(), Data: map[string]any{"verb": f.Verb, "fields": f.Fields}}
}
