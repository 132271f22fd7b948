package console

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Result is what became of an act.
type Result struct {
	Request bot.Request // what was delivered; empty for plain chat
	Reply   bot.Reply
	Err     error // the act itself was not possible: nothing was delivered
}

// Code is why an act was refused, or empty when it was accepted.
func (r Result) Code() fault.Code {
	if r.Err != nil {
		return fault.From(r.Err).Code
	}
	return r.Reply.Code
}

// Asked says whether a request was delivered.
func (r Result) Asked() bool { return r.Request.Delivery != "" }

// Say is a person typing a line, and the answer to it. An empty place is the
// person's last one.
func (c *Chat) Say(ctx context.Context, person, place, text string) Result {
	r, err := c.Type(person, place, text)
	if err == nil {
		err = Refuses(r)
	}
	if err != nil || r.Delivery == "" {
		return Result{Err: err}
	}
	return c.hand(ctx, r)
}

// Type is a person typing a line: a slash command, a mention, or chat that is
// only shown and has no delivery. An empty place is the person's last one. The
// request has not been handed in; see Refuses.
func (c *Chat) Type(person, place, text string) (bot.Request, error) {
	person = bare(person)
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.desk(person)
	if place == "" {
		place = d.place
	}
	if place != DM && !strings.HasPrefix(place, "#") {
		return bot.Request{}, fault.Newf(fault.UnknownID, "Speak in a #room or in dm.", "Nobody can speak in %q.", place)
	}
	d.goTo(place)
	if place != DM {
		c.at(place)
	}
	asked, _ := read(text)
	if asked.origin != slash {
		c.hear(person, place, text)
	}
	if asked.origin == "" {
		return bot.Request{}, nil
	}
	return c.number(bot.Request{Room: roomOf(place), Person: person, Root: asked.root, Text: asked.text, Origin: asked.origin}), nil
}

// hear shows what a person said. Slash commands are not shown to others. The
// caller holds c.mu.
func (c *Chat) hear(person, place, text string) {
	to := place
	if place == DM {
		to = "@" + person
	}
	c.emit(Event{Kind: Speech, To: to, From: person, Text: templates.Inert(text)})
}

// Redeliver is the last delivery again, under the same id, as platforms send
// it that have not seen the answer. It has not been handed in.
func (c *Chat) Redeliver() (bot.Request, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == nil {
		return bot.Request{}, fault.New(fault.NotOpen, "Nothing has been delivered yet.", "Type a command first.")
	}
	return own(*c.last), nil
}

// number gives a request its delivery id. The caller holds c.mu.
func (c *Chat) number(r bot.Request) bot.Request {
	c.deliveries++
	r.Platform = c.Name()
	r.Delivery = c.numbered("delivery-", c.deliveries)
	last := own(r)
	c.last = &last
	return r
}

// own shares no form with r.
func own(r bot.Request) bot.Request {
	if r.Form != nil {
		f := copied(*r.Form)
		r.Form = &f
	}
	return r
}

// hand gives a request to the handler and shows its answer.
func (c *Chat) hand(ctx context.Context, r bot.Request) Result {
	c.mu.Lock()
	h := c.handler
	c.mu.Unlock()
	if h == nil {
		return Result{Err: fault.New(fault.Internal, "Nobody answers in this chat.", "Start Holdfast first.")}
	}
	reply := h.Handle(ctx, own(r))
	c.Show(r, reply)
	return Result{Request: r, Reply: reply}
}

// Show shows the person who asked the answer to a request and its form, and
// moves them where the answer says. An answer without a message is not shown.
func (c *Chat) Show(r bot.Request, reply bot.Reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.desk(r.Person)
	if len(reply.Message.Blocks) > 0 {
		d.latest = len(d.replies)
		c.reply(r, reply.Message, Event{Answers: r.Delivery, Entry: reply.Ref, Code: reply.Code})
	}
	if reply.Form != nil {
		c.open(r.Person, r.Room, *reply.Form)
	}
	if reply.MoveTo != "" {
		d.goTo(reply.MoveTo)
	}
}

// reply shows the person who asked something nobody else sees; about says what
// is special to it. The caller holds c.mu.
func (c *Chat) reply(to bot.Request, m templates.Message, about Event) {
	c.answered++
	d := c.desk(to.Person)
	private := &message{ref: c.numbered("r", c.answered), to: "@" + to.Person, room: to.Room, body: m}
	d.replies = append(d.replies, private)
	about.Kind, about.To, about.Room, about.Ref = Reply, private.to, to.Room, private.ref
	about.Text, about.Message = templates.Plain(m), m
	c.emit(about)
}

func roomOf(place string) string {
	if place == DM {
		return ""
	}
	return place
}
