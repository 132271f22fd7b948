package enginetest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/rehearse/standin"
)

// Chat performs rooms, invitations, posts and direct messages without drawing
// them: an event's text is the template and what it is about. It can look a
// doubtful message up by its key.
type Chat struct {
	*standin.Faults

	clock clock.Clock
	tell  func(standin.Event)
	mu    sync.Mutex
	sent  map[string]string // key -> ref
}

// Perform implements engine.Performer.
func (c *Chat) Perform(ctx context.Context, _ incident.State, a journal.Attempt) (string, error) {
	if a.Doubtful {
		ref, found, err := c.find(ctx, a.Key)
		if err != nil || found {
			return ref, err
		}
	}
	out := c.Strike(ctx)
	if !out.Performs {
		return "", out.Err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ref := fmt.Sprintf("M%d", len(c.sent)+1)
	c.sent[a.Key] = ref
	text := strings.TrimSpace(a.Template + " " + a.Subject)
	c.tell(standin.Event{At: c.clock.Now(), Kind: a.Type, To: a.To, Ref: ref, Text: text, Key: a.Key})
	return ref, out.Err
}

func (c *Chat) find(ctx context.Context, key string) (string, bool, error) {
	if out := c.Strike(ctx); out.Err != nil {
		return "", false, out.Err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ref, found := c.sent[key]
	return ref, found, nil
}
