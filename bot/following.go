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
		if want, ok := e.Fact.(*journal.Requested); ok && slices.Contains([]string{journal.Page, journal.Ticket, journal.Link, journal.Transition, journal.StatusPage}, want.Type) {
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

// Display sends what is due to be said about an incident. Nothing is locked while
// it is sent: who asks something meanwhile does not wait for it.
func (f *Following) Display(ctx context.Context, s incident.State, now time.Time) (next time.Time) {
	due, next := f.due(s, now)
	for _, w := range due {
		f.send(ctx, w, s, now)
	}
	return next
}

// due takes what is to be said now, and says when there is more.
func (f *Following) due(s incident.State, now time.Time) (due []following, next time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waits = slices.DeleteFunc(f.waits, func(w *following) bool {
		if w.incident != s.ID {
			return false
		}
		say, again, done := w.judge(s, now)
		if say {
			due = append(due, *w)
		}
		if !again.IsZero() && (next.IsZero() || again.Before(next)) {
			next = again
		}
		return done
	})
	return due, next
}

// judge says whether there is something to say now, when to look again, and
// whether that was the last.
func (w *following) judge(s incident.State, now time.Time) (say bool, again time.Time, done bool) {
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
		return false, w.since.Add(firstWord), false
	case !w.told, len(failed) > len(w.failed):
		w.told, w.failed = true, failed
		// Two at most: after a failure was told, or when nothing is open.
		return true, time.Time{}, open == 0 || len(failed) > 0
	}
	return false, time.Time{}, open == 0
}

func (f *Following) send(ctx context.Context, w following, s incident.State, now time.Time) {
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
