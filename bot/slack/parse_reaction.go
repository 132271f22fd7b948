package slack

import (
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack/slackevents"

	"holdfast/bot"
	"holdfast/incident"
)

// DefaultReactions are the emoji that stand for a command, each for one. In a
// command {text} is what the message says, {author} who wrote it, {at} when.
// The names are Slack's, without colons and skin.
func DefaultReactions() map[string]string {
	return map[string]string{
		"pushpin":                "note {text} at:{at}",
		"stopwatch":              "note {text} at:{at} tag:key",
		"scales":                 "decide {text}",
		"ballot_box_with_ballot": "task add {text}",
		"bookmark":               "followup add {text}",
		"mega":                   "update draft {text}",
		"eyes":                   "page ack",
	}
}

// Reactions are the emoji that stand for a command. What has come of them is in
// the journal. It is safe for concurrent use.
type Reactions struct {
	commands map[string]string
	rooms    func(room string) bool
}

// NewReactions returns the reactions with these commands. Only in the rooms
// for which rooms is true does an emoji mean anything, and is it followed what
// becomes of a message; nil is everywhere.
func NewReactions(commands map[string]string, rooms func(room string) bool) Reactions {
	r := Reactions{commands: map[string]string{}, rooms: rooms}
	for emoji, command := range commands {
		r.commands[plainEmoji(emoji)] = command
	}
	return r
}

// heard says whether a place is one where reactions and changes count.
func (r *Reactions) heard(at place) bool { return r.rooms == nil || r.rooms(at.Room) }

// reaction is an emoji that somebody has put on a message.
type reaction struct{ command, channel, ts string }

// reacted reads an emoji on a message.
func (r *reader) reacted(id string, event []byte) (delivery, error) {
	var e slackevents.ReactionAddedEvent
	if err := decode(event, &e); err != nil {
		return delivery{}, err
	}
	emoji := plainEmoji(e.Reaction)
	command, known := r.reactions.commands[emoji]
	if !known || r.ignored(e.User) || e.Item.Type != "message" || e.Item.Channel == "" || e.Item.Timestamp == "" {
		return delivery{}, nil
	}
	at := r.at(e.Item.Channel, "")
	if !r.reactions.heard(at) {
		return delivery{}, nil
	}
	d := delivery{back: way{place: at, user: e.User}, request: r.ask(id, e.User, at, byButton, defaultRoot, "")}
	d.request.Message = &incident.Message{ID: messageID(e.Item.Channel, e.Item.Timestamp), Reaction: emoji}
	if e.Type == string(slackevents.ReactionRemoved) {
		d.request.Change = &bot.Change{What: bot.Unreacted}
		return d, nil
	}
	d.reaction, d.back.tick = &reaction{command: command, channel: e.Item.Channel, ts: e.Item.Timestamp}, e.Item.Timestamp
	return d, nil
}

// messageID names a message, as the journal has it.
func messageID(channel, ts string) string { return Name + ":" + channel + ":" + ts }

// messages looks up what people have written.
type messages interface {
	// Message returns a message and the Slack id of its author.
	Message(ctx context.Context, channel, ts string) (text, author, thread string, err error)
}

// say completes the request of a reaction with the words of the message.
func (r *reader) say(ctx context.Context, look messages, d *delivery) error {
	on := d.reaction
	text, author, thread := "", "", ""
	if strings.Contains(on.command, "{") {
		var err error
		if text, author, thread, err = look.Message(ctx, on.channel, on.ts); err != nil {
			return fmt.Errorf("look up the message of a reaction: %w", err)
		}
	}
	d.back.Thread = thread
	d.request.Text = r.complete(on.command, text, author, on.ts)
	return nil
}

// emojiAlias are the second names of emoji, by which Slack may send them.
var emojiAlias = map[string]string{
	"thumbsup": "+1", "thumbsdown": "-1", "megaphone": "mega", "ballot_box": "ballot_box_with_ballot",
}

// plainEmoji is the name of an emoji without its skin, ":wave::skin-tone-2:".
func plainEmoji(name string) string {
	name, _, _ = strings.Cut(strings.Trim(name, ":"), "::")
	if first, is := emojiAlias[name]; is {
		return first
	}
	return name
}
