package slack

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// verification is the token that Slack still sends along and nobody should
// trust.
const verification = "not-to-be-trusted"

// triggerFor returns a new trigger for a person's act, in a form or outside.
// mu is held.
func (w *Workspace) triggerFor(user, view string) string {
	w.count++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", w.o.Team, w.count))
	id := fmt.Sprintf("%d.%d.%x", 1_000_000+w.count, 7_890_123, sum[:16])
	w.triggers[id] = &trigger{at: w.o.Clock.Now(), user: user, view: view}
	return id
}

// Slash is a person typing a command, such as /incident, with a text, in a
// channel. Person and channel are names or ids; what is neither is sent as it
// is, as it comes from another workspace.
func (w *Workspace) Slash(user, channel, command, text string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, where, name := w.userID(user), channel, ""
	if r := w.room(channel); r != nil {
		where, name = r.ID, r.shortName()
	}
	form := url.Values{
		"token": {verification}, "team_id": {w.o.Team}, "team_domain": {"holdfast"},
		"channel_id": {where}, "channel_name": {name}, "user_id": {id}, "user_name": {w.userName(id)},
		"command": {command}, "text": {text}, "api_app_id": {appID}, "is_enterprise_install": {"false"},
		"response_url": {w.answerAt(id, where, "")}, "trigger_id": {w.triggerFor(id, "")},
	}
	return w.request(CommandsPath, mediaForm, []byte(form.Encode()))
}

// shortName is what Slack calls a channel in what it sends.
func (r *room) shortName() string {
	switch {
	case r.Direct:
		return "directmessage"
	case r.Private || r.Several:
		return "privategroup"
	}
	return r.Name
}

// frame is what every interaction has.
func (w *Workspace) frame(kind, user, view string) answer {
	return answer{
		"type": kind, "token": verification, "api_app_id": appID, "team": answer{"id": w.o.Team, "domain": "holdfast"},
		"enterprise": nil, "is_enterprise_install": false, "trigger_id": w.triggerFor(user, view),
		"user": answer{"id": user, "username": w.userName(user), "name": w.userName(user), "team_id": w.o.Team},
	}
}

// Press is a person pressing a button, by its action_id, of a message in a
// channel. It panics where nobody could press: without such a message, for
// everybody or for that person alone, or without such a button on it.
func (w *Workspace) Press(user, channel, messageTS, actionID string) *http.Request {
	return w.Choose(user, channel, messageTS, actionID, "")
}

// Choose is a person choosing, in a menu of a message, the option of a value.
// It panics as Press does.
func (w *Workspace) Choose(user, channel, messageTS, actionID, value string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.userID(user)
	r, m := w.seen(id, channel, messageTS)
	action := w.acted(m.Blocks, actionID, value)
	p := w.frame("block_actions", id, "")
	p["container"] = answer{"type": "message", "message_ts": m.TS, "channel_id": r.ID, "is_ephemeral": m.EphemeralTo != ""}
	p["channel"] = answer{"id": r.ID, "name": r.shortName()}
	p["message"] = w.asTold(m, true)
	p["state"] = answer{"values": answer{}}
	p["response_url"] = w.answerAt(id, r.ID, m.TS)
	p["actions"] = []answer{action}
	return w.interaction(p)
}

// PressIn is a person pressing a button in a form, or on the home, by the ids
// of view and action. It panics when there is none.
func (w *Workspace) PressIn(user, viewID, actionID string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.userID(user)
	v := w.view(viewID)
	if home := w.homes[id]; v == nil && home != nil && home.ID == viewID {
		v = home
	}
	if v == nil {
		panic("there is no view " + viewID)
	}
	p := w.frame("block_actions", id, v.ID)
	p["container"] = answer{"type": "view", "view_id": v.ID}
	p["view"] = w.shownView(v, state(v.Blocks, nil))
	p["actions"] = []answer{w.acted(v.Blocks, actionID, "")}
	return w.interaction(p)
}

func (w *Workspace) seen(user, channel, ts string) (*room, *Message) {
	r := w.room(channel)
	if r == nil {
		panic("there is no channel " + channel)
	}
	for _, m := range r.said {
		if m.TS == ts && (m.EphemeralTo == "" || m.EphemeralTo == user) {
			return r, m
		}
	}
	panic("nobody sees a message " + ts + " in " + channel)
}

// acted is what Slack tells of the use of an element.
func (w *Workspace) acted(blocks json.RawMessage, actionID, value string) answer {
	for _, e := range elements(blocks) {
		if e.of["action_id"] != actionID {
			continue
		}
		a := answer{"type": e.of["type"], "action_id": actionID, "block_id": e.block, "action_ts": w.ts()}
		if e.of["type"] == "button" {
			a["text"] = e.of["text"]
			if v, there := e.of["value"]; there {
				a["value"] = v
			}
			return a
		}
		for name, v := range chosen(e.of, &value) {
			a[name] = v
		}
		return a
	}
	panic("there is no element " + actionID)
}

// element is an element that can be used, and the block it is in.
type element struct {
	block string
	of    part
}

func elements(blocks json.RawMessage) (all []element) {
	var list []part
	_ = json.Unmarshal(named(blocks), &list) // it has been read before
	for _, b := range list {
		id, _ := b["block_id"].(string)
		some, _ := b["elements"].([]any)
		for _, e := range append(some, b["accessory"], b["element"]) {
			if of, ok := e.(map[string]any); ok {
				all = append(all, element{id, of})
			}
		}
	}
	return all
}

// Shortcut is a person choosing one of the app's entries in the menu of a
// message. Without a channel it is a shortcut that is chosen anywhere.
func (w *Workspace) Shortcut(user, callbackID, channel, ts string) *http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.userID(user)
	if channel == "" {
		p := w.frame("shortcut", id, "")
		p["callback_id"], p["action_ts"] = callbackID, w.ts()
		return w.interaction(p)
	}
	r, m := w.seen(id, channel, ts)
	p := w.frame("message_action", id, "")
	p["callback_id"], p["action_ts"], p["message_ts"] = callbackID, w.ts(), m.TS
	p["channel"] = answer{"id": r.ID, "name": r.shortName()}
	p["message"] = w.asTold(m, true)
	p["response_url"] = w.answerAt(id, r.ID, "")
	return w.interaction(p)
}
