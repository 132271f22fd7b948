package slack

import (
	"slices"
	"strings"
)

// What a bot may do with conversations is granted for each kind of them: a scope
// for channels says nothing about private ones.

// scopesOf says what the scopes for a kind of conversation begin with.
var scopesOf = map[string]string{"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}

// wants returns the scopes that a call needs, each of them; a call that names no
// kind of conversation needs any one of those of its method. mu is held.
func (w *Workspace) wants(name string, m method, c call) (each, oneOf []string) {
	var kinds []string
	r := w.roomOf(c.get("channel"))
	switch {
	case len(m.scopes) < 2:
		return m.scopes, nil
	case name == "conversations.create":
		kinds = []string{"public_channel"}
		if c.is("is_private") {
			kinds = []string{"private_channel"}
		}
	case name == "conversations.open":
		kinds = []string{"im"}
	case len(c.list("types")) > 0:
		kinds = c.list("types")
	case r != nil:
		kinds = []string{r.kind()}
	default:
		return nil, m.scopes
	}
	for _, s := range m.scopes {
		of, _, _ := strings.Cut(s, ":")
		if slices.ContainsFunc(kinds, func(kind string) bool { return scopesOf[kind] == of }) {
			each = append(each, s)
		}
	}
	return each, nil
}

func (w *Workspace) roomOf(id string) *room {
	i := slices.IndexFunc(w.channels, func(r *room) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return w.channels[i]
}

// lacks returns the scopes that a call needs and the bot was not granted.
func (w *Workspace) lacks(name string, m method, c call) []string {
	each, oneOf := w.wants(name, m, c)
	missing := slices.DeleteFunc(slices.Clone(each), w.granted)
	if len(oneOf) > 0 && !slices.ContainsFunc(oneOf, w.granted) {
		missing = oneOf
	}
	return missing
}
