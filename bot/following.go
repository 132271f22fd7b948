package bot

import (
	"context"
	"slices"
	"sync"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// firstWord is how long the first follow-up waits for outcomes.
const firstWord = 5 * time.Second

// Following tells the person who asked what became of it: once when every
// outcome is known or after five seconds, and once more if something fails
// later. It is kept by the replica that answered and is never stored: the
// headline shows the same to everybody.
type Following struct {
	Platform  FollowUps
	Templates func() *templates.Set

	mu    sync.Mutex
	waits []*following
}

type following struct {
	request  Request
	incident string
	keys     []string
	since    time.Time
	told     bool
	failed   []string // keys already reported as failed
}

// Track notes the effects that a request has asked for outside of chat.
func (f *Following) Track(r Request, s incident.State, entries []journal.Entry, now time.Time) {
	var keys []string
	for _, e := range entries {
		if want, ok := e.Fact.(*journal.Requested); ok && slices.Contains([]string{journal.Page, journal.Ticket, journal.Link}, want.Type) {
			keys = append(keys, want.Key)
		}
	}
	if len(keys) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits = append(f.waits, &following{request: r, incident: s.ID, keys: keys, since: now})
}

// Display sends what is due to be said about an incident.
func (f *Following) Display(ctx context.Context, s incident.State, now time.Time) (next time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits = slices.DeleteFunc(f.waits, func(w *following) bool {
		if w.incident != s.ID {
			return false
		}
		again, done := f.tell(ctx, w, s, now)
		if !again.IsZero() && (next.IsZero() || again.Before(next)) {
			next = again
		}
		return done
	})
	return next
}

func (f *Following) tell(ctx context.Context, w *following, s incident.State, now time.Time) (again time.Time, done bool) {
	open, failed := 0, []string{}
	for _, key := range w.keys {
		t, _ := s.Outbox.Get(key)
		switch {
		case t.Outcome == journal.Dead || unconfirmed(s, key):
			failed = append(failed, key)
		}
		if t.Outcome == journal.Pending {
			open++
		}
	}
	switch {
	case !w.told && open > 0 && now.Before(w.since.Add(firstWord)):
		return w.since.Add(firstWord), false
	case !w.told, len(failed) > len(w.failed):
		w.told, w.failed = true, failed
		f.send(ctx, w, s, now)
		// Two at most: after a failure was told, or when nothing is open.
		return time.Time{}, open == 0 || len(failed) > 0
	}
	return time.Time{}, open == 0
}

func (f *Following) send(ctx context.Context, w *following, s incident.State, now time.Time) {
	v := templates.ViewOf(s, now)
	v.Person, v.Lines = w.request.Person, w.keys
	body, err := f.Templates().Render("outcomes", v)
	if err != nil {
		return
	}
	// A follow-up that cannot be sent is dropped: the headline says the same.
	_ = f.Platform.FollowUp(ctx, w.request, body)
}

func unconfirmed(s incident.State, key string) bool {
	return slices.ContainsFunc(s.Pages, func(p incident.Page) bool { return p.Effect == key && p.Unconfirmed })
}
