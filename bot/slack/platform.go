package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	slackgo "github.com/slack-go/slack"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

var (
	_ bot.Platform  = (*Workspace)(nil)
	_ bot.Rooms     = (*Workspace)(nil)
	_ bot.Finder    = (*Workspace)(nil)
	_ bot.FollowUps = (*Workspace)(nil)
	_ bot.Pins      = (*Workspace)(nil)
	_ bot.Bookmarks = (*Workspace)(nil)
	_ bot.Archiver  = (*Workspace)(nil)
	_ bot.Files     = (*Workspace)(nil)
)

// effectEvent marks Holdfast's messages in their metadata, so that one whose
// answer was lost is found again. People do not see it.
const effectEvent = "holdfast_effect"

// Post implements bot.Platform. The id of a message is that of its channel and
// its time stamp, "C0123:1700000000.000100".
func (w *Workspace) Post(ctx context.Context, m bot.Message) (ref string, err error) {
	blocks, fallback := w.drawing(m.Key).blocks(m.Body)
	what := []slackgo.MsgOption{
		slackgo.MsgOptionBlocks(blocks...), slackgo.MsgOptionText(fallback, false), // fallback is escaped already
		slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl(),
	}
	if m.Key != "" {
		what = append(what, slackgo.MsgOptionMetadata(slackgo.SlackMetadata{EventType: effectEvent, EventPayload: map[string]any{"key": m.Key}}))
	}
	if channel, stamp, ok := strings.Cut(m.Ref, ":"); ok {
		if _, _, _, err := w.client.UpdateMessageContext(ctx, channel, stamp, what...); err != nil {
			return "", w.failureIn(channel, "edit a message in", m.To, err)
		}
		return m.Ref, nil
	}
	channel, err := w.conversation(ctx, m.To)
	if err != nil {
		return "", err
	}
	if wait := w.pace.take(channel, w.clock.Now()); wait > 0 {
		return "", &throttled{doing: "post to " + m.To, after: wait}
	}
	posted, stamp, err := w.client.PostMessageContext(ctx, channel, what...)
	if err != nil {
		return "", w.failureIn(channel, "post to", m.To, err)
	}
	return posted + ":" + stamp, nil
}

// drawing draws for this workspace; key names the entry that a cut refers to.
func (w *Workspace) drawing(key string) drawing {
	full, _, _ := strings.Cut(key, "/")
	return drawing{account: w.Account, full: full}
}

// conversation returns the channel of "#room" or "@person".
func (w *Workspace) conversation(ctx context.Context, to string) (string, error) {
	person, isPerson := strings.CutPrefix(to, "@")
	if !isPerson {
		return w.channel(ctx, to)
	}
	member := w.Account(person)
	if member == "" {
		return "", noAccount(person)
	}
	if id, known := w.direct.get(member); known {
		return id, nil
	}
	c, _, _, err := w.client.OpenConversationContext(ctx, &slackgo.OpenConversationParameters{Users: []string{member}})
	if err != nil {
		return "", w.failure("open a direct conversation with", to, err)
	}
	w.direct.Store(member, c.ID)
	return c.ID, nil
}

// Find implements bot.Finder: it looks through the newest messages of the
// conversation. A message that is doubtful was sent a moment ago.
func (w *Workspace) Find(ctx context.Context, to, key string) (ref string, found bool, err error) {
	if key == "" {
		return "", false, nil
	}
	me, err := w.Me(ctx)
	if err != nil {
		return "", false, err
	}
	channel, err := w.conversation(ctx, to)
	if err != nil {
		return "", false, err
	}
	cursor := ""
	for range pagesLookedAt {
		page, err := w.client.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{ChannelID: channel, Cursor: cursor, Limit: 100, IncludeAllMetadata: true})
		if err != nil {
			return "", false, w.failure("look for a message in", to, err)
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == effectEvent && m.Metadata.EventPayload["key"] == key && (m.BotID == me.Bot || m.User == me.User) {
				return channel + ":" + m.Timestamp, true, nil
			}
		}
		if cursor = page.ResponseMetaData.NextCursor; !page.HasMore || cursor == "" {
			break
		}
	}
	return "", false, nil
}

// pagesLookedAt bounds Find: a thousand messages.
const pagesLookedAt = 10

// Open implements bot.Rooms. A room that has the name is taken over, also one
// that was archived.
func (w *Workspace) Open(ctx context.Context, r bot.Room) (ref string, err error) {
	name := strings.TrimPrefix(r.Name, "#")
	c, err := w.client.CreateConversationContext(ctx, slackgo.CreateConversationParams{ChannelName: name, IsPrivate: r.Private})
	if err == nil {
		w.rooms.know(c.ID, c.Name)
		return c.ID, nil
	}
	if word(err) != "name_taken" {
		return "", w.failure("open", r.Name, err)
	}
	id, err := w.channel(ctx, r.Name)
	if err != nil {
		return "", err
	}
	return id, w.adopt(ctx, r, id)
}

// adopt makes the bot a member of a room that was there, if it may.
func (w *Workspace) adopt(ctx context.Context, r bot.Room, id string) error {
	c, err := w.client.GetConversationInfoContext(ctx, &slackgo.GetConversationInfoInput{ChannelID: id})
	switch {
	case err != nil:
		return w.failure("look at", r.Name, err)
	case r.Private && !c.IsPrivate:
		return lasting(fault.Newf(fault.UnknownID, "Rename that channel; then open the room by hand and invite who belongs there.",
			"Slack has a public channel %s, and a private incident must not go there.", r.Name))
	case c.IsArchived:
		if err := w.client.UnArchiveConversationContext(ctx, id); err != nil && word(err) != "not_archived" {
			return lasting(fault.Wrap(err, fault.UnknownID, "Slack has an archived room "+r.Name+" that the bot may not bring back: unarchive it and invite the bot, /invite @holdfast.", "What waits is said then. A room of others is to be renamed; then open this one by hand."))
		}
	}
	if c.IsMember || c.IsPrivate {
		return nil // nobody joins a private one; who sees it is in it
	}
	if _, _, _, err := w.client.JoinConversationContext(ctx, id); err != nil {
		return w.failure("join", r.Name, err)
	}
	return nil
}

// Invite implements bot.Rooms: in one call, and one by one when Slack takes the
// call for one of them amiss. Who has no account in Slack is named by the error
// when everybody else is in.
func (w *Workspace) Invite(ctx context.Context, room string, people []string) error {
	channel, err := w.channel(ctx, room)
	if err != nil {
		return err
	}
	var members, missing []string
	for _, p := range people {
		p = strings.TrimPrefix(p, "@")
		if member := w.Account(p); member != "" {
			members = append(members, member)
		} else {
			missing = append(missing, "@"+p)
		}
	}
	if len(members) > 0 {
		_, err := w.client.InviteUsersToConversationContext(ctx, channel, members...)
		if err != nil {
			err = w.inviteEach(ctx, channel, room, members, err)
		}
		if err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return noAccount(missing...)
	}
	return nil
}

// inviteEach goes on when Slack has refused to invite several at once, which it
// does when one of them is in the room already.
func (w *Workspace) inviteEach(ctx context.Context, channel, room string, members []string, first error) error {
	if word(first) == "" {
		return w.failureIn(channel, "invite people to", room, first)
	}
	var failed error
	for _, m := range members {
		err := first
		if len(members) > 1 {
			_, err = w.client.InviteUsersToConversationContext(ctx, channel, m)
		}
		if err != nil && word(err) != "already_in_channel" && word(err) != "cant_invite_self" {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", m, err))
		}
	}
	if failed == nil {
		return nil
	}
	return w.failureIn(channel, "invite people to", room, failed)
}

// Archive implements bot.Archiver. Slack takes the bot out of what it archives,
// so that only people can bring a room back.
func (w *Workspace) Archive(ctx context.Context, room string) error {
	channel, err := w.channel(ctx, room)
	if err != nil {
		return err
	}
	if err := w.client.ArchiveConversationContext(ctx, channel); err != nil && word(err) != "already_archived" {
		return w.failure("archive", room, err)
	}
	return nil
}

// mostOfTopic is how long a topic may be.
const mostOfTopic = 250

// SetTopic implements bot.Rooms.
func (w *Workspace) SetTopic(ctx context.Context, room, topic string) error {
	channel, err := w.channel(ctx, room)
	if err != nil {
		return err
	}
	if r := []rune(topic); len(r) > mostOfTopic {
		topic = string(r[:mostOfTopic-1]) + "…"
	}
	if _, err := w.client.SetTopicOfConversationContext(ctx, channel, topic); err != nil {
		return w.failureIn(channel, "set the topic of", room, err)
	}
	return nil
}

// Pin implements bot.Pins.
func (w *Workspace) Pin(ctx context.Context, ref string) error {
	channel, stamp, _ := strings.Cut(ref, ":")
	err := w.client.AddPinContext(ctx, channel, slackgo.NewRefToMessage(channel, stamp))
	if err != nil && word(err) != "already_pinned" {
		return w.failure("pin a message in", channel, err)
	}
	return nil
}

// Bookmark implements bot.Bookmarks.
func (w *Workspace) Bookmark(ctx context.Context, room, title, link string) error {
	channel, err := w.channel(ctx, room)
	if err != nil {
		return err
	}
	all, err := w.client.ListBookmarksContext(ctx, channel)
	if err != nil {
		return w.failure("look at the bookmarks of", room, err)
	}
	for _, b := range all {
		switch {
		case b.Link == link && b.Title == title:
			return nil
		case b.Link == link || b.Title == title:
			if _, err := w.client.EditBookmarkContext(ctx, channel, b.ID, slackgo.EditBookmarkParameters{Title: &title, Link: link}); err != nil {
				return w.failure("change a bookmark of", room, err)
			}
			return nil
		}
	}
	if _, err := w.client.AddBookmarkContext(ctx, channel, slackgo.AddBookmarkParameters{Title: title, Type: "link", Link: link}); err != nil {
		return w.failure("add a bookmark to", room, err)
	}
	return nil
}

// FollowUp implements bot.FollowUps: for the eyes of who asked, where they
// asked.
func (w *Workspace) FollowUp(ctx context.Context, to bot.Request, m templates.Message) error {
	blocks, fallback := w.drawing(to.Text).blocks(m)
	what := []slackgo.MsgOption{slackgo.MsgOptionBlocks(blocks...), slackgo.MsgOptionText(fallback, false)}
	if to.Room == "" {
		channel, err := w.conversation(ctx, "@"+to.Person)
		if err != nil {
			return err
		}
		if _, _, err := w.client.PostMessageContext(ctx, channel, what...); err != nil {
			return w.failure("write to", "@"+to.Person, err)
		}
		return nil
	}
	channel, err := w.channel(ctx, to.Room)
	if err != nil {
		return err
	}
	if _, err := w.client.PostEphemeralContext(ctx, channel, w.Account(to.Person), what...); err != nil {
		return w.failure("answer in", to.Room, err)
	}
	return nil
}

// Hand implements bot.Files, by a direct message.
func (w *Workspace) Hand(ctx context.Context, person, name string, content []byte) error {
	channel, err := w.conversation(ctx, "@"+person)
	if err != nil {
		return err
	}
	_, err = w.client.UploadFileContext(ctx, slackgo.UploadFileParameters{Filename: name, Title: name, FileSize: len(content), Reader: bytes.NewReader(content), Channel: channel})
	if err != nil {
		return w.failure("hand a file to", "@"+person, err)
	}
	return nil
}
