package bot

import (
	"context"
	"errors"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/templates"
)

// editEvery is how often one headline is edited, and one topic set, at most.
const editEvery = 5 * time.Second

// hopelessAgain is how often a headline is tried that people have to bring back:
// its room was archived or deleted under an open incident.
const hopelessAgain = time.Minute

// Headline keeps the one pinned message of an incident true to its state. It is
// a display: nothing of it is recorded, and after a restart it converges by one
// edit.
type Headline struct {
	Platform  Platform
	Templates func() *templates.Set

	shown perIncident[headline]
}

type headline struct {
	text   string
	at     time.Time // of the last edit, or try of one
	pinned bool
}

// Display edits the headline when it no longer says what is true.
func (h *Headline) Display(ctx context.Context, s incident.State, now time.Time) (next time.Time) {
	t, ok := s.Outbox.Get(s.HeadlineKey())
	if !ok || t.Outcome != journal.Done || s.Archived() {
		return time.Time{}
	}
	last := h.shown.of(s.ID)
	if now.Before(last.at.Add(editEvery)) {
		return last.at.Add(editEvery)
	}
	view := templates.ViewOf(s, now)
	body, err := h.Templates().Render("headline", view)
	if err != nil {
		return time.Time{}
	}
	text := templates.Plain(body)
	if text == last.text {
		return view.Stale()
	}
	last.at, last.pinned = now, last.pinned || h.pin(ctx, t.Ref)
	if _, err := h.Platform.Post(ctx, Message{Key: t.Key, To: t.To, Ref: t.Ref, Body: body}); err != nil {
		h.shown.keep(s.ID, last)
		return again(s, now, err) // converges when the platform is back
	}
	last.text = text
	h.shown.keep(s.ID, last)
	return view.Stale()
}

// pin keeps the headline in sight, where the platform can. It is tried again
// with the next drawing until it is done.
func (h *Headline) pin(ctx context.Context, ref string) bool {
	p, ok := h.Platform.(Pins)
	return !ok || p.Pin(ctx, ref) == nil
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
