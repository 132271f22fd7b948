package standin

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"holdfast/integrations"
	"holdfast/internal/clock"
)

// Pager is a pager that calls nobody and remembers every page by its key:
// PG-1, PG-2 and so on.
type Pager struct {
	*Faults
	audience
	// Who returns whom the plan knows a user of the pager as, "" for a stranger; nil:
	// everybody is one. It is set before the first call.
	Who func(user string) string

	clock clock.Clock
	mu    sync.Mutex
	pages map[string]string // key -> id
	notes []string
	turns map[string][]PageEvent // key -> what people have done with it
}

var (
	_ integrations.Pager     = (*Pager)(nil)
	_ integrations.PageNotes = (*Pager)(nil)
)

// NewPager returns a pager that has called nobody yet.
func NewPager(c clock.Clock) *Pager {
	return &Pager{Faults: NewFaults("the pager", c), clock: c, pages: map[string]string{}, turns: map[string][]PageEvent{}}
}

var target = regexp.MustCompile(`^(team:|service:|@)[^\s@:]+$`)

// Page implements integrations.Pager.
func (p *Pager) Page(ctx context.Context, r integrations.PageRequest) (string, error) {
	out := p.Strike(ctx)
	if !out.Performs {
		return "", out.Err
	}
	id, err := p.call(r)
	if err == nil {
		err = out.Err
	}
	if err != nil {
		return "", err
	}
	return id, nil
}

// call does what a request asks for, whatever fails at the moment.
func (p *Pager) call(r integrations.PageRequest) (string, error) {
	switch {
	case r.Key == "":
		return "", fmt.Errorf("the pager: a page without a dedup key")
	case !target.MatchString(r.Target):
		return "", integrations.UnknownTarget(r.Target)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if id, again := p.pages[r.Key]; again {
		return id, nil
	}
	id := fmt.Sprintf("PG-%d", len(p.pages)+1)
	p.pages[r.Key] = id
	p.tell(Event{At: p.clock.Now(), Kind: Page, To: r.Target, Ref: id, Text: r.Summary, Key: r.Key})
	return id, nil
}

// Remember makes the pager know a page of an earlier life of this stand-in, so
// that ids go on counting.
func (p *Pager) Remember(key, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[key] = id
}

// Find implements integrations.Pager.
func (p *Pager) Find(ctx context.Context, key string) (string, bool, error) {
	if out := p.Strike(ctx); out.Err != nil {
		return "", false, out.Err
	}
	id, found := p.named(key)
	return id, found, nil
}

func (p *Pager) named(key string) (id string, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, found = p.pages[key]
	return id, found
}

// Note implements integrations.PageNotes.
func (p *Pager) Note(ctx context.Context, n integrations.PageNote) error {
	return p.write(ctx, Note, n)
}

// Update implements integrations.PageNotes.
func (p *Pager) Update(ctx context.Context, n integrations.PageNote) error {
	return p.write(ctx, Update, n)
}

func (p *Pager) write(ctx context.Context, kind string, n integrations.PageNote) error {
	out := p.Strike(ctx)
	if !out.Performs {
		return out.Err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	there := slices.ContainsFunc(p.notes, func(x string) bool { return strings.Contains(x, n.Mark) })
	if !there || !n.Again || kind == Update {
		p.notes = append(p.notes, n.Text)
		p.tell(Event{At: p.clock.Now(), Kind: kind, To: n.ID, Ref: n.ID, Text: n.Text})
	}
	return out.Err
}
