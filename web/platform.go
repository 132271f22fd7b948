package web

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"holdfast/bot"
	"holdfast/templates"
)

// Name is the platform's name in effect keys. It is that of the terminal's
// chat: what is typed there and over the API gives the same journal.
const Name = "console"

// Platform is the chat of those who sit at a terminal. Nothing is sent
// anywhere: whoever looks draws each message from the journal, on whichever
// replica. So an effect is done when it is recorded as done, and doing it twice
// changes nothing. Only private follow-ups, which no journal holds, are handed
// to the streams of this replica.
type Platform struct{ private *whispers }

// NewPlatform returns the chat of one replica.
func NewPlatform() *Platform { return &Platform{newWhispers()} }

var (
	_ bot.Platform  = (*Platform)(nil)
	_ bot.Rooms     = (*Platform)(nil)
	_ bot.Finder    = (*Platform)(nil)
	_ bot.FollowUps = (*Platform)(nil)
)

// Name implements bot.Platform.
func (*Platform) Name() string { return Name }

// Post implements bot.Platform. The message's id is the key of its effect.
func (*Platform) Post(ctx context.Context, m bot.Message) (string, error) {
	if !strings.HasPrefix(m.To, "#") && !strings.HasPrefix(m.To, "@") || len(m.To) < 2 {
		return "", fmt.Errorf("post: %q is neither #room nor @person", m.To)
	}
	if m.Ref != "" {
		return m.Ref, ctx.Err()
	}
	return m.Key, ctx.Err()
}

// Open implements bot.Rooms. A room is there as soon as it is named.
func (*Platform) Open(ctx context.Context, r bot.Room) (string, error) {
	return "#" + strings.TrimPrefix(r.Name, "#"), ctx.Err()
}

// Invite implements bot.Rooms.
func (*Platform) Invite(ctx context.Context, _ string, _ []string) error { return ctx.Err() }

// SetTopic implements bot.Rooms. The topic is drawn from the state.
func (*Platform) SetTopic(ctx context.Context, _, _ string) error { return ctx.Err() }

// Find implements bot.Finder: posting again changes nothing.
func (*Platform) Find(ctx context.Context, _, _ string) (string, bool, error) {
	return "", false, ctx.Err()
}

// FollowUp implements bot.FollowUps. Where nobody looks it is dropped: the
// headline says the same.
func (p *Platform) FollowUp(_ context.Context, to bot.Request, m templates.Message) error {
	p.private.tell(to.Person, Happening{Kind: "reply", To: "@" + to.Person, Room: to.Room, Text: templates.Plain(m), Message: m})
	return nil
}

// whispers hands what only one person may see to that person's streams.
type whispers struct {
	mu        sync.Mutex
	listeners map[string]map[chan Happening]bool
}

func newWhispers() *whispers { return &whispers{listeners: map[string]map[chan Happening]bool{}} }

// listen returns what is told to a person from now on, until stop is called.
func (w *whispers) listen(person string) (heard <-chan Happening, stop func()) {
	c := make(chan Happening, 16)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listeners[person] == nil {
		w.listeners[person] = map[chan Happening]bool{}
	}
	w.listeners[person][c] = true
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.listeners[person], c)
		if len(w.listeners[person]) == 0 {
			delete(w.listeners, person)
		}
	}
}

// tell waits for nobody: who does not keep up misses it.
func (w *whispers) tell(person string, h Happening) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.listeners[person] {
		select {
		case c <- h:
		default:
		}
	}
}
