package webhook

import (
	"context"

	"holdfast/integrations"
)

// Tracker keeps tickets through an endpoint.
type Tracker struct{ endpoint *endpoint }

var _ integrations.Tracker = (*Tracker)(nil)

// NewTracker returns a tracker at o.URL, without calling it.
func NewTracker(o Options) (*Tracker, error) {
	e, err := newEndpoint("tracker", o)
	if err != nil {
		return nil, err
	}
	return &Tracker{e}, nil
}

// Create implements integrations.Tracker. Beyond its contract, an endpoint
// opens one ticket only under a key.
func (t *Tracker) Create(ctx context.Context, n integrations.NewTicket) (string, error) {
	return t.endpoint.post(ctx, request{Kind: "ticket", Key: n.Key, Project: n.Project, Parent: n.Parent,
		Summary: n.Title, Text: n.Body, Severity: n.Severity})
}

// Find implements integrations.Tracker.
func (t *Tracker) Find(ctx context.Context, key string) (string, bool, error) {
	return t.endpoint.find(ctx, key)
}

// Link implements integrations.Tracker. One incident may be tied to several
// tickets, so the key names the ticket too: an endpoint need look at nothing
// but keys to do everything once.
func (t *Tracker) Link(ctx context.Context, ticket, incident, globalID string) error {
	_, err := t.endpoint.post(ctx, request{Kind: "link", Key: globalID + "/" + ticket, Ticket: ticket, Incident: incident})
	return err
}

// Comment implements integrations.Tracker.
func (t *Tracker) Comment(ctx context.Context, ticket, text, key string) error {
	_, err := t.endpoint.post(ctx, request{Kind: "comment", Key: key, Ticket: ticket, Text: text})
	return err
}
