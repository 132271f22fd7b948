package bot

import (
	"context"
	"time"

	"holdfast/incident"
	"holdfast/templates"
)

// Topic keeps the topic of an incident's room, which repeats the headline in
// short, true to its state, from when there is a room.
type Topic struct {
	Platform Platform

	shown perIncident[topic]
}

type topic struct {
	text string
	at   time.Time // when it was last set, or tried
}

// Display sets the topic when it no longer says what is true.
func (d *Topic) Display(ctx context.Context, s incident.State, now time.Time) (next time.Time) {
	rooms, ok := d.Platform.(Rooms)
	if !ok || !s.HasRoom() || s.Archived() {
		return time.Time{}
	}
	last, text := d.shown.of(s.ID), templates.Topic(s)
	if text == last.text {
		return time.Time{}
	}
	if now.Before(last.at.Add(editEvery)) {
		return last.at.Add(editEvery)
	}
	last.at = now
	if err := rooms.SetTopic(ctx, s.Room, text); err != nil {
		d.shown.keep(s.ID, last)
		return again(s, now, err)
	}
	last.text = text
	d.shown.keep(s.ID, last)
	return time.Time{}
}

// Bookmark keeps the way to an incident's page at the head of its room, where the
// platform can.
type Bookmark struct {
	Platform Platform
	// Page returns where an incident is shown outside of chat.
	Page func(incident string) (link string)

	kept perIncident[bool]
}

// Display adds the bookmark, once. What fails is tried again when the incident
// changes: nobody waits for a bookmark.
func (d *Bookmark) Display(ctx context.Context, s incident.State, _ time.Time) (next time.Time) {
	marks, ok := d.Platform.(Bookmarks)
	if ok && s.HasRoom() && !s.Archived() && !d.kept.of(s.ID) {
		d.kept.keep(s.ID, marks.Bookmark(ctx, s.Room, s.ID+" in a browser", d.Page(s.ID)) == nil)
	}
	return time.Time{}
}
