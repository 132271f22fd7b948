package slack

import (
	"encoding/json"
	"slices"
	"strings"
)

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
	w.seeMessage(Posted, r, m)
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
	w.seeMessage(Changed, r, m)
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
