package slack

import "slices"

// The kinds of sights.
const (
	Posted  = "posted"  // a message is there: in a channel, or for one person alone
	Changed = "changed" // a message says something else
	Shown   = "shown"   // a form is on a person's screen, new or with other content
	Made    = "made"    // a channel was made
	Topic   = "topic"   // the topic of a channel is another
	Invited = "invited" // a person was brought into a channel
)

// Sight is something that happens before people's eyes.
type Sight struct {
	What    string
	Channel Channel // of a message, a channel made, its topic, an invitation
	Message Message
	View    View
	Files   []string // the names of a message's files
	User    string   // id of who was invited
}

// OnSight has f told of what the app does before people's eyes from now on, in
// order; what people say themselves is not told. f is called while the
// workspace is held: it returns soon and does not call the workspace.
func (w *Workspace) OnSight(f func(Sight)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers = append(w.watchers, f)
}

// see tells the watchers. mu is held.
func (w *Workspace) see(s Sight) {
	for _, f := range w.watchers {
		f(s)
	}
}

// seeMessage tells of a message of the app. mu is held.
func (w *Workspace) seeMessage(what string, r *room, m *Message) {
	if !m.Bot {
		return
	}
	s := Sight{What: what, Channel: r.Channel, Message: *m}
	for _, id := range m.Files {
		s.Files = append(s.Files, w.file(id).Name)
	}
	w.see(s)
}

// Direct returns the id of the conversation of the bot and a person, a name or
// an id, which is there afterwards.
func (w *Workspace) Direct(user string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.among([]string{w.userID(user)}).ID
}

// Enter is a person going into a channel: an open one by themselves, a private
// one brought in by somebody there, as everybody in it may. ok is false where
// there is none, or where it is archived: see BringBack.
func (w *Workspace) Enter(user, channel string) (ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, r := w.userID(user), w.room(channel)
	switch {
	case r == nil:
		return false
	case r.has(id):
		return true
	case r.Direct || r.Several || r.Archived:
		return false
	}
	r.Members = append(r.Members, id)
	return true
}

// BringBack is a person unarchiving a channel and inviting the bot, which Slack
// has taken out; ok is false where there is nothing to be brought back.
func (w *Workspace) BringBack(channel string) (ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.room(channel)
	if r == nil || !r.Archived {
		return false
	}
	r.Archived = false
	r.Members = append(r.Members, w.bot)
	return true
}

// Sees returns what a person, a name or an id, can see in the channels and
// conversations they are in, oldest first.
func (w *Workspace) Sees(user string) []Message {
	all := w.kept(func(r *room, m *Message) bool {
		id := w.userID(user)
		return r.has(id) && (m.EphemeralTo == "" || m.EphemeralTo == id)
	})
	slices.SortStableFunc(all, func(a, b Message) int {
		switch {
		case a.TS < b.TS:
			return -1
		case a.TS > b.TS:
			return 1
		}
		return 0
	})
	return all
}

// Answered shows a person, a name or an id, what the app has answered a slash
// command with, in the channel where it was typed. An empty answer shows
// nothing.
func (w *Workspace) Answered(user, channel string, body []byte) error {
	if len(body) == 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	_, word := w.respond(&responseURL{at: w.o.Clock.Now(), user: w.userID(user), channel: channel}, body, w.o.Clock.Now())
	if word != "" {
		return no(word)
	}
	return nil
}
