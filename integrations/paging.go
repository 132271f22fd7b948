package integrations

import (
	"context"
	"fmt"
	"strings"

	"holdfast/incident"
	"holdfast/journal"
)

// Paging performs page effects, and what pages are told afterwards.
type Paging struct{ Pager Pager }

// Perform calls somebody once. The effect's key is the dedup key of every try.
// An attempt that may have reached the pager before is looked up first, since
// a provider may forget a key once its page is answered; while the lookup
// fails nobody is called a second time.
func (p Paging) Perform(ctx context.Context, s incident.State, a journal.Attempt) (ref string, err error) {
	switch a.Type {
	case journal.Page:
	case journal.PageNote, journal.PageUpdate:
		return p.tell(ctx, s, a)
	default:
		return "", fmt.Errorf("paging cannot perform a %s", a.Type)
	}
	if a.Doubtful {
		id, found, err := p.Pager.Find(ctx, a.Key)
		if err != nil {
			return "", fmt.Errorf("look for an earlier page to %s: %w", a.To, err)
		}
		if found {
			return id, nil
		}
	}
	id, err := p.Pager.Page(ctx, PageRequest{Key: a.Key, Target: a.To, Summary: s.Discreet(a.Text), Severity: s.Severity, Incident: s.ID, Beside: beside(s)})
	if err != nil {
		return "", fmt.Errorf("page %s: %w", a.To, err)
	}
	return id, nil
}

// beside returns the name of the first page of an incident that somebody may be
// called to.
func beside(s incident.State) string {
	for _, p := range s.Pages {
		if p.Outcome == journal.Done && p.Turn != incident.PageOver && !p.Lost && !strings.HasPrefix(p.ID, nextMark) {
			return p.ID
		}
	}
	return ""
}
