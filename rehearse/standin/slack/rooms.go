package slack

import (
	"slices"
	"strings"
	"unicode"
)

func (w *Workspace) createChannel(c call) (answer, error) {
	name := c.get("name")
	if err := w.freeName(name); err != nil {
		return nil, err
	}
	r := &room{Channel: Channel{Name: name, Private: c.is("is_private"), Creator: w.bot, Created: c.now, Members: []string{w.bot}}}
	r.ID = w.id("C")
	w.channels = append(w.channels, r)
	w.see(Sight{What: Made, Channel: r.Channel})
	return answer{"channel": w.shown(r)}, nil
}

func (w *Workspace) freeName(name string) error {
	odd := func(r rune) bool {
		return !unicode.IsLower(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Lo, r) && r != '-' && r != '_'
	}
	switch {
	case name == "":
		return no("invalid_name_required")
	case len([]rune(name)) > 80:
		return no("invalid_name_maxlength")
	case strings.ContainsFunc(name, odd):
		return no("invalid_name_specials")
	case strings.Trim(name, "-_") == "":
		return no("invalid_name_punctuation")
	case w.room(name) != nil:
		return no("name_taken") // an archived channel keeps its name
	}
	return nil
}

func (w *Workspace) renameChannel(c call) (answer, error) {
	r, err := w.properChannel(c.get("channel"))
	if err != nil {
		return nil, err
	}
	if err := w.freeName(c.get("name")); err != nil {
		return nil, err
	}
	r.renamed = append(r.renamed, r.Name)
	r.Name = c.get("name")
	return answer{"channel": w.shown(r)}, nil
}

// invite takes all the people or, unless it is forced, nobody.
func (w *Workspace) invite(c call) (answer, error) {
	r, err := w.properChannel(c.get("channel"))
	if err != nil {
		return nil, err
	}
	ids := c.list("users")
	switch {
	case len(ids) == 0:
		return nil, no("no_user")
	case len(ids) > 100:
		return nil, no("too_many_users")
	}
	var good []string
	var bad []answer
	for _, id := range ids {
		if word := w.uninvitable(r, id); word != "" {
			bad = append(bad, answer{"user": id, "ok": false, "error": word})
		} else if !slices.Contains(good, id) {
			good = append(good, id)
		}
	}
	if len(bad) > 0 && (!c.is("force") || len(good) == 0) {
		return nil, refusal{bad[0]["error"].(string), answer{"errors": bad}}
	}
	r.Members = append(r.Members, good...)
	for _, id := range good {
		w.see(Sight{What: Invited, Channel: r.Channel, User: id})
	}
	a := answer{"channel": w.shown(r)}
	if len(bad) > 0 {
		a["errors"] = bad
	}
	return a, nil
}

func (w *Workspace) uninvitable(r *room, id string) string {
	switch u := w.byID(id); {
	case id == w.bot:
		return "cant_invite_self"
	case u == nil:
		return "user_not_found"
	case r.has(id):
		return "already_in_channel"
	case u.Deleted || u.Stranger && !r.Shared:
		return "cant_invite"
	case u.Single && w.rooms(id) > 0:
		return "ura_max_channels"
	}
	return ""
}

// rooms counts the channels that a person is in.
func (w *Workspace) rooms(user string) (n int) {
	for _, r := range w.channels {
		if !r.Direct && !r.Several && r.has(user) {
			n++
		}
	}
	return n
}

func (w *Workspace) conversationInfo(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	if err != nil {
		return nil, err
	}
	a := w.shown(r)
	if c.is("include_num_members") {
		a["num_members"] = len(r.Members)
	}
	return answer{"channel": a}, nil
}

func (w *Workspace) listConversations(c call) (answer, error) { return w.listed(c, "") }

func (w *Workspace) userConversations(c call) (answer, error) {
	who := c.get("user")
	if who == "" {
		who = w.bot
	}
	if w.byID(who) == nil {
		return nil, no("user_not_found")
	}
	return w.listed(c, who)
}

// listed lists what the bot can see, of a person's if one is named.
func (w *Workspace) listed(c call, who string) (answer, error) {
	kinds := c.list("types")
	if len(kinds) == 0 {
		kinds = []string{"public_channel"}
	}
	for _, k := range kinds {
		if !slices.Contains([]string{"public_channel", "private_channel", "mpim", "im"}, k) {
			return nil, no("invalid_types")
		}
	}
	var all []answer
	for _, r := range w.channels {
		_, hidden := w.visible(r.ID)
		if hidden == nil && slices.Contains(kinds, r.kind()) && !(r.Archived && c.is("exclude_archived")) && (who == "" || r.has(who)) {
			all = append(all, w.shown(r))
		}
	}
	part, meta, err := page(c, all, 100)
	return answer{"channels": part, "response_metadata": meta}, err
}

func (r *room) kind() string {
	switch {
	case r.Direct:
		return "im"
	case r.Several:
		return "mpim"
	case r.Private:
		return "private_channel"
	}
	return "public_channel"
}

func (w *Workspace) members(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	if err != nil {
		return nil, err
	}
	part, meta, err := page(c, r.Members, 100)
	return answer{"members": part, "response_metadata": meta}, err
}

func (w *Workspace) setTopic(c call) (answer, error) {
	return w.describe(c, "topic", func(r *room, s string) {
		if r.Topic != s {
			r.Topic = s
			w.see(Sight{What: Topic, Channel: r.Channel})
		}
	})
}

func (w *Workspace) setPurpose(c call) (answer, error) {
	return w.describe(c, "purpose", func(r *room, s string) { r.Purpose = s })
}

func (w *Workspace) describe(c call, name string, set func(*room, string)) (answer, error) {
	r, err := w.properChannel(c.get("channel"))
	switch {
	case err != nil:
		return nil, err
	case len([]rune(c.get(name))) > 250:
		return nil, no("too_long")
	}
	set(r, c.get(name))
	return answer{"channel": w.shown(r), name: c.get(name)}, nil
}

// archive takes the bot out, as Slack does, so that it can neither read the
// channel nor bring it back.
func (w *Workspace) archive(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	switch {
	case err != nil:
		return nil, err
	case r.Archived:
		return nil, no("already_archived")
	case r.Name == "general":
		return nil, no("cant_archive_general")
	}
	if r, err = w.properChannel(r.ID); err != nil {
		return nil, err
	}
	r.Archived = true
	r.Members = slices.DeleteFunc(r.Members, func(m string) bool { return m == w.bot })
	return nil, nil
}

func (w *Workspace) unarchive(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	switch {
	case err != nil:
		return nil, err
	case !r.Archived:
		return nil, no("not_archived")
	case !r.has(w.bot):
		return nil, no("not_in_channel")
	}
	r.Archived = false
	return nil, nil
}

func (w *Workspace) join(c call) (answer, error) {
	r, err := w.visible(c.get("channel"))
	switch {
	case err != nil:
		return nil, err
	case r.kind() != "public_channel":
		return nil, no("method_not_supported_for_channel_type")
	case r.Archived:
		return nil, no("is_archived")
	case r.has(w.bot):
		return answer{"channel": w.shown(r), "warning": "already_in_channel", "response_metadata": answer{"warnings": []string{"already_in_channel"}}}, nil
	}
	r.Members = append(r.Members, w.bot)
	return answer{"channel": w.shown(r)}, nil
}
