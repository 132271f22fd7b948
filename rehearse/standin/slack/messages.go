package slack

import (
	"encoding/json"
	"slices"
	"strings"
)

// Message is a message as it stands.
type Message struct {
	Channel     string // id
	TS          string
	User        string // id
	Bot         bool   // from the app
	Text        string
	Blocks      json.RawMessage // nil for none
	Attachments json.RawMessage
	Metadata    json.RawMessage
	ThreadTS    string // of the thread it is in, its own when it has opened one
	Broadcast   bool   // an answer that the channel sees too
	EphemeralTo string // id of the only one who sees it; empty for everybody
	Edited      string // when it was last changed, a ts; empty for never
	Pinned      bool
	Reactions   []Reaction
	Files       []string // ids
}

// Reaction is one emoji on a message.
type Reaction struct {
	Name  string   // without colons
	Users []string // ids, in the order in which they reacted
}

// Messages returns what everybody in a channel, which is an id or a name, can
// see, threads included, oldest first.
func (w *Workspace) Messages(channel string) []Message {
	return w.kept(func(r *room, m *Message) bool {
		return m.EphemeralTo == "" && (r.ID == channel || r.Name == strings.TrimPrefix(channel, "#"))
	})
}

// Ephemerals returns what only one person, an id or a name, can see.
func (w *Workspace) Ephemerals(user string) []Message {
	return w.kept(func(_ *room, m *Message) bool { return m.EphemeralTo != "" && m.EphemeralTo == w.userID(user) })
}

// DMs returns what the bot and a person, an id or a name, have told each other.
func (w *Workspace) DMs(user string) []Message {
	return w.kept(func(r *room, m *Message) bool {
		return r.Direct && m.EphemeralTo == "" && r.has(w.bot) && r.has(w.userID(user))
	})
}

func (w *Workspace) kept(fits func(*room, *Message) bool) []Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Message
	for _, r := range w.channels {
		for _, m := range r.said {
			if fits(r, m) {
				c := *m
				c.Files = slices.Clone(m.Files)
				c.Reactions = nil
				for _, e := range m.Reactions {
					c.Reactions = append(c.Reactions, Reaction{e.Name, slices.Clone(e.Users)})
				}
				all = append(all, c)
			}
		}
	}
	return all
}

// message finds a message that everybody can see; nil for none.
func (r *room) message(ts string) *Message {
	for _, m := range r.said {
		if m.TS == ts && m.EphemeralTo == "" {
			return m
		}
	}
	return nil
}

func (w *Workspace) postMessage(c call) (answer, error) {
	r, err := w.addressed(c.get("channel"))
	if err != nil {
		return nil, err
	}
	m, err := w.written(c, r)
	if err != nil {
		return nil, err
	}
	m.Broadcast = c.is("reply_broadcast")
	w.say(r, m)
	return answer{"channel": r.ID, "ts": m.TS, "message": w.asTold(m, true)}, nil
}

// addressed finds where a message goes: a channel by its id or name, or a
// person, who then has a direct message.
func (w *Workspace) addressed(to string) (*room, error) {
	if u := w.byID(to); u != nil {
		if u.Deleted || u.Bot {
			return nil, no("channel_not_found")
		}
		return w.among([]string{to}), nil
	}
	r := w.room(to)
	if r == nil {
		return nil, no("channel_not_found")
	}
	if r.kind() == "public_channel" && !r.Archived && w.granted("chat:write.public") {
		return r, nil
	}
	return w.open(r.ID)
}

// written reads the message of a call.
func (w *Workspace) written(c call, r *room) (*Message, error) {
	m := &Message{Channel: r.ID, User: w.bot, Bot: true, ThreadTS: c.get("thread_ts")}
	if m.ThreadTS != "" {
		parent := r.message(m.ThreadTS)
		if parent == nil {
			return nil, no("thread_not_found")
		}
		if parent.ThreadTS != "" {
			m.ThreadTS = parent.ThreadTS // an answer to an answer is in the same thread
		}
	}
	if err := m.write(c); err != nil {
		return nil, err
	}
	return m, nil
}

// longest is how long a text may be, in characters.
const longest = 40_000

// write takes over what a call says of text, blocks and metadata. What it does
// not name stays.
func (m *Message) write(c call) error {
	text, blocks, attachments := m.Text, m.Blocks, m.Attachments
	if c.form.Has("text") {
		text = c.get("text")
	}
	var err error
	if blocks, err = parts(c, "blocks", blocks); err != nil {
		return no("invalid_blocks_format")
	}
	if attachments, err = parts(c, "attachments", attachments); err != nil {
		return no("invalid_attachments")
	}
	if wrong := CheckBlocks(blocks, 50); len(wrong) > 0 {
		return invalid("invalid_blocks", wrong...)
	}
	switch {
	case text == "" && blocks == nil && attachments == nil && len(m.Files) == 0:
		return no("no_text")
	case len([]rune(text)) > longest:
		return no("msg_too_long")
	}
	if given := c.get("metadata"); given != "" {
		var meta struct {
			Type    string          `json:"event_type"`
			Payload json.RawMessage `json:"event_payload"`
		}
		if json.Unmarshal([]byte(given), &meta) != nil || meta.Type == "" || !strings.HasPrefix(string(meta.Payload), "{") {
			return no("invalid_metadata_format")
		}
		m.Metadata = json.RawMessage(given)
	}
	m.Text, m.Blocks, m.Attachments = text, blocks, attachments
	return nil
}

// parts reads an argument that is a list; an empty one takes away what was.
func parts(c call, name string, was json.RawMessage) (json.RawMessage, error) {
	given := c.get(name)
	if given == "" {
		return was, nil
	}
	var all []json.RawMessage
	if err := json.Unmarshal([]byte(given), &all); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, nil
	}
	return json.RawMessage(given), nil
}

// say puts a message into a channel, where it may open a thread. mu is held.
func (w *Workspace) say(r *room, m *Message) {
	m.TS = w.ts()
	m.Channel = r.ID
	if first := r.message(m.ThreadTS); first != nil && m.EphemeralTo == "" {
		first.ThreadTS = m.ThreadTS
	}
	r.said = append(r.said, m)
}

func (w *Workspace) postEphemeral(c call) (answer, error) {
	r, err := w.addressed(c.get("channel"))
	if err != nil {
		return nil, err
	}
	if !r.has(c.get("user")) {
		return nil, no("user_not_in_channel")
	}
	m, err := w.written(c, r)
	if err != nil {
		return nil, err
	}
	m.EphemeralTo = c.get("user")
	w.say(r, m)
	return answer{"message_ts": m.TS}, nil
}

func (w *Workspace) updateMessage(c call) (answer, error) {
	r, m, err := w.own(c, "cant_update_message")
	switch {
	case err != nil:
		return nil, err
	case r.Archived:
		return nil, no("is_inactive")
	}
	if err := m.write(c); err != nil {
		return nil, err
	}
	m.Edited = w.ts()
	return answer{"channel": r.ID, "ts": m.TS, "text": m.Text, "message": w.asTold(m, true)}, nil
}

func (w *Workspace) deleteMessage(c call) (answer, error) {
	r, m, err := w.own(c, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	r.said = slices.DeleteFunc(r.said, func(one *Message) bool { return one == m })
	return answer{"channel": r.ID, "ts": m.TS}, nil
}

// own finds the message of a call, which has to be the app's own.
func (w *Workspace) own(c call, foreign string) (*room, *Message, error) {
	r, err := w.visible(c.get("channel"))
	if err != nil {
		return nil, nil, err
	}
	m := r.message(c.get("ts"))
	switch {
	case m == nil:
		return nil, nil, no("message_not_found")
	case !m.Bot:
		return nil, nil, no(foreign)
	}
	return r, m, nil
}

func (w *Workspace) permalink(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	if err != nil {
		return nil, err
	}
	m := r.message(c.get("message_ts"))
	if m == nil {
		return nil, no("message_not_found")
	}
	link := w.base + "/archives/" + r.ID + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + r.ID
	}
	return answer{"channel": r.ID, "permalink": link}, nil
}

// asTold is one message as Slack tells it. mu is held.
func (w *Workspace) asTold(m *Message, metadata bool) answer {
	a := answer{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": w.o.Team}
	if m.Bot {
		a["bot_id"], a["app_id"] = botID, appID
	}
	for name, value := range map[string]json.RawMessage{"blocks": named(m.Blocks), "attachments": m.Attachments} {
		if value != nil {
			a[name] = value
		}
	}
	if metadata && m.Metadata != nil {
		a["metadata"] = m.Metadata
	}
	if m.Edited != "" {
		a["edited"] = answer{"user": m.User, "ts": m.Edited}
	}
	if m.ThreadTS != "" {
		a["thread_ts"] = m.ThreadTS
	}
	if m.Broadcast {
		a["subtype"] = "thread_broadcast"
	}
	if m.Pinned {
		a["pinned_to"] = []string{m.Channel}
	}
	if len(m.Reactions) > 0 {
		a["reactions"] = reactions(m)
	}
	var files []answer
	for _, id := range m.Files {
		files = append(files, w.shownFile(id))
	}
	if files != nil {
		a["files"] = files
	}
	return a
}

func reactions(m *Message) []answer {
	all := []answer{}
	for _, e := range m.Reactions {
		all = append(all, answer{"name": e.Name, "users": e.Users, "count": len(e.Users)})
	}
	return all
}
