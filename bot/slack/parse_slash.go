package slack

import (
	"fmt"
	"net/url"
	"strings"

	slackgo "github.com/slack-go/slack"
)

// slashForm reads a slash command as HTTP brings it.
func slashForm(body []byte) (slackgo.SlashCommand, error) {
	v, err := url.ParseQuery(string(body))
	if err != nil {
		return slackgo.SlashCommand{}, fmt.Errorf("%w: it is no form", errUnreadable)
	}
	return slackgo.SlashCommand{TeamID: v.Get("team_id"), APIAppID: v.Get("api_app_id"), ChannelID: v.Get("channel_id"), ChannelName: v.Get("channel_name"), UserID: v.Get("user_id"),
		Command: v.Get("command"), Text: v.Get("text"), ResponseURL: v.Get("response_url"), TriggerID: v.Get("trigger_id")}, nil
}

// slash reads a slash command. A command that is not among the names is handed
// on under its own, so that it is refused in words.
func (r *reader) slash(c slackgo.SlashCommand) (delivery, error) {
	at := r.named(c.ChannelID, "", c.ChannelName)
	d := delivery{back: way{place: at, user: c.UserID, url: newResponseURL(c.ResponseURL, false), trigger: c.TriggerID, instant: true}}
	if err := r.ours(c.APIAppID, c.TeamID); err != nil {
		return d, err
	}
	id, err := r.id("trigger", c.TriggerID)
	if err != nil || c.UserID == "" {
		return delivery{}, fmt.Errorf("%w: nobody says it", errUnreadable)
	}
	name := strings.ToLower(strings.TrimPrefix(c.Command, "/"))
	if root, known := r.root(name); known {
		name = root
	}
	d.request = r.ask(id, c.UserID, at, bySlash, name, strings.TrimSpace(r.words(c.Text)))
	return d, nil
}
