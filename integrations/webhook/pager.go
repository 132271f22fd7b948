package webhook

import (
	"context"

	"holdfast/integrations"
)

// Pager calls people through an endpoint.
type Pager struct{ endpoint *endpoint }

var _ integrations.Pager = (*Pager)(nil)

// NewPager returns a pager at o.URL, without calling it.
func NewPager(o Options) (*Pager, error) {
	e, err := newEndpoint("pager", o)
	if err != nil {
		return nil, err
	}
	return &Pager{e}, nil
}

// Page implements integrations.Pager.
func (p *Pager) Page(ctx context.Context, r integrations.PageRequest) (string, error) {
	return p.endpoint.post(ctx, request{Kind: "page", Key: r.Key, Target: r.Target,
		Summary: r.Summary, Severity: r.Severity, Incident: r.Incident})
}

// Find implements integrations.Pager.
func (p *Pager) Find(ctx context.Context, key string) (string, bool, error) {
	return p.endpoint.find(ctx, key)
}
