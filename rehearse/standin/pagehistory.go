package standin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/integrations"
)

var _ integrations.PageStates = (*Pager)(nil)

// PageEvent is something that people do with a page at the pager, as the
// webhooks of PagerDuty tell it, version 3.
type PageEvent struct {
	ID   string // of the event, by which a repeat is known
	Page string // PG-1
	Turn string // empty for what changes nothing
	At   time.Time
	By   Agent
	To   []Agent
}

// Agent is a user of the pager; the zero one is the pager itself.
type Agent struct {
	ID   string `json:"id"`
	Name string `json:"summary"`
}

var pageTurns = map[string]string{
	"incident.acknowledged":   incident.Acknowledged,
	"incident.unacknowledged": incident.Unacknowledged,
	"incident.escalated":      incident.Escalated,
	"incident.reassigned":     incident.Reassigned,
	"incident.delegated":      incident.Reassigned,
	"incident.resolved":       incident.PageOver,
}

// ReadPageEvent reads a webhook of the pager.
func ReadPageEvent(body []byte) (PageEvent, error) {
	var says struct {
		Event struct {
			ID    string    `json:"id"`
			Kind  string    `json:"event_type"`
			At    time.Time `json:"occurred_at"`
			Agent *Agent    `json:"agent"`
			Data  struct {
				ID        string  `json:"id"`
				Type      string  `json:"type"`
				Assignees []Agent `json:"assignees"`
			} `json:"data"`
		} `json:"event"`
	}
	if err := json.Unmarshal(body, &says); err != nil {
		return PageEvent{}, fmt.Errorf("it is no webhook of the pager: %w", err)
	}
	e := says.Event
	if e.ID == "" || e.Data.Type != "incident" || e.Data.ID == "" || !strings.HasPrefix(e.Kind, "incident.") || e.At.IsZero() {
		return PageEvent{}, errors.New("it is no webhook of the pager: event has id, event_type \"incident...\", occurred_at, and data with the type \"incident\" and the page's id")
	}
	news := PageEvent{ID: e.ID, Page: e.Data.ID, Turn: pageTurns[e.Kind], At: e.At, To: e.Data.Assignees}
	if e.Agent != nil {
		news.By = *e.Agent
	}
	return news, nil
}

// Happen has something happen at the pager. The same event happens once.
func (p *Pager) Happen(e PageEvent) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, id := range p.pages {
		if id != e.Page {
			continue
		}
		if !slices.ContainsFunc(p.turns[key], func(x PageEvent) bool { return x.ID == e.ID }) {
			p.turns[key] = append(p.turns[key], e)
		}
		return nil
	}
	return fmt.Errorf("the pager has no page %s", e.Page)
}

// History implements integrations.PageStates.
func (p *Pager) History(ctx context.Context, key, _ string) ([]incident.PageNews, bool, error) {
	if out := p.Strike(ctx); out.Err != nil {
		return nil, false, out.Err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, found := p.pages[key]; !found {
		return nil, false, nil
	}
	var news []incident.PageNews
	for _, e := range p.turns[key] {
		if e.Turn == "" {
			continue
		}
		n := incident.PageNews{Event: e.ID, Turn: e.Turn, At: e.At, By: p.reached(e.By)}
		for _, a := range e.To {
			n.To = append(n.To, p.reached(a))
		}
		news = append(news, n)
	}
	return news, true, nil
}

// reached says who a user of the pager is.
func (p *Pager) reached(a Agent) incident.Reached {
	if a == (Agent{}) {
		return incident.Reached{}
	}
	if p.Who != nil {
		if person := p.Who(a.ID); person != "" {
			return incident.Reached{Person: person}
		}
	}
	return incident.Reached{Name: cmp.Or(a.Name, a.ID)}
}

// Acknowledge implements integrations.PageStates.
func (p *Pager) Acknowledge(ctx context.Context, key, id, person string) error {
	out := p.Strike(ctx)
	if !out.Performs {
		return out.Err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, found := p.pages[key]; found {
		n := len(p.turns[key]) + 1
		p.turns[key] = append(p.turns[key], PageEvent{
			ID: fmt.Sprintf("%s-told-%d", id, n), Page: id, Turn: incident.Acknowledged, At: p.clock.Now(), By: Agent{ID: person},
		})
	}
	return out.Err
}
