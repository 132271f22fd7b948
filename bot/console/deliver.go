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

// Say is a person typing a line: a slash command, a mention, or chat that is
// only shown. An empty place is the person's last one.
func (c *Chat) Say(ctx context.Context, person, place, text string) Result {
	person = bare(person)
	asked, asks, err := read(text)
	c.mu.Lock()
	d := c.desk(person)
	if place == "" {
		place = d.place
	}
	if place != DM && !strings.HasPrefix(place, "#") {
		c.mu.Unlock()
		return Result{Err: fault.Newf(fault.UnknownID, "Speak in a #room or in dm.", "Nobody can speak in %q.", place)}
	}
	d.goTo(place)
	if place != DM {
		c.at(place)
	}
	if err == nil && asked.origin != slash {
		c.hear(person, place, text)
	}
	c.mu.Unlock()
	if err != nil || !asks {
		return Result{Err: err}
	}
	return c.deliver(ctx, bot.Request{Room: roomOf(place), Person: person, Root: asked.root, Text: asked.text, Origin: asked.origin})
}

// hear shows what a person said. Slash commands are not shown to others.
func (c *Chat) hear(person, place, text string) {
	to := place
	if place == DM {
		to = "@" + person
	}
	c.emit(Event{Kind: Speech, To: to, From: person, Text: templates.Inert(text)})
}

// Redeliver hands the last delivery in again, under the same id, as platforms
// do that have not seen the answer.
func (c *Chat) Redeliver(ctx context.Context) Result {
	c.mu.Lock()
	last := c.last
	c.mu.Unlock()
	if last == nil {
		return Result{Err: fault.New(fault.NotOpen, "Nothing has been delivered yet.", "Type a command first.")}
	}
	return c.hand(ctx, *last)
}

// deliver numbers a request and hands it in.
func (c *Chat) deliver(ctx context.Context, r bot.Request) Result {
	c.mu.Lock()
	c.deliveries++
	r.Platform = c.Name()
	r.Delivery = c.numbered("console-", c.deliveries)
	c.last = &r
	c.mu.Unlock()
	return c.hand(ctx, r)
}

// hand gives a request to the handler and shows its answer. An answer that
// says nothing, such as that of a process that has ended, is not shown.
func (c *Chat) hand(ctx context.Context, r bot.Request) Result {
	c.mu.Lock()
	h := c.handler
	c.mu.Unlock()
	if h == nil {
		return Result{Err: fault.New(fault.Internal, "Nobody answers in this chat.", "Start Holdfast first.")}
	}
	asked := r
	if r.Form != nil {
		f := copied(*r.Form)
		asked.Form = &f
	}
	reply := h.Handle(ctx, asked)
	c.mu.Lock()
	defer c.mu.Unlock()
	d := c.desk(r.Person)
	d.latest = len(d.replies)
	if len(reply.Message.Blocks) > 0 {
		c.reply(r, r.Delivery, reply.Message)
	}
	if reply.Form != nil {
		c.open(r.Person, r.Room, *reply.Form)
	}
	if reply.MoveTo != "" {
		d.goTo(reply.MoveTo)
	}
	return Result{Request: r, Reply: reply}
}

// reply shows the person who asked something nobody else sees. The caller
// holds c.mu.
func (c *Chat) reply(to bot.Request, answers string, m templates.Message) {
	c.answered++
	d := c.desk(to.Person)
	private := &message{ref: c.numbered("r", c.answered), to: "@" + to.Person, room: to.Room, body: m}
	d.replies = append(d.replies, private)
	c.emit(Event{Kind: Reply, To: private.to, Room: to.Room, Ref: private.ref, Answers: answers, Text: templates.Plain(m), Message: m})
}

func roomOf(place string) string {
	if place == DM {
		return ""
	}
	return place
}
