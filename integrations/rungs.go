package integrations

import (
	"context"
	"errors"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
)

// Rungs is a pager with another one below it: what the first does not accept,
// the next one calls for at once. The first is asked whether it has called all
// the same before that; when it cannot say so either, somebody is rather called
// twice than not at all. Who is on call, and what became of a page, the first
// one knows.
type Rungs struct{ First, Next Pager }

// firstPatience leaves the next one time of its own within one try.
const firstPatience = 4 * time.Second

// nextMark begins the names of pages that the next one has made, so that the
// first is not asked for them.
const nextMark = "next:"

// Page implements Pager.
func (p Rungs) Page(ctx context.Context, r PageRequest) (string, error) {
	first, cancel := context.WithTimeout(ctx, firstPatience)
	defer cancel()
	id, err := p.First.Page(first, r)
	if err == nil || ctx.Err() != nil {
		return id, err
	}
	if id, found, _ := p.First.Find(first, r.Key); found {
		return id, nil
	}
	id, also := p.Next.Page(ctx, r)
	if also != nil {
		return "", bothFailed(err, also)
	}
	return nextMark + id, nil
}

// Find implements Pager. That neither has called is believed as soon as the
// next one says so: where the first cannot be asked, its own dedup key keeps it
// from calling twice.
func (p Rungs) Find(ctx context.Context, key string) (string, bool, error) {
	first, cancel := context.WithTimeout(ctx, firstPatience)
	defer cancel()
	id, found, err := p.First.Find(first, key)
	if found {
		return id, true, nil
	}
	also, foundThere, errThere := p.Next.Find(ctx, key)
	switch {
	case foundThere:
		return nextMark + also, true, nil
	case errThere != nil:
		return "", false, bothFailed(err, errThere)
	}
	return "", false, nil
}

// bothError says why neither has called. What it means to the engine is what
// the failure of the next one means, since that one need not wait for the
// first; but as long as one of them may still accept the page it is not over.
type bothError struct{ first, next, means error }

func (e *bothError) Error() string { return errors.Join(e.first, e.next).Error() }

func (e *bothError) Unwrap() error { return e.means }

func bothFailed(first, next error) error {
	switch {
	case first == nil:
		return next
	case fault.From(next).Permanent && !fault.From(first).Permanent:
		return &bothError{first, next, first}
	}
	return &bothError{first, next, next}
}

// OnCall implements OnCaller where the first pager does.
func (p Rungs) OnCall(ctx context.Context, target string) ([]OnCall, error) {
	return OnCallOf(p.First).OnCall(ctx, target)
}

// History implements PageStates where the first pager does. Of a page that the
// next one has made there is no news.
func (p Rungs) History(ctx context.Context, key, id string) ([]incident.PageNews, bool, error) {
	if strings.HasPrefix(id, nextMark) {
		return nil, true, nil
	}
	return PageStatesOf(p.First).History(ctx, key, id)
}

// Acknowledge implements PageStates where the first pager does.
func (p Rungs) Acknowledge(ctx context.Context, key, id, person string) error {
	if strings.HasPrefix(id, nextMark) {
		return nil
	}
	return PageStatesOf(p.First).Acknowledge(ctx, key, id, person)
}

// Note implements PageNotes where the first pager does.
func (p Rungs) Note(ctx context.Context, n PageNote) error {
	if strings.HasPrefix(n.ID, nextMark) {
		return nil
	}
	return PageNotesOf(p.First).Note(ctx, n)
}

// Update implements PageNotes where the first pager does.
func (p Rungs) Update(ctx context.Context, n PageNote) error {
	if strings.HasPrefix(n.ID, nextMark) {
		return nil
	}
	return PageNotesOf(p.First).Update(ctx, n)
}
