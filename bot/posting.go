package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/templates"
)

// Posting performs what is to be said and where: rooms, invitations, posts,
// direct messages, and the archiving of rooms.
type Posting struct {
	Platform  Platform
	Templates func() *templates.Set
	Now       func() time.Time
	// Telephones returns the numbers that messages may name, by person id and
	// by target; nil for none. They are asked for when a message is drawn and
	// are never stored.
	Telephones func() map[string]string
}

// Perform does one effect. A doubtful message is looked for before it is
// posted again; a repeat that cannot be ruled out is marked as one.
func (p *Posting) Perform(ctx context.Context, s incident.State, a journal.Attempt) (ref string, err error) {
	switch a.Type {
	case journal.Room:
		rooms, ok := p.Platform.(Rooms)
		if !ok {
			return a.To, nil
		}
		return rooms.Open(ctx, Room{Name: a.To, Key: a.Key, Private: s.Private})
	case journal.Invite:
		rooms, ok := p.Platform.(Rooms)
		if !ok {
			return "", nil
		}
		return "", rooms.Invite(ctx, a.To, a.People)
	case journal.Post, journal.DM:
		ref, err = p.say(ctx, s, a)
		return ref, overArchived(s, a.To, err)
	case journal.Archive:
		return "", p.archive(ctx, s, a)
	}
	return "", fmt.Errorf("posting cannot perform a %s", a.Type)
}

func (p *Posting) say(ctx context.Context, s incident.State, a journal.Attempt) (string, error) {
	t, _ := s.Outbox.Get(a.Key)
	return p.send(ctx, a, journal.Ref(s.ID, t.Seq), func() (templates.Message, error) { return p.Draw(s, a.Effect) })
}

// send posts what draw writes. ref names the entry that has asked for it.
func (p *Posting) send(ctx context.Context, a journal.Attempt, ref string, draw func() (templates.Message, error)) (string, error) {
	repeat := false
	if a.Doubtful {
		finder, ok := p.Platform.(Finder)
		if ok {
			ref, found, err := finder.Find(ctx, a.To, a.Key)
			if err != nil || found {
				return ref, err
			}
		}
		repeat = !ok
	}
	body, err := draw()
	if err != nil {
		return "", err
	}
	if repeat {
		body = templates.Repeated(body, ref)
	}
	return p.Platform.Post(ctx, Message{Key: a.Key, To: a.To, Body: body})
}

// Draw renders what a post or direct message says of an incident's state. The
// error is permanent: no other try would be drawn better.
func (p *Posting) Draw(s incident.State, e journal.Effect) (templates.Message, error) {
	v := templates.ViewOf(s, p.Now())
	v.Subject, v.Text, v.To = e.Subject, e.Text, e.To
	if p.Telephones != nil {
		v.Telephones = p.Telephones()
	}
	body, err := p.Templates().Render(e.Template, v)
	if err != nil {
		f := fault.Wrap(err, fault.Internal, "The message "+e.Template+" could not be written: "+firstLine(err), "Check the template.")
		f.Permanent = true
		return body, f
	}
	if e.To != s.Room {
		body = Bound(body, s.ID)
	}
	return body, nil
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
