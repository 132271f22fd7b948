package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// editEvery is how often one headline is edited at most.
const editEvery = 5 * time.Second

// hopelessAgain is how often a headline is tried that people have to bring back:
// its room was archived or deleted under an open incident.
const hopelessAgain = time.Minute

// Headline keeps the one pinned message of an incident, and the room's topic,
// true to its state. It is a display: nothing of it is recorded, and after a
// restart it converges by one edit.
type Headline struct {
	Platform  Platform
	Templates func() *templates.Set
	// Page returns where an incident is shown outside of chat, which is kept as a
	// bookmark where the platform can; nil for nowhere.
	Page func(incident string) (link string)

	mu    sync.Mutex
	drawn map[string]drawn // by incident
}

type drawn struct {
	text, topic string
	at          time.Time
	pinned      bool
	bookmarked  bool
}

// Display edits the headline when it no longer says what is true.
func (h *Headline) Display(ctx context.Context, s incident.State, now time.Time) (next time.Time) {
	t, ok := s.Outbox.Get(s.HeadlineKey())
	if !ok || t.Outcome != journal.Done || s.Archived() {
		return time.Time{}
	}
	last, known := h.last(s.ID)
	if known && now.Before(last.at.Add(editEvery)) {
		return last.at.Add(editEvery)
	}
	body, err := h.Templates().Render("headline", templates.ViewOf(s, now))
	if err != nil {
		return time.Time{}
	}
	fresh := drawn{text: templates.Plain(body), topic: templates.Topic(s), at: now, pinned: last.pinned, bookmarked: last.bookmarked}
	if fresh.text == last.text && fresh.topic == last.topic {
		return time.Time{}
	}
	fresh.pinned, fresh.bookmarked = h.pin(ctx, t.Ref, last), h.bookmark(ctx, s, last)
	if fresh.text != last.text {
		if _, err := h.Platform.Post(ctx, Message{Key: t.Key, To: t.To, Ref: t.Ref, Body: body}); err != nil {
			last.at = now
			h.keep(s.ID, last)
			return again(s, now, err) // converges when the platform is back
		}
	}
	if rooms, ok := h.Platform.(Rooms); ok && fresh.topic != last.topic {
		if err := rooms.SetTopic(ctx, s.Room, fresh.topic); err != nil {
			fresh.topic = last.topic
			h.keep(s.ID, fresh)
			return again(s, now, err)
		}
	}
	h.keep(s.ID, fresh)
	return time.Time{}
}

// again says when a drawing that has failed is tried again: soon, unless only
// people can help, and then never for an incident that is over.
func again(s incident.State, now time.Time, err error) time.Time {
	switch hopeless := errors.Is(err, ErrArchived) || isPermanent(err); {
	case !hopeless:
		return now.Add(editEvery)
	case s.Open():
		return now.Add(hopelessAgain)
	}
	return time.Time{}
}

// last returns what was last drawn of an incident. Nothing is locked while the
// platform is called: one incident is drawn by one at a time, and another does
// not wait for it.
func (h *Headline) last(id string) (drawn, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	last, known := h.drawn[id]
	return last, known
}

func (h *Headline) keep(id string, d drawn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.drawn == nil {
		h.drawn = map[string]drawn{}
	}
	h.drawn[id] = d
}

// pin keeps the headline in sight, where the platform can. It is tried again
// with the next drawing until it is done.
func (h *Headline) pin(ctx context.Context, ref string, last drawn) bool {
	p, ok := h.Platform.(Pins)
	return !ok || last.pinned || p.Pin(ctx, ref) == nil
}

// bookmark keeps the way to the incident's page at the head of the room. It is
// tried again as the pin is.
func (h *Headline) bookmark(ctx context.Context, s incident.State, last drawn) bool {
	b, ok := h.Platform.(Bookmarks)
	return !ok || h.Page == nil || last.bookmarked || b.Bookmark(ctx, s.Room, s.ID+" on the dashboard", h.Page(s.ID)) == nil
}
