package slack

import "slices"

func (w *Workspace) openConversation(c call) (answer, error) {
	if id := c.get("channel"); id != "" {
		r, err := w.visible(id)
		if err != nil {
			return nil, err
		}
		return answer{"channel": w.shown(r), "no_op": true, "already_open": true}, nil
	}
	ids := c.list("users")
	switch {
	case len(ids) == 0:
		return nil, no("users_list_not_supplied")
	case len(ids) > 8:
		return nil, no("too_many_users")
	}
	for _, id := range ids {
		switch u := w.byID(id); {
		case u == nil:
			return nil, no("user_not_found")
		case u.Deleted:
			return nil, no("user_disabled")
		case u.Bot:
			return nil, no("cannot_dm_bot")
		}
	}
	r := w.among(ids)
	again := r.opened
	r.opened = true
	shown := answer{"id": r.ID}
	if c.is("return_im") {
		shown = w.shown(r)
	}
	return answer{"channel": shown, "no_op": again, "already_open": again}, nil
}

// among returns the conversation of the bot with people, by id, made if there
// is none yet.
func (w *Workspace) among(ids []string) *room {
	all := append(slices.Clone(ids), w.bot)
	slices.Sort(all)
	all = slices.Compact(all)
	for _, r := range w.channels {
		if (r.Direct || r.Several) && slices.Equal(r.Members, all) {
			return r
		}
	}
	r := &room{Channel: Channel{Members: all, Direct: len(all) == 2, Several: len(all) > 2, Creator: w.bot, Created: w.o.Clock.Now()}}
	r.ID = w.id("D")
	if r.Several {
		r.ID = w.id("G")
	}
	w.channels = append(w.channels, r)
	return r
}
