package standin

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"holdfast/integrations"
	"holdfast/internal/clock"
)

// Notice is the kind of event of what a status page says.
const Notice = "statuspage"

// NoComponent is what the page calls no component of its own.
const NoComponent = "nosuchthing"

// StatusPage is a page that customers could look at. It has every component but
// NoComponent.
type StatusPage struct {
	*Faults
	audience

	clock clock.Clock
	mu    sync.Mutex
	shown []PageIncident
	parts map[string]string
	made  int
}

// PageIncident is an incident as the page shows it.
type PageIncident struct {
	ID, Key, Name, Status string
	Last                  string   // key of the last notice
	Texts                 []string // oldest first
}

var _ integrations.StatusPage = (*StatusPage)(nil)

// NewStatusPage returns a page on which everything works.
func NewStatusPage(c clock.Clock) *StatusPage {
	return &StatusPage{Faults: NewFaults("the status page", c), clock: c, parts: map[string]string{}}
}

// Find implements integrations.StatusPage.
func (p *StatusPage) Find(ctx context.Context, incident string) (integrations.OnPage, bool, error) {
	if out := p.Strike(ctx); out.Err != nil {
		return integrations.OnPage{}, false, out.Err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.shown, func(x PageIncident) bool { return x.Key == incident })
	if i < 0 {
		return integrations.OnPage{}, false, nil
	}
	return integrations.OnPage{ID: p.shown[i].ID, Last: p.shown[i].Last}, true, nil
}

// Open implements integrations.StatusPage.
func (p *StatusPage) Open(ctx context.Context, n integrations.Notice) (string, error) {
	out := p.Strike(ctx)
	if !out.Performs {
		return "", out.Err
	}
	if _, none := n.Components[NoComponent]; none {
		return "", integrations.UnknownComponent(NoComponent)
	}
	p.mu.Lock()
	p.made++
	x := PageIncident{ID: fmt.Sprintf("SP-%d", p.made), Key: n.Incident}
	p.shown = append(p.shown, x)
	p.mu.Unlock()
	p.say(x.ID, n)
	return x.ID, out.Err
}

// Update implements integrations.StatusPage.
func (p *StatusPage) Update(ctx context.Context, id string, n integrations.Notice) error {
	out := p.Strike(ctx)
	if !out.Performs {
		return out.Err
	}
	if _, none := n.Components[NoComponent]; none {
		return integrations.UnknownComponent(NoComponent)
	}
	if !p.say(id, n) {
		return integrations.UnknownOnPage(id)
	}
	return out.Err
}

func (p *StatusPage) say(id string, n integrations.Notice) bool {
	p.mu.Lock()
	i := slices.IndexFunc(p.shown, func(x PageIncident) bool { return x.ID == id })
	if i < 0 {
		p.mu.Unlock()
		return false
	}
	x := &p.shown[i]
	x.Name, x.Status, x.Last, x.Texts = n.Name, n.Status, n.Key, append(x.Texts, n.Text)
	maps.Copy(p.parts, n.Components)
	p.mu.Unlock()
	lines := []string{n.Name, n.Status, n.Text}
	for _, id := range slices.Sorted(maps.Keys(n.Components)) {
		lines = append(lines, id+": "+n.Components[id])
	}
	p.tell(Event{At: p.clock.Now(), Kind: Notice, Ref: id, Text: strings.Join(lines, "\n"), Key: n.Key})
	return true
}

// Shown returns the incidents on the page, oldest first.
func (p *StatusPage) Shown() []PageIncident {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := slices.Clone(p.shown)
	for i := range all {
		all[i].Texts = slices.Clone(all[i].Texts)
	}
	return all
}

// Stands returns how a component stands, operational unless somebody has said
// otherwise.
func (p *StatusPage) Stands(component string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if is := p.parts[component]; is != "" {
		return is
	}
	return "operational"
}

// Delete takes an incident off the page, as a person may.
func (p *StatusPage) Delete(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.shown = slices.DeleteFunc(p.shown, func(x PageIncident) bool { return x.ID == id })
}
