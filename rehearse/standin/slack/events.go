package slack

import (
	"maps"
	"net/http"
	"slices"
)

// Event is a request of the Events API about something, whose kind is inner's
// type. event_ts is put in where it is missing.
func (w *Workspace) Event(inner map[string]any) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.event(inner)
}

func (w *Workspace) event(inner map[string]any) *http.Request {
	inner = maps.Clone(inner)
	if _, there := inner["event_ts"]; !there {
		inner["event_ts"] = w.ts()
	}
	return w.request(EventsPath, mediaJSON, marshal(answer{
		"token": verification, "team_id": w.o.Team, "context_team_id": w.o.Team, "context_enterprise_id": nil, "api_app_id": appID,
		"event": inner, "type": "event_callback", "event_id": w.id("Ev"), "event_time": w.o.Clock.Now().Unix(),
		"authorizations":        []answer{{"enterprise_id": nil, "team_id": w.o.Team, "user_id": w.bot, "is_bot": true, "is_enterprise_install": false}},
		"is_ext_shared_channel": false, "event_context": w.id("4-"),
	}))
}

// URLVerification is the request with which Slack makes sure of the address
// for events: the app answers the challenge.
func (w *Workspace) URLVerification(challenge string) *http.Request {
	return w.request(EventsPath, mediaJSON, marshal(answer{"type": "url_verification", "token": verification, "challenge": challenge}))
}

// Said is a person saying something in a channel, which is there afterwards. The
// text is as Slack sends it, with &amp; &lt; &gt; and <@U...> in it. A direct
// message goes to the person's own name or id for a channel, and is made
// if there is none.
func (w *Workspace) Said(user, channel, text string) *http.Request {
	return w.Replied(user, channel, "", text)
}

// Replied is a person saying something in the thread of a message. It panics
// when there is no such channel.
func (w *Workspace) Replied(user, channel, thread, text string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, m := w.utter(user, channel, thread, text)
	e := w.asTold(m, false)
	e["channel"], e["channel_type"], e["event_ts"] = r.ID, r.channelType(), m.TS
	return w.event(e)
}

// Mention is a person mentioning the bot in a channel, which is there
// afterwards: the text follows the mention.
func (w *Workspace) Mention(user, channel, text string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, m := w.utter(user, channel, "", "<@"+w.bot+"> "+text)
	e := w.asTold(m, false)
	e["type"], e["channel"], e["event_ts"] = "app_mention", r.ID, m.TS
	return w.event(e)
}

func (w *Workspace) utter(user, channel, thread, text string) (*room, *Message) {
	id := w.userID(user)
	r := w.room(channel)
	if u := w.user(channel); r == nil && u != nil {
		r = w.among([]string{u.ID})
	}
	if r == nil {
		panic("there is no channel " + channel)
	}
	m := &Message{User: id, Text: text, ThreadTS: thread}
	w.say(r, m)
	return r, m
}

func (r *room) channelType() string {
	return map[string]string{"im": "im", "mpim": "mpim", "private_channel": "group", "public_channel": "channel"}[r.kind()]
}

// React is a person putting an emoji, named without colons, on a message.
func (w *Workspace) React(user, emoji, channel, ts string) *http.Request {
	return w.reaction("reaction_added", user, emoji, channel, ts)
}

// Unreact is a person taking an emoji back.
func (w *Workspace) Unreact(user, emoji, channel, ts string) *http.Request {
	return w.reaction("reaction_removed", user, emoji, channel, ts)
}

func (w *Workspace) reaction(kind, user, emoji, channel, ts string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.userID(user)
	r, m := w.seen(id, channel, ts)
	if kind == "reaction_added" {
		m.react(emoji, id)
	} else {
		m.unreact(emoji, id)
	}
	return w.event(answer{
		"type": kind, "user": id, "reaction": emoji, "item_user": m.User,
		"item": answer{"type": "message", "channel": r.ID, "ts": m.TS},
	})
}

// Edited is somebody changing the text of what they have said.
func (w *Workspace) Edited(channel, ts, text string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, m := w.seen("", channel, ts)
	before := w.asTold(m, false)
	m.Text, m.Edited = text, w.ts()
	return w.event(answer{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": r.ID, "channel_type": r.channelType(),
		"ts": m.Edited, "event_ts": m.Edited, "message": w.asTold(m, false), "previous_message": before,
	})
}

// Deleted is somebody deleting what they have said.
func (w *Workspace) Deleted(channel, ts string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, m := w.seen("", channel, ts)
	r.said = slices.DeleteFunc(r.said, func(one *Message) bool { return one == m })
	at := w.ts()
	return w.event(answer{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": r.ID, "channel_type": r.channelType(),
		"ts": at, "event_ts": at, "deleted_ts": m.TS, "previous_message": w.asTold(m, false),
	})
}

// Renamed is a person giving a channel another name. It panics when there is
// none.
func (w *Workspace) Renamed(channel, name string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.room(channel)
	if r == nil {
		panic("there is no channel " + channel)
	}
	r.renamed = append(r.renamed, r.Name)
	r.Name = name
	kind := map[bool]string{true: "group_rename", false: "channel_rename"}[r.Private]
	return w.event(answer{"type": kind, "channel": answer{"id": r.ID, "name": name, "created": r.Created.Unix()}})
}

// Removed is a person deleting a channel, with all that was said in it. It
// panics when there is none.
func (w *Workspace) Removed(channel string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.room(channel)
	if r == nil {
		panic("there is no channel " + channel)
	}
	w.channels = slices.DeleteFunc(w.channels, func(one *room) bool { return one == r })
	kind := map[bool]string{true: "group_deleted", false: "channel_deleted"}[r.Private]
	return w.event(answer{"type": kind, "channel": r.ID})
}

// OpenedHome is a person opening the app's home.
func (w *Workspace) OpenedHome(user string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.userID(user)
	e := answer{"type": "app_home_opened", "user": id, "channel": w.among([]string{id}).ID, "tab": "home"}
	if v := w.homes[id]; v != nil {
		e["view"] = w.shownView(v, nil)
	}
	return w.event(e)
}
