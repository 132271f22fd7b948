package slack

import (
	"net/url"
	"regexp"
	"slices"
)

// marked finds the message that a pin or a reaction is about.
func (w *Workspace) marked(c call) (*room, *Message, error) {
	r, err := w.open(c.get("channel"))
	if err != nil {
		return nil, nil, err
	}
	if !stamp.MatchString(c.get("timestamp")) {
		return nil, nil, no("bad_timestamp")
	}
	m := r.message(c.get("timestamp"))
	if m == nil {
		return nil, nil, no("message_not_found")
	}
	return r, m, nil
}

var (
	stamp = regexp.MustCompile(`^\d{10}\.\d{6}$`)
	emoji = regexp.MustCompile(`^[a-z0-9_+'-]+(::skin-tone-[2-6])?$`)
)

func (w *Workspace) pin(c call) (answer, error) {
	_, m, err := w.marked(c)
	switch {
	case err != nil:
		return nil, err
	case m.Pinned:
		return nil, no("already_pinned")
	}
	m.Pinned = true
	return nil, nil
}

func (w *Workspace) unpin(c call) (answer, error) {
	_, m, err := w.marked(c)
	switch {
	case err != nil:
		return nil, err
	case !m.Pinned:
		return nil, no("no_pin")
	}
	m.Pinned = false
	return nil, nil
}

func (w *Workspace) pinsList(c call) (answer, error) {
	r, err := w.joined(c.get("channel"))
	if err != nil {
		return nil, err
	}
	items := []answer{}
	for _, m := range r.said {
		if m.Pinned {
			items = append(items, answer{"type": "message", "channel": r.ID, "message": w.asTold(m, false), "created": c.now.Unix(), "created_by": w.bot})
		}
	}
	return answer{"items": items}, nil
}

func (w *Workspace) addReaction(c call) (answer, error) {
	if !emoji.MatchString(c.get("name")) {
		return nil, no("invalid_name")
	}
	_, m, err := w.marked(c)
	switch {
	case err != nil:
		return nil, err
	case !m.react(c.get("name"), w.bot):
		return nil, no("already_reacted")
	}
	return nil, nil
}

func (w *Workspace) removeReaction(c call) (answer, error) {
	_, m, err := w.marked(c)
	switch {
	case err != nil:
		return nil, err
	case !m.unreact(c.get("name"), w.bot):
		return nil, no("no_reaction")
	}
	return nil, nil
}

func (w *Workspace) getReactions(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	if err != nil {
		return nil, err
	}
	m := r.message(c.get("timestamp"))
	if m == nil {
		return nil, no("message_not_found")
	}
	return answer{"type": "message", "channel": r.ID, "message": w.asTold(m, false)}, nil
}

// react is false when the person has already reacted so.
func (m *Message) react(name, user string) bool {
	for i := range m.Reactions {
		if e := &m.Reactions[i]; e.Name == name {
			if slices.Contains(e.Users, user) {
				return false
			}
			e.Users = append(e.Users, user)
			return true
		}
	}
	m.Reactions = append(m.Reactions, Reaction{name, []string{user}})
	return true
}

// unreact is false when the person has not reacted so.
func (m *Message) unreact(name, user string) bool {
	for i := range m.Reactions {
		e := &m.Reactions[i]
		if at := slices.Index(e.Users, user); e.Name == name && at >= 0 {
			if e.Users = slices.Delete(e.Users, at, at+1); len(e.Users) == 0 {
				m.Reactions = slices.Delete(m.Reactions, i, i+1)
			}
			return true
		}
	}
	return false
}

// Bookmark is a link at the head of a channel.
type Bookmark struct{ ID, Title, Link, Emoji string }

// mostBookmarks is how many bookmarks a channel has at most.
const mostBookmarks = 100

func (w *Workspace) addBookmark(c call) (answer, error) {
	r, err := w.open(c.get("channel_id"))
	switch {
	case err != nil:
		return nil, err
	case c.get("title") == "" || c.get("type") != "link":
		return nil, invalid("invalid_arguments", "[ERROR] missing required field: title or type")
	case !webAddress(c.get("link")):
		return nil, no("invalid_link")
	case len(r.Bookmarks) >= mostBookmarks:
		return nil, no("too_many_bookmarks")
	}
	b := Bookmark{ID: w.id("Bk"), Title: c.get("title"), Link: c.get("link"), Emoji: c.get("emoji")}
	r.Bookmarks = append(r.Bookmarks, b)
	return answer{"bookmark": shownBookmark(r, b)}, nil
}

func (w *Workspace) editBookmark(c call) (answer, error) {
	r, err := w.open(c.get("channel_id"))
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(r.Bookmarks, func(b Bookmark) bool { return b.ID == c.get("bookmark_id") })
	switch {
	case i < 0:
		return nil, no("not_found")
	case c.form.Has("link") && !webAddress(c.get("link")):
		return nil, no("invalid_link")
	}
	b := &r.Bookmarks[i]
	for name, at := range map[string]*string{"title": &b.Title, "link": &b.Link, "emoji": &b.Emoji} {
		if c.form.Has(name) {
			*at = c.get(name)
		}
	}
	return answer{"bookmark": shownBookmark(r, *b)}, nil
}

func (w *Workspace) listBookmarks(c call) (answer, error) {
	r, err := w.joined(c.get("channel_id"))
	if err != nil {
		return nil, err
	}
	all := []answer{}
	for _, b := range r.Bookmarks {
		all = append(all, shownBookmark(r, b))
	}
	return answer{"bookmarks": all}, nil
}

func shownBookmark(r *room, b Bookmark) answer {
	return answer{"id": b.ID, "channel_id": r.ID, "title": b.Title, "link": b.Link, "emoji": b.Emoji, "type": "link"}
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
