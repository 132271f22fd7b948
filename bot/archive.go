package bot

import (
	"context"
	"errors"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

// Archiver is a platform that can close a room to talk; what was said stays
// readable. Archiving twice is archiving once.
type Archiver interface {
	Archive(ctx context.Context, room string) error
}

// ErrArchived is why nothing can be said or changed in a room: it is archived.
var ErrArchived = errors.New("the room is archived")

// archive closes an incident's room, after the headline and the topic have said
// for the last time how things stand. A platform without rooms to close has
// nothing to do.
func (p *Posting) archive(ctx context.Context, s incident.State, a journal.Attempt) error {
	archiver, ok := p.Platform.(Archiver)
	if !ok {
		return nil
	}
	if err := p.lastDrawing(ctx, s); err != nil && !errors.Is(err, ErrArchived) && !isPermanent(err) {
		return err
	}
	return archiver.Archive(ctx, a.To)
}

func (p *Posting) lastDrawing(ctx context.Context, s incident.State) error {
	if t, ok := s.Outbox.Get(s.HeadlineKey()); ok && t.Outcome == journal.Done {
		if err := p.lastHeadline(ctx, s, t); err != nil {
			return err
		}
	}
	if rooms, ok := p.Platform.(Rooms); ok {
		return rooms.SetTopic(ctx, s.Room, templates.Topic(s))
	}
	return nil
}

// lastHeadline leaves one that cannot be rendered as it is, as the headline does.
func (p *Posting) lastHeadline(ctx context.Context, s incident.State, t journal.Tracked) error {
	body, broken := p.Templates().Render("headline", templates.ViewOf(s, p.Now()))
	if broken != nil {
		return nil //nolint:nilerr // there is nothing better to show
	}
	_, err := p.Platform.Post(ctx, Message{Key: t.Key, To: t.To, Ref: t.Ref, Body: body})
	return err
}

func isPermanent(err error) bool {
	var f *fault.Error
	return errors.As(err, &f) && f.Permanent
}

// overArchived makes it final that nothing can be said in the archived room of
// an incident that is over: nobody will bring it back for that.
func overArchived(s incident.State, to string, err error) error {
	if !errors.Is(err, ErrArchived) || s.Open() && (to == s.Room || !incident.IsRoomName(to)) {
		return err
	}
	f := fault.Wrap(err, fault.Closed, "The room "+to+" is archived.", "Read it in the record.")
	f.Permanent = true
	return f
}
