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
