package inslack

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"holdfast/bot"
	"holdfast/rehearse"
)

// door is where one process hears Slack. It opens when Slack has told who the
// bot is, and is tried again with each delivery until then.
type door struct {
	bot   Bot
	alive func() bool

	mu   sync.Mutex
	hear http.Handler // nil while it is closed
}

// Connect implements rehearse.Chat.
func (c *chat) Connect(ctx context.Context, alive func() bool) (rehearse.Connection, error) {
	out := &http.Client{Transport: &wire{slack: c.slack, faults: c.site.Faults, alive: alive}}
	b, err := c.app.Join(Site{Token: token, Secret: secret, Limited: c.app.Limited, API: base + "/api", HTTP: out, People: c.cast.known,
		Templates: c.site.Templates, Clock: c.site.Clock, Handler: asked{}, Record: c.site.Record})
	if err != nil {
		return nil, err
	}
	d := &door{bot: b, alive: alive}
	_ = d.open(ctx) // a door that stays closed is tried again
	c.mu.Lock()
	defer c.mu.Unlock()
	c.door = d
	return b.Connection, nil
}

func (d *door) open(ctx context.Context) http.Handler {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hear == nil {
		if h, err := d.bot.Open(ctx); err == nil {
			d.hear = h
		}
	}
	return d.hear
}

// asking is where a delivery's context has whom to ask.
type asking struct{}

// asked is the bot's handler: it asks what the delivery was handed in with.
type asked struct{}

// Handle implements bot.Handler.
func (asked) Handle(ctx context.Context, q bot.Request) bot.Reply {
	ask, ok := ctx.Value(asking{}).(func(context.Context, bot.Request) bot.Reply)
	if !ok {
		panic(fmt.Sprintf("delivery %s was handed in by nobody", q.Delivery))
	}
	return ask(ctx, q)
}

// sent is something Slack has told the bot, or will.
type sent struct {
	request *http.Request
	id      string
	who     string
	again   int // how often it has been repeated
	// then does with the answer what Slack does; nil where it does nothing.
	then func(body []byte)
}

// delivery numbers something that Slack tells the bot.
func (c *chat) delivery(who, said string, asks bool, r *http.Request, then func(body []byte)) rehearse.Delivery {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deliveries++
	s := &sent{request: r, id: fmt.Sprintf("delivery-%d", c.deliveries), who: who, then: then}
	if asks {
		c.last = s
	}
	return c.handed(s, said, asks)
}

func (c *chat) handed(s *sent, said string, asks bool) rehearse.Delivery {
	request := s.request
	return rehearse.Delivery{ID: s.id, Who: s.who, Said: said, Asks: asks, Hand: func(ctx context.Context, ask rehearse.Ask) {
		c.hand(ctx, s, request, ask)
	}}
}

// hand lets Slack tell the bot something, and shows what it is answered.
func (c *chat) hand(ctx context.Context, s *sent, request *http.Request, ask rehearse.Ask) {
	c.mu.Lock()
	d := c.door
	c.mu.Unlock()
	hear := d.open(ctx)
	if hear == nil {
		return // Slack tells the person that it has not worked
	}
	var reply bot.Reply
	answered := false
	ctx = context.WithValue(ctx, asking{}, func(ctx context.Context, q bot.Request) bot.Reply {
		if reply, answered = ask(ctx, q); answered {
			c.answering(s.who, &reply)
		}
		return reply
	})
	fresh, err := again(request)
	if err != nil {
		panic(err) // the body is a reader of bytes
	}
	said := serve(hear, fresh.WithContext(ctx))
	if d.alive() && said.status == http.StatusOK && s.then != nil {
		s.then(said.body.Bytes())
	}
	d.bot.After(ctx)
	c.answering(s.who, nil)
	if answered && reply.MoveTo != "" {
		c.mu.Lock()
		c.desk(s.who).goTo(reply.MoveTo)
		c.mu.Unlock()
	}
}

// answering says which answer a person is being shown; nil is none any more.
func (c *chat) answering(person string, reply *bot.Reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.desk(person).answer = reply
}
