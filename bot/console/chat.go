// Package console is chat without a network: rooms, direct messages, private
// replies and forms in memory. Chat is the world itself, shared by the demo
// and by rehearsals; Session draws it in a terminal.
package console

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"holdfast/bot"
	"holdfast/internal/clock"
	"holdfast/templates"
)

// General is the room a person is in who has not been anywhere yet.
const General = "#general"

// DM is the place of a direct conversation with Holdfast.
const DM = "dm"

// LastReply is the place of the last private answer a person has got, and of
// what was added to it.
const LastReply = "reply"

// Options of a chat. The zero value is a chat for a rehearsal.
type Options struct {
	// Run makes the ids of this process its own: deliveries are delivery-RUN-1,
	// messages mRUN-1. A demo that is started again on the same store needs it,
	// because a delivery id that has been seen is answered and not repeated.
	// Empty numbers them delivery-1 and m1.
	Run string
	// Before is asked before every call of the platform's abilities: whether to
	// perform it, and the error to answer, which is passed on as it is. A lost
	// reply is performed and fails.
	Before func(ctx context.Context) (perform bool, err error)
}

// Chat is a platform in memory. Everybody can read every room; who has been
// invited is remembered. It is safe for concurrent use and outlives the
// process it stands beside: a rehearsed restart keeps it.
type Chat struct {
	clock clock.Clock
	opts  Options

	mu         sync.Mutex
	handler    bot.Handler
	watchers   []func(Event)
	rooms      map[string]*room
	messages   []*message // oldest first
	people     map[string]*desk
	posted     int // messages numbered so far
	answered   int // private replies numbered so far
	deliveries int
	last       *bot.Request // the last delivery that asked for something
}

// room is a place that many share.
type room struct {
	topic   string
	opened  bool // made on purpose, not only by being named
	members []string
}

// message is one that can be found, replaced and pressed.
type message struct {
	ref, to, key string
	room         string // where a private reply was shown
	body         templates.Message
}

// desk is what the chat keeps for one person.
type desk struct {
	place   string     // a room or DM: where the person spoke last
	room    string     // the last place that is a room
	replies []*message // private ones, oldest first
	latest  int        // the last answer; follow-ups come after it
	form    *opening
}

// opening is a form that waits for its person.
type opening struct {
	form bot.Form
	room string
}

// New returns an empty chat. Answer must be called before anybody asks for
// something.
func New(c clock.Clock, o Options) *Chat {
	return &Chat{clock: c, opts: o, rooms: map[string]*room{General: {}}, people: map[string]*desk{}}
}

// Answer sets who answers requests from now on; a restarted process takes the
// place of the old one.
func (c *Chat) Answer(h bot.Handler) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.handler = h
}

// On calls f for every visible happening, in order. f is called while the chat
// is held: it returns soon and does not call the chat.
func (c *Chat) On(f func(Event)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watchers = append(c.watchers, f)
}

// Remark shows something that nobody has said: the way to a server is cut.
func (c *Chat) Remark(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.emit(Event{Kind: Remark, Text: templates.Inert(text)})
}

// emit tells the watchers. The caller holds c.mu.
func (c *Chat) emit(e Event) {
	e.At = c.clock.Now()
	for _, f := range c.watchers {
		f(e)
	}
}

// desk returns what is kept for a person. The caller holds c.mu.
func (c *Chat) desk(person string) *desk {
	d, ok := c.people[person]
	if !ok {
		d = &desk{place: General, room: General}
		c.people[person] = d
	}
	return d
}

// goTo notes where a person is now.
func (d *desk) goTo(place string) {
	d.place = place
	if place != DM {
		d.room = place
	}
}

// at returns the room of this name, which exists by being named. The caller
// holds c.mu.
func (c *Chat) at(name string) *room {
	r, ok := c.rooms[name]
	if !ok {
		r = &room{}
		c.rooms[name] = r
	}
	return r
}

// numbered is an id of this process: m1, or mRUN-1.
func (c *Chat) numbered(lead string, n int) string {
	if c.opts.Run == "" {
		return fmt.Sprintf("%s%d", lead, n)
	}
	return fmt.Sprintf("%s%s-%d", lead, c.opts.Run, n)
}

// bare is a person's id without the "@".
func bare(person string) string { return strings.TrimPrefix(person, "@") }
