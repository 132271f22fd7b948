package slack

import (
	"slices"
	"strings"
	"time"
)

// Channel is a channel, or a conversation between few.
type Channel struct {
	ID, Name  string // the name without #
	Topic     string
	Purpose   string
	Members   []string // ids; names will do for AddChannel
	Private   bool
	Archived  bool
	Shared    bool // with another organisation
	Bookmarks []Bookmark

	Direct  bool // a direct message
	Several bool // a direct message of several people
	Creator string
	Created time.Time
}

// room is a channel with what has been said in it.
type room struct {
	Channel
	said    []*Message // by ts
	opened  bool
	renamed []string
}

// AddChannel adds a channel as a person would have made it, or changes the one
// of that name, and returns the id. The bot is in it only when it is named.
func (w *Workspace) AddChannel(name string, o Channel) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	o.Name = strings.TrimPrefix(name, "#")
	o.Members = slices.Clone(o.Members)
	for i, m := range o.Members {
		o.Members[i] = w.userID(m)
	}
	if r := w.room(name); r != nil {
		o.ID, o.Created = r.ID, r.Created
		r.Channel = o
		return r.ID
	}
	o.ID, o.Created = w.id("C"), w.o.Clock.Now()
	w.channels = append(w.channels, &room{Channel: o})
	return o.ID
}

// Channel returns a channel by its id or name.
func (w *Workspace) Channel(which string) (Channel, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.room(which)
	if r == nil {
		return Channel{}, false
	}
	c := r.Channel
	c.Members, c.Bookmarks = slices.Clone(c.Members), slices.Clone(c.Bookmarks)
	return c, true
}

// room finds a channel by id or name; nil for none. mu is held.
func (w *Workspace) room(which string) *room {
	which = strings.TrimPrefix(which, "#")
	for _, r := range w.channels {
		if r.ID == which || r.Name == which && which != "" {
			return r
		}
	}
	return nil
}

func (r *room) has(user string) bool { return slices.Contains(r.Members, user) }

// visible finds the channel that a call names, as far as the bot can see it.
func (w *Workspace) visible(id string) (*room, error) {
	r := w.room(id)
	if r == nil || r.ID != id || (r.Private || r.Direct || r.Several) && !r.has(w.bot) {
		return nil, no("channel_not_found")
	}
	return r, nil
}

// joined finds the channel that a call names, which the bot has to be in.
func (w *Workspace) joined(id string) (*room, error) {
	r, err := w.visible(id)
	if err == nil && !r.has(w.bot) {
		return nil, no("not_in_channel")
	}
	return r, err
}

// open finds the channel that a call names, in which the bot may change things.
func (w *Workspace) open(id string) (*room, error) {
	r, err := w.visible(id)
	switch {
	case err != nil:
		return nil, err
	case r.Archived:
		return nil, no("is_archived")
	case !r.has(w.bot):
		return nil, no("not_in_channel")
	}
	return r, nil
}

// properChannel finds an open channel that is no direct message.
func (w *Workspace) properChannel(id string) (*room, error) {
	r, err := w.open(id)
	if err == nil && (r.Direct || r.Several) {
		return nil, no("method_not_supported_for_channel_type")
	}
	return r, err
}

func (w *Workspace) shown(r *room) answer {
	note := func(s string) answer { return answer{"value": s, "creator": "", "last_set": 0} }
	a := answer{
		"id": r.ID, "created": r.Created.Unix(), "creator": r.Creator, "is_archived": r.Archived,
		"is_channel": !r.Private && !r.Direct && !r.Several, "is_group": r.Private, "is_im": r.Direct, "is_mpim": r.Several,
		"is_private": r.Private || r.Direct || r.Several, "is_member": r.has(w.bot), "is_general": r.Name == "general",
		"is_shared": r.Shared, "is_ext_shared": r.Shared, "is_org_shared": false, "context_team_id": w.o.Team,
	}
	if r.Direct {
		a["user"], a["is_open"] = other(r, w.bot), r.opened
		return a
	}
	a["name"], a["name_normalized"], a["previous_names"] = r.Name, r.Name, append([]string{}, r.renamed...)
	a["topic"], a["purpose"] = note(r.Topic), note(r.Purpose)
	return a
}

func other(r *room, one string) string {
	for _, m := range r.Members {
		if m != one {
			return m
		}
	}
	return one
}
