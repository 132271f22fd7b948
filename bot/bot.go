// Package bot is the contract between Holdfast and a chat platform: what comes
// in, what goes out, and what a platform may be able to do. A child package is
// one platform; bottest is the suite that each passes.
package bot

import (
	"context"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Request is something a person asked for: typed, clicked, submitted or sent
// over the API. All of them pass through one parser.
type Request struct {
	Delivery string // the platform's id of this delivery; the same id is the same request
	Platform string // console, slack, teams
	Room     string // "#ops", or empty in a direct conversation
	Person   string // who, by the platform's immutable id
	Root     string // incident, continuity
	Text     string // the words after the root
	Origin   string // slash, mention, button, form, api, chat
	Form     *Form  // the form that was submitted, its fields filled
	// Message is the chat message that it is about and the reaction that has
	// asked, or nil where it is about none. What is made of a message says so.
	Message *incident.Message
	// Change is what has become of that message; the request has no words then.
	Change *Change
}

// Reply is the private answer to a request.
type Reply struct {
	Message templates.Message
	Form    *Form      // to be opened instead of, or beside, the message
	Code    fault.Code // empty when the request was accepted
	Ref     string     // the first entry it added: INC-42#4
	Journal string     // the incident it was about
	MoveTo  string     // the room a terminal session moves into
	File    string     // a file that was written for the person
	Content []byte     // of that file, where it is nothing that can be asked for again: a picture
	Interim bool       // it is still being recorded; the reply follows
	Verb    string     // of the command, in its first spelling; empty when it was none
}

// Form asks for what a command is missing. Submitting it is the same command,
// typed out.
type Form struct {
	ID     string  `json:"id"`           // names this opening, so that an answer finds its form
	Title  string  `json:"title"`        // "Declare an incident"
	Root   string  `json:"root"`         // of the command it completes
	Verb   string  `json:"verb"`         // declare, role claim
	Of     string  `json:"of,omitempty"` // the incident it is about; empty where there is none
	Submit string  `json:"submit"`       // label of the button
	Fields []Field `json:"fields"`       // in the order people fill them
	// Message is the chat message that it is about, or nil.
	Message *incident.Message `json:"message,omitempty"`
}

// Field is one question of a form.
type Field struct {
	Name     string   `json:"name"` // title, sev, because
	Label    string   `json:"label"`
	Kind     string   `json:"kind"`            // line, text, choice, person
	Value    string   `json:"value,omitempty"` // prefilled, or what was submitted
	Options  []string `json:"options,omitempty"`
	Required bool     `json:"required,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Error    string   `json:"error,omitempty"` // what is wrong with Value
}

// Handler answers requests. It never fails: what goes wrong is in the reply.
type Handler interface {
	Handle(ctx context.Context, r Request) Reply
}

// Message is something to be posted or replaced.
type Message struct {
	Key  string // of the effect; a platform stores it with the message, to find it again
	To   string // "#room" or "@person"
	Ref  string // the message to replace; empty posts a new one
	Body templates.Message
}

// Platform is the one ability every chat platform has.
type Platform interface {
	// Name is the platform's name in effect keys.
	Name() string
	// Post posts a message, or replaces the one it names, and returns its id.
	Post(ctx context.Context, m Message) (ref string, err error)
}

// Room is a room to be opened.
type Room struct {
	Name    string // "#inc-42-checkout-failing"
	Key     string // of the effect
	Private bool   // only who is invited may find it
}

// Rooms is a platform that can make rooms. Open returns the room's id and
// adopts a room that has the name already.
type Rooms interface {
	Open(ctx context.Context, r Room) (ref string, err error)
	Invite(ctx context.Context, room string, people []string) error
	SetTopic(ctx context.Context, room, topic string) error
}

// Finder is a platform that can look up a message by its effect key, before a
// doubtful one is posted again.
type Finder interface {
	Find(ctx context.Context, to, key string) (ref string, found bool, err error)
}

// Pins is a platform that can keep a message in sight. Pinning twice is pinning
// once.
type Pins interface {
	Pin(ctx context.Context, ref string) error
}

// Bookmarks is a platform that can keep a link at the head of a room. Keeping one
// twice is keeping it once; one of the same link or the same title is corrected.
type Bookmarks interface {
	Bookmark(ctx context.Context, room, title, link string) error
}

// Files is a platform that can hand a person a file, to nobody else.
type Files interface {
	Hand(ctx context.Context, person, name string, content []byte) error
}

// FollowUps is a platform that can add to a private reply later.
type FollowUps interface {
	FollowUp(ctx context.Context, to Request, m templates.Message) error
}
