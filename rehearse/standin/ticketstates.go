package standin

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/integrations"
)

var _ integrations.TicketStates = (*Tracker)(nil)

// TicketEvent is a step that somebody goes with a ticket in the tracker, as the
// webhooks of Jira tell it.
type TicketEvent struct {
	Ticket string // OPS-1
	Change uint64 // its number; 0 for what moves nothing
	At     time.Time
	By     string
	From   string
	To     string
	Done   bool // work is over there
}

// ID names an event, by which a repeat is known.
func (e TicketEvent) ID() string {
	if e.Change == 0 {
		return ""
	}
	return e.Ticket + "/" + strconv.FormatUint(e.Change, 10)
}

// ReadTicketEvent reads a webhook of the tracker.
func ReadTicketEvent(body []byte) (TicketEvent, error) {
	var says struct {
		Kind string `json:"webhookEvent"`
		At   int64  `json:"timestamp"` // ms
		User struct {
			Name string `json:"displayName"`
		} `json:"user"`
		Issue struct {
			Key    string `json:"key"`
			Fields struct {
				Status struct {
					Category struct {
						Key string `json:"key"`
					} `json:"statusCategory"`
				} `json:"status"`
			} `json:"fields"`
		} `json:"issue"`
		Log struct {
			ID    string `json:"id"`
			Items []struct {
				Field string `json:"field"`
				From  string `json:"fromString"`
				To    string `json:"toString"`
			} `json:"items"`
		} `json:"changelog"`
	}
	if err := json.Unmarshal(body, &says); err != nil {
		return TicketEvent{}, fmt.Errorf("it is no webhook of the tracker: %w", err)
	}
	if says.Kind != "jira:issue_updated" || says.Issue.Key == "" || says.At == 0 {
		return TicketEvent{}, errors.New("it is no webhook of the tracker: it has webhookEvent \"jira:issue_updated\", a timestamp in milliseconds, and an issue with a key")
	}
	e := TicketEvent{Ticket: says.Issue.Key, At: time.UnixMilli(says.At).UTC(), By: cmp.Or(says.User.Name, "somebody")}
	for _, i := range says.Log.Items {
		if i.Field != "status" {
			continue
		}
		n, err := strconv.ParseUint(says.Log.ID, 10, 64)
		if err != nil || n == 0 {
			return TicketEvent{}, errors.New("it is no webhook of the tracker: the changelog has no number as its id")
		}
		e.Change, e.From, e.To, e.Done = n, i.From, i.To, says.Issue.Fields.Status.Category.Key == "done"
	}
	return e, nil
}

// Happen has somebody go a step with a ticket. The same change happens once.
func (t *Tracker) Happen(e TicketEvent) error {
	project, number, _ := strings.Cut(e.Ticket, "-")
	t.mu.Lock()
	defer t.mu.Unlock()
	if n, err := strconv.Atoi(number); err != nil || n < 1 || n > t.opened[project] {
		return fmt.Errorf("the tracker has no ticket %s", e.Ticket)
	}
	known := slices.ContainsFunc(t.changes[e.Ticket], func(c integrations.TicketChange) bool { return c.Number == e.Change })
	if e.Change == 0 || known {
		return nil
	}
	t.changes[e.Ticket] = append(t.changes[e.Ticket],
		integrations.TicketChange{Number: e.Change, At: e.At, By: e.By, From: e.From, To: e.To, Done: e.Done})
	last := slices.MaxFunc(t.changes[e.Ticket], func(a, b integrations.TicketChange) int { return cmp.Compare(a.Number, b.Number) })
	t.states[e.Ticket] = last.To
	return nil
}

// States implements integrations.TicketStates. What Holdfast itself has moved
// is where the ticket is, and no news.
func (t *Tracker) States(ctx context.Context, tickets ...string) ([]integrations.TicketState, error) {
	if out := t.Strike(ctx); out.Err != nil {
		return nil, out.Err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []integrations.TicketState
	for _, ticket := range tickets {
		all = append(all, integrations.TicketState{Ticket: ticket, Status: cmp.Or(t.states[ticket], "To Do"), Changes: slices.Clone(t.changes[ticket])})
	}
	return all, nil
}
