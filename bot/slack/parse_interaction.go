package slack

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"holdfast/incident"
	"holdfast/internal/fault"
)

// interactionForm returns the payload of an interaction as HTTP brings it.
func interactionForm(body []byte) ([]byte, error) {
	v, err := url.ParseQuery(string(body))
	if err != nil || v.Get("payload") == "" {
		return nil, fmt.Errorf("%w: it is no form with a payload", errUnreadable)
	}
	return []byte(v.Get("payload")), nil
}

// interaction reads what was pressed, chosen from a menu or submitted. What
// asks for nothing, such as a form that was closed, gives no request.
func (r *reader) interaction(payload []byte) (delivery, error) {
	var c slackgo.InteractionCallback
	if err := decode(lean(payload), &c); err != nil {
		return delivery{}, err
	}
	channel := c.Channel.ID
	if channel == "" {
		channel = c.Container.ChannelID
	}
	thread := c.Container.ThreadTs
	if thread == "" {
		thread = c.Message.ThreadTimestamp
	}
	d := delivery{back: way{place: r.named(channel, thread, c.Channel.Name), user: c.User.ID, trigger: c.TriggerID,
		url: newResponseURL(c.ResponseURL, c.Type == slackgo.InteractionTypeBlockActions), private: c.Container.IsEphemeral}}
	if c.View.Type == slackgo.VTModal {
		d.back.view = c.View.ID
	}
	if err := r.ours(c.APIAppID, c.Team.ID, c.View.AppInstalledTeamID); err != nil {
		if c.Type == slackgo.InteractionTypeViewSubmission {
			d.instead = inForm(c.View, notServed)
		}
		return d, err
	}
	if r.ignored(c.User.ID) {
		return delivery{}, nil
	}
	switch c.Type {
	case slackgo.InteractionTypeBlockActions:
		return r.button(d, c)
	case slackgo.InteractionTypeViewSubmission:
		return r.submitted(d, c)
	case slackgo.InteractionTypeMessageAction:
		return r.onMessage(d, c)
	case slackgo.InteractionTypeShortcut:
		return r.shortcut(d, c)
	}
	return delivery{}, nil
}

// lean leaves of the message that was acted on what is read of it. Anybody may
// have written that message, with blocks that the library does not know.
func lean(payload []byte) []byte {
	var all map[string]json.RawMessage
	if json.Unmarshal(payload, &all) != nil || all["message"] == nil {
		return payload
	}
	var m struct {
		Text   string `json:"text"`
		User   string `json:"user"`
		TS     string `json:"ts"`
		Thread string `json:"thread_ts"`
	}
	if json.Unmarshal(all["message"], &m) != nil {
		return payload
	}
	var err error
	if all["message"], err = json.Marshal(m); err != nil {
		return payload
	}
	short, err := json.Marshal(all)
	if err != nil {
		return payload
	}
	return short
}

const (
	unknownButton = "This button is of another version of Holdfast: nothing was recorded. Type the command instead; /incident help lists them."
	unknownEntry  = "This entry of the menu is of another version of Holdfast: nothing was recorded. Type the command instead; /incident help lists them. An operator renews the app's manifest with `holdfast slack-manifest`."
)

// button reads the press of a button. Choosing from a list asks for nothing
// yet.
func (r *reader) button(d delivery, c slackgo.InteractionCallback) (delivery, error) {
	for _, a := range c.ActionCallback.BlockActions {
		command, ok := commandOf(a)
		if !ok {
			continue
		}
		if d.back.view != "" {
			// A button on a form is pressed where the form was opened.
			if _, at, err := r.forms.filled(c.View); err == nil {
				d.back.place = at
			}
		}
		id, err := r.id("action", a.ActionTs, c.TriggerID)
		d.request = r.pressed(id, c.User.ID, d.back.place, command)
		d.request.Message = aboutOf(a)
		return d, err
	}
	for _, a := range c.ActionCallback.BlockActions {
		if a != nil && string(a.Type) == string(slackgo.METButton) {
			d.notice = unknownButton
			return d, nil
		}
	}
	return delivery{}, nil
}

// submitted reads a form that was sent.
func (r *reader) submitted(d delivery, c slackgo.InteractionCallback) (delivery, error) {
	f, at, err := r.forms.filled(c.View)
	switch {
	case err != nil && f.Verb != "":
		return delivery{instead: slackgo.NewErrorsViewSubmissionResponse(fieldErrors(f))}, nil // it names somebody who is not in the plan
	case err != nil:
		wrong := fault.From(err)
		return delivery{instead: inForm(c.View, wrong.Text+" "+wrong.Next)}, fmt.Errorf("%w: the form is none of ours: %w", errUnreadable, err)
	}
	id, err := r.id("view", c.View.ID, c.View.Hash)
	d.back.place, d.back.instant = at, true
	d.request = r.ask(id, c.User.ID, at, byForm, f.Root, "")
	d.request.Form = &f
	return d, err
}

// onMessage reads what was chosen from the menu of a message. The message's
// own time is kept.
func (r *reader) onMessage(d delivery, c slackgo.InteractionCallback) (delivery, error) {
	command, known := fromMessage[c.CallbackID]
	if !known {
		d.notice = unknownEntry
		return d, nil
	}
	id, err := r.id("action", c.ActionTs, c.TriggerID)
	text := r.complete(command, c.Message.Text, c.Message.User, c.Message.Timestamp)
	d.request = r.pressed(id, c.User.ID, d.back.place, text)
	if channel := d.back.Channel; channel != "" && c.Message.Timestamp != "" {
		d.request.Message = &incident.Message{ID: messageID(channel, c.Message.Timestamp)}
	}
	return d, err
}

// fromMessage are the entries of a message's menu, by their callback id, and
// the command each stands for. A declaration lacks its title and a decision its
// reason, so that a form asks for it.
var fromMessage = map[string]string{
	"declare_from":  "declare impact:{text} at:{at}",
	"note_from":     "note {text} at:{at}",
	"decision_from": "decide {text}",
	"task_from":     "task add {text}",
	"followup_from": "followup add {text}",
}

// MessageMenu returns the callback id of each entry of a message's menu, by the
// words that people see.
func MessageMenu() map[string]string {
	return map[string]string{
		"Declare from this": "declare_from", "Add to journal": "note_from", "Record as decision": "decision_from",
		"Create task": "task_from", "Create follow-up": "followup_from",
	}
}

// shortcuts are the entries of the list of all shortcuts, by their callback id,
// and the command each stands for.
var shortcuts = map[string]string{"declare": "declare", "continuity": "/continuity help"}

// shortcut reads what was chosen from the list of all shortcuts.
func (r *reader) shortcut(d delivery, c slackgo.InteractionCallback) (delivery, error) {
	command, known := shortcuts[c.CallbackID]
	if !known {
		d.notice = unknownEntry
		return d, nil
	}
	id, err := r.id("action", c.ActionTs, c.TriggerID)
	d.request = r.pressed(id, c.User.ID, d.back.place, command)
	return d, err
}

// complete puts what a message says, its author and its time into a command.
func (r *reader) complete(command, text, author, ts string) string {
	at := ""
	if t, ok := sentAt(ts); ok {
		at = " at:" + t.Format(time.RFC3339)
	}
	if author != "" {
		author = r.person(author)
	}
	return strings.NewReplacer("{text}", quote(strings.TrimSpace(r.words(text))), "{author}", quote(author), " at:{at}", at).Replace(command)
}
