package slack

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/slack-go/slack/slackevents"

	"holdfast/bot"
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

// Reactions are the emoji that stand for a command, and what has come of them
// lately. It is safe for concurrent use. After a restart nothing is known of
// what was recorded before: a reaction that is then taken back changes nothing.
type Reactions struct {
	commands map[string]string
	rooms    func(room string) bool
	results  *results
}

// NewReactions returns the reactions with these commands. Only in the rooms
// for which rooms is true does an emoji mean anything; nil is everywhere.
func NewReactions(commands map[string]string, rooms func(room string) bool) Reactions {
	r := Reactions{commands: map[string]string{}, rooms: rooms, results: &results{refs: map[string][]recorded{}}}
	for emoji, command := range commands {
		r.commands[plainEmoji(emoji)] = command
	}
	return r
}

// reaction is an emoji that somebody has put on a message or taken off.
type reaction struct {
	emoji, command  string
	channel, ts, by string // by is Slack's id of who did it
	removed         bool
}

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
	if r.reactions.rooms != nil && !r.reactions.rooms(at.Room) {
		return delivery{}, nil
	}
	d := delivery{back: way{place: at, user: e.User}, request: r.ask(id, e.User, at, byButton, defaultRoot, "")}
	d.reaction = &reaction{emoji: emoji, command: command, channel: e.Item.Channel, ts: e.Item.Timestamp, by: e.User, removed: e.Type == string(slackevents.ReactionRemoved)}
	if !d.reaction.removed {
		d.back.tick = e.Item.Timestamp
	}
	return d, nil
}

// messages looks up what people have written.
type messages interface {
	// Message returns a message and the Slack id of its author.
	Message(ctx context.Context, channel, ts string) (text, author, thread string, err error)
}

// say completes the request of a reaction with the words of the message. ok is
// false when there is nothing to say.
func (r *reader) say(ctx context.Context, look messages, d *delivery) (ok bool, err error) {
	on := d.reaction
	if on.removed {
		ref, found := r.reactions.results.take(on)
		if !found {
			return false, nil
		}
		incident, number, _ := strings.Cut(ref, "#")
		d.request.Text = fmt.Sprintf(`correct %s "withdrawn" because "the reaction :%s: was taken back" #%s`, number, on.emoji, incident)
		return true, nil
	}
	text, author, thread := "", "", ""
	if strings.Contains(on.command, "{") {
		if text, author, thread, err = look.Message(ctx, on.channel, on.ts); err != nil {
			return false, fmt.Errorf("look up the message of a reaction: %w", err)
		}
	}
	d.back.Thread = thread
	d.request.Text = r.complete(on.command, text, author, on.ts)
	return true, nil
}

// keep remembers what was recorded by a reaction.
func (r *Reactions) keep(on *reaction, reply bot.Reply) {
	if on != nil && !on.removed && reply.Code == "" && reply.Ref != "" {
		r.results.put(on, reply.Ref)
	}
}

func (r *Reactions) refsOf(channel, ts string) []string {
	return r.results.of(channel, ts)
}

// results are what was recorded of messages, the last ten thousand.
type results struct {
	mu    sync.Mutex
	refs  map[string][]recorded // by channel and timestamp
	order []string
}

type recorded struct{ emoji, by, ref string }

const mostResults = 10_000

func (r *results) put(on *reaction, ref string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.order) >= mostResults {
		delete(r.refs, r.order[0])
		r.order = r.order[1:]
	}
	key := on.channel + "/" + on.ts
	r.order = append(r.order, key)
	r.refs[key] = append(r.refs[key], recorded{on.emoji, on.by, ref})
}

// take returns what a person recorded with an emoji, once.
func (r *results) take(on *reaction) (ref string, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := on.channel + "/" + on.ts
	for i, was := range r.refs[key] {
		if was.emoji == on.emoji && was.by == on.by {
			r.refs[key] = append(r.refs[key][:i:i], r.refs[key][i+1:]...)
			return was.ref, true
		}
	}
	return "", false
}

func (r *results) of(channel, ts string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, was := range r.refs[channel+"/"+ts] {
		all = append(all, was.ref)
	}
	return all
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
