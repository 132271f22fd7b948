package slack

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"time"
)

// responseURL is a URL at which the app may answer an act.
type responseURL struct {
	at      time.Time
	uses    int
	user    string
	channel string
	message string // ts of the message that was pressed; empty for a command
}

// Response is what arrived at a response_url, whatever became of it.
type Response struct {
	URL   string
	At    time.Time
	User  string // id of who had acted
	Body  json.RawMessage
	Error string // the word of a refusal; empty for none
}

// Responses returns what has arrived at response_urls, in its order.
func (w *Workspace) Responses() []Response {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.responses)
}

// How often and for how long a response_url can be used.
const (
	uses     = 5
	lifetime = 30 * time.Minute
)

// answerAt returns a new response_url. mu is held.
func (w *Workspace) answerAt(user, channel, message string) string {
	token := w.id("R")
	w.urls[token] = &responseURL{at: w.o.Clock.Now(), user: user, channel: channel, message: message}
	return w.base + "/response/" + token
}

func (w *Workspace) serveResponse(out http.ResponseWriter, r *http.Request, token string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Method != http.MethodPost {
		http.Error(out, "invalid_payload", http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := Response{URL: w.base + r.URL.Path, At: w.o.Clock.Now(), Body: body}
	u := w.urls[token]
	var status int
	if u == nil {
		status, seen.Error = http.StatusNotFound, "expired_url"
	} else {
		seen.User = u.user
		status, seen.Error = w.respond(u, body, seen.At)
	}
	if !json.Valid(body) {
		seen.Body = nil
	}
	w.responses = append(w.responses, seen)
	if seen.Error != "" {
		writeJSON(out, status, answer{"ok": false, "error": seen.Error})
		return
	}
	_, _ = io.WriteString(out, "ok") // whoever has hung up does not read it
}

// respond does what was sent to a response_url. mu is held.
func (w *Workspace) respond(u *responseURL, body []byte, now time.Time) (status int, word string) {
	var asked map[string]json.RawMessage
	switch {
	case now.Sub(u.at) > lifetime:
		return http.StatusNotFound, "expired_url"
	case u.uses >= uses:
		return http.StatusNotFound, "used_url"
	case json.Unmarshal(body, &asked) != nil:
		return http.StatusBadRequest, "invalid_payload"
	}
	c := call{form: map[string][]string{}, now: now}
	for name, value := range asked {
		c.form.Set(name, flat(value))
	}
	r := w.room(u.channel)
	if r == nil {
		return http.StatusNotFound, "channel_not_found"
	}
	if err := w.answered(u, r, c); err != nil {
		return http.StatusBadRequest, err.Error()
	}
	u.uses++
	return http.StatusOK, ""
}

// answered replaces or deletes the message that was pressed, or says something
// new. To a command there is nothing that could be replaced.
func (w *Workspace) answered(u *responseURL, r *room, c call) error {
	at := slices.IndexFunc(r.said, func(m *Message) bool { return m.TS == u.message && m.Bot })
	switch {
	case at >= 0 && c.is("delete_original"):
		r.said = slices.Delete(r.said, at, at+1)
		return nil
	case at >= 0 && c.is("replace_original"):
		if err := r.said[at].write(c); err != nil {
			return err
		}
		r.said[at].Edited = w.ts()
		w.seeMessage(Changed, r, r.said[at])
		return nil
	}
	m := &Message{User: w.bot, Bot: true, ThreadTS: c.get("thread_ts")}
	if c.get("response_type") != "in_channel" {
		m.EphemeralTo = u.user
	}
	if err := m.write(c); err != nil {
		return err
	}
	w.say(r, m)
	return nil
}
