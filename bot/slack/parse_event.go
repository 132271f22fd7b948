package slack

import (
	"context"
	"encoding/json"
	"strings"

	slackgo "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"holdfast/bot"
	"holdfast/incident"
)

// Hooks are told what happens in Slack beside what people ask for. Each may be
// nil; none is called before Slack has its acknowledgement.
type Hooks struct {
	// Home is told that a person looks at the app's home tab.
	Home func(ctx context.Context, slackID, person string)
	// Room is told that a channel is not what it was.
	Room func(ctx context.Context, c RoomChange)
	// Group is told that people came into a user group or left it.
	Group func(ctx context.Context, id string)
	// Gone is told that the app has lost its leave to be in the workspace:
	// tokens_revoked or app_uninstalled.
	Gone func(ctx context.Context, why string)
	// Suggest completes what a person types into a list that Slack asks the app
	// to fill. It answers within a second.
	Suggest func(ctx context.Context, actionID, typed string) []*slackgo.OptionBlockObject
}

// RoomChange is a change of a channel.
type RoomChange struct {
	ID   string
	Name string // the new one of a renamed channel, without "#"
	What string // renamed, archived, unarchived, deleted
}

// envelope is what every event comes in.
type envelope struct {
	Type           string                       `json:"type"`
	Challenge      string                       `json:"challenge"`
	TeamID         string                       `json:"team_id"`
	AppID          string                       `json:"api_app_id"`
	EventID        string                       `json:"event_id"`
	Authorizations []slackgo.EventAuthorization `json:"authorizations"`
	Event          json.RawMessage              `json:"event"`
}

func (r *reader) envelope(payload []byte) (envelope, error) {
	var e envelope
	err := decode(payload, &e)
	return e, err
}

// event reads an event of the Events API. What is not known here is none of
// ours, and no error: Slack adds kinds of event as it likes.
func (r *reader) event(e envelope) (delivery, error) {
	teams := []string{e.TeamID}
	for _, a := range e.Authorizations {
		teams = append(teams, a.TeamID)
	}
	if err := r.ours(e.AppID, teams...); err != nil {
		return delivery{}, err
	}
	if e.Type != "event_callback" {
		return delivery{}, nil
	}
	var kind struct {
		Type string `json:"type"`
	}
	if err := decode(e.Event, &kind); err != nil {
		return delivery{}, err
	}
	id, err := r.id("event", e.EventID)
	if err != nil {
		return delivery{}, err
	}
	switch slackevents.EventsAPIType(kind.Type) {
	case slackevents.AppMention:
		return r.mentioned(id, e.Event)
	case slackevents.Message:
		return r.said(id, e.Event)
	case slackevents.ReactionAdded, slackevents.ReactionRemoved:
		return r.reacted(id, e.Event)
	case slackevents.AppHomeOpened:
		return r.home(e.Event)
	case slackevents.ChannelRename, "channel_archive", "channel_unarchive", "channel_deleted", "group_rename", "group_archive", "group_unarchive", "group_deleted":
		return r.room(kind.Type, e.Event)
	case slackevents.SubteamMembersChanged, slackevents.SubteamUpdated:
		return r.group(e.Event)
	case slackevents.TokensRevoked, slackevents.AppUninstalled:
		return r.gone(kind.Type)
	}
	return delivery{}, nil
}

// mentioned reads what begins with the bot's name. In the middle of a sentence
// the bot is talked about.
func (r *reader) mentioned(id string, event []byte) (delivery, error) {
	var m slackevents.AppMentionEvent
	if err := decode(event, &m); err != nil {
		return delivery{}, err
	}
	if m.BotID != "" || r.ignored(m.User) || m.Edited != nil {
		return delivery{}, nil
	}
	after, named := r.afterMention(strings.TrimSpace(m.Text))
	if !named {
		return delivery{}, nil
	}
	root, words := r.rooted(r.words(after))
	at := r.at(m.Channel, m.ThreadTimeStamp)
	return delivery{request: r.ask(id, m.User, at, byMention, root, words), back: way{place: at, user: m.User}}, nil
}

// said reads a message. The bot's name at its beginning comes as an event of
// its own, except where the bot is alone with a person: there every message is
// for the bot.
func (r *reader) said(id string, event []byte) (delivery, error) {
	var m slackevents.MessageEvent
	if err := decode(event, &m); err != nil {
		return delivery{}, err
	}
	switch m.SubType {
	case "message_changed", "message_deleted":
		return r.edited(id, m)
	case "", "file_share", "thread_broadcast":
	default:
		return delivery{}, nil
	}
	if m.BotID != "" || r.ignored(m.User) {
		return delivery{}, nil
	}
	root, words, ok := r.addressed(m.Text)
	switch {
	case m.IsIM() && !ok:
		root, words = r.rooted(r.words(m.Text))
	case !m.IsIM() && (!ok || !strings.HasPrefix(strings.TrimSpace(m.Text), "!")):
		return delivery{}, nil
	}
	at := r.at(m.Channel, m.ThreadTimeStamp)
	return delivery{request: r.ask(id, m.User, at, byMention, root, words), back: way{place: at, user: m.User}}, nil
}

// edited reads that a message of a person's has been changed or deleted, in a
// room where that may matter: whether something was recorded of it the journal
// knows. Slack calls it a change, too, when it shows the preview of a link, and
// when a message that has answers is deleted.
func (r *reader) edited(id string, m slackevents.MessageEvent) (delivery, error) {
	before, at := m.PreviousMessage, r.at(m.Channel, "")
	if before == nil || before.BotID != "" || r.ignored(before.User) || at.Room == "" || !r.reactions.heard(at) {
		return delivery{}, nil
	}
	when, known := momentOf(firstOf(m.EventTimeStamp, m.TimeStamp))
	if !known {
		return delivery{}, nil
	}
	change, ts := bot.Change{What: bot.Deleted, At: when}, before.Timestamp
	switch {
	case m.SubType == "message_deleted":
		ts = firstOf(m.DeletedTimeStamp, ts)
	case m.Message.SubType == "tombstone":
	case m.Message.Text == before.Text:
		return delivery{}, nil
	default:
		change.What, change.Text = bot.Edited, r.words(m.Message.Text)
	}
	if ts == "" {
		return delivery{}, nil
	}
	d := delivery{request: r.ask(id, before.User, at, byChat, defaultRoot, "")} // nobody is answered
	d.request.Message, d.request.Change = &incident.Message{ID: messageID(m.Channel, ts)}, &change
	return d, nil
}

func (r *reader) home(event []byte) (delivery, error) {
	var h slackevents.AppHomeOpenedEvent
	if err := decode(event, &h); err != nil {
		return delivery{}, err
	}
	if r.hooks.Home == nil || r.ignored(h.User) || h.Tab != "home" {
		return delivery{}, nil
	}
	return delivery{tell: func(ctx context.Context) { r.hooks.Home(ctx, h.User, r.person(h.User)) }}, nil
}

func (r *reader) room(kind string, event []byte) (delivery, error) {
	var e struct {
		Channel json.RawMessage `json:"channel"`
	}
	if err := decode(event, &e); err != nil {
		return delivery{}, err
	}
	_, did, _ := strings.Cut(kind, "_")
	c := RoomChange{What: map[string]string{"rename": "renamed", "archive": "archived", "unarchive": "unarchived", "deleted": "deleted"}[did]}
	var named slackevents.ChannelRenameInfo
	switch {
	case json.Unmarshal(e.Channel, &c.ID) == nil:
	case json.Unmarshal(e.Channel, &named) == nil:
		c.ID, c.Name = named.ID, named.Name
	}
	if r.hooks.Room == nil || c.ID == "" {
		return delivery{}, nil
	}
	return delivery{tell: func(ctx context.Context) { r.hooks.Room(ctx, c) }}, nil
}

func (r *reader) group(event []byte) (delivery, error) {
	var e struct {
		ID      string `json:"subteam_id"` // subteam_members_changed
		Subteam struct {
			ID string `json:"id"`
		} `json:"subteam"` // subteam_updated
	}
	if err := decode(event, &e); err != nil {
		return delivery{}, err
	}
	id := firstOf(e.ID, e.Subteam.ID)
	if r.hooks.Group == nil || id == "" {
		return delivery{}, nil
	}
	return delivery{tell: func(ctx context.Context) { r.hooks.Group(ctx, id) }}, nil
}

func (r *reader) gone(why string) (delivery, error) {
	if r.hooks.Gone == nil {
		return delivery{}, nil
	}
	return delivery{tell: func(ctx context.Context) { r.hooks.Gone(ctx, why) }}, nil
}
