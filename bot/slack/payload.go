package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/internal/plaintext"
)

// The origins of a request.
const (
	bySlash   = "slash"
	byMention = "mention"
	byButton  = "button"
	byForm    = "form"
	byChat    = "chat" // nobody asked: a message was changed
)

// defaultRoot is meant where a mention or a button names none.
const defaultRoot = "incident"

// delivery is something that Slack has delivered, read. The zero value asks
// for nothing.
type delivery struct {
	request bot.Request // without a delivery id there is none
	back    way
	// reaction is set when somebody has reacted to a message: what that says is
	// looked up before the request is complete.
	reaction *reaction
	// tell is what somebody else has to know: a room was renamed. May be nil.
	tell func(ctx context.Context)
	// notice is what the person is told in place of an answer, and instead what
	// a form is answered with that cannot be taken.
	notice  string
	instead any

	event  string // the id of the event it came as
	spared bool   // Slack has repeated an event
}

func (d delivery) asks() bool { return d.request.Delivery != "" || d.tell != nil || d.notice != "" }

// way is how an answer gets back to the person who asked.
type way struct {
	place
	user    string       // Slack's id
	url     *responseURL // nil where Slack has given none
	trigger string       // opens a form, for three seconds
	view    string       // the form that was submitted, or that the button is on
	private bool         // the button is on a message that only this person sees
	instant bool         // Slack shows what its delivery is answered with
	tick    string       // the message to be ticked when the request was accepted
}

// place is where in Slack somebody is.
type place struct {
	Channel string `json:"channel,omitempty"` // Slack's id; empty in a form opened from nowhere
	Thread  string `json:"thread,omitempty"`  // the timestamp of the thread's first message, or empty
	Room    string `json:"room,omitempty"`    // the channel's name with "#", empty in a direct conversation
}

var (
	errUnreadable = errors.New("it cannot be read")
	errElsewhere  = errors.New("it is from another workspace, or for another app")
)

// directory knows people and rooms by Slack's ids. It answers from memory.
type directory interface {
	// Person returns the person of the plan who has an account, or "".
	Person(slackID string) string
	// Account returns the Slack id of a person of the plan, or "".
	Account(person string) string
	// RoomName returns the name of a channel, with or without "#", and "" for a
	// direct conversation.
	RoomName(channelID string) string
}

// reader reads what Slack delivers. What it makes is the same however it came
// in, over HTTP or a socket: the ids are from the payload alone.
type reader struct {
	team, app string
	self      string            // Slack's id of the bot
	roots     map[string]string // the name behind "/" or "!", and the root it means
	reactions Reactions
	directory directory
	forms     forms
	hooks     Hooks
}

// decode reads JSON, whose members Slack may add to.
func decode(payload []byte, into any) error {
	if !plaintext.Shallow(payload) {
		return fmt.Errorf("%w: it is nested deeper than %d", errUnreadable, plaintext.Deepest)
	}
	if err := json.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("%w: it is no JSON of this kind", errUnreadable)
	}
	return nil
}

// ours says whether a payload is for the workspace and the app that are
// configured. In a channel that is shared with others the workspace may be
// theirs; then one of the installations that it was delivered for is ours.
func (r *reader) ours(app string, teams ...string) error {
	if app == r.app || r.app == "" {
		for _, team := range teams {
			if team == r.team {
				return nil
			}
		}
	}
	return errElsewhere
}

// id names a delivery by what Slack has signed, the same when it is repeated.
func (r *reader) id(kind string, parts ...string) (string, error) {
	for _, p := range parts {
		if p == "" {
			return "", fmt.Errorf("%w: nothing names the delivery", errUnreadable)
		}
	}
	return "slack:" + r.team + ":" + kind + ":" + strings.Join(parts, ":"), nil
}

// person is who has a Slack id. Whom the plan does not know is named by the id
// in lower case, "u2cerlkja": a stranger to every rule, who may read at most,
// and not lost to the journal.
func (r *reader) person(slackID string) string {
	if p := r.directory.Person(slackID); p != "" {
		return p
	}
	return strings.ToLower(slackID)
}

// ignored says whose doings are nobody's request: the bot's own and Slack's.
func (r *reader) ignored(slackID string) bool {
	return slackID == "" || slackID == r.self || slackID == "USLACKBOT"
}

// named is a place in Slack whose name Slack sends along. That is wrong for
// private channels and direct conversations, and old for some; it counts only
// while Slack does not tell a better one, so that a command in an incident's room
// finds its incident on the day when Slack's API is down.
func (r *reader) named(channel, thread, said string) place {
	p := r.at(channel, thread)
	if p.Room == "" && strings.HasPrefix(channel, "C") && !slices.Contains(placeholders, said) && !strings.HasPrefix(said, "mpdm-") {
		p.Room = "#" + said
	}
	return p
}

// placeholders stand where Slack does not send a name.
var placeholders = []string{"", "privategroup", "directmessage"}

// at is a place in Slack.
func (r *reader) at(channel, thread string) place {
	p := place{Channel: channel, Thread: thread}
	if channel == "" {
		return p
	}
	if name := strings.TrimPrefix(r.directory.RoomName(channel), "#"); name != "" {
		p.Room = "#" + name
	}
	return p
}

// root finds the root that a name behind "/" or "!" means.
func (r *reader) root(name string) (root string, known bool) {
	root, known = r.roots[strings.ToLower(name)]
	return root, known
}

// ask completes a request of a person at a place.
func (r *reader) ask(delivery, slackID string, at place, origin, root, text string) bot.Request {
	return bot.Request{Delivery: delivery, Platform: Name, Room: at.Room, Person: r.person(slackID), Root: root, Text: text, Origin: origin}
}

// pressed is the request of a button: words without a root, or with one behind
// a slash.
func (r *reader) pressed(delivery, slackID string, at place, command string) bot.Request {
	root, text := defaultRoot, command
	if name, rest := cut(command); strings.HasPrefix(name, "/") {
		if known, ok := r.root(name[1:]); ok {
			root, text = known, rest
		}
	}
	return r.ask(delivery, slackID, at, byButton, root, text)
}

// sentAt is the instant of a message, which is its id as well, to the second.
func sentAt(ts string) (time.Time, bool) {
	t, ok := momentOf(ts)
	return t.Truncate(time.Second), ok
}

// momentOf is the instant of a timestamp of Slack's: seconds, and behind the dot
// microseconds, which tell one thing from the next.
func momentOf(ts string) (time.Time, bool) {
	seconds, micros, _ := strings.Cut(ts, ".")
	if !unixSeconds.MatchString(seconds) {
		return time.Time{}, false
	}
	whole, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	part, err := strconv.ParseUint((micros + "000000")[:6], 10, 32)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(whole, int64(part)*1000).UTC(), true
}
