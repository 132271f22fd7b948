package console

import (
	"time"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// Kind says what has happened.
type Kind string

// The kinds of happenings.
const (
	Post   Kind = "post"   // a message in a room
	Edit   Kind = "edit"   // a message was replaced
	Direct Kind = "dm"     // a message to one person
	Reply  Kind = "reply"  // a private answer or follow-up
	Form   Kind = "form"   // a form was opened for a person
	Room   Kind = "room"   // a room was made
	Topic  Kind = "topic"  // a room's topic has changed
	Invite Kind = "invite" // a person was added to a room
	Speech Kind = "chat"   // what a person said where others hear it
	Remark Kind = "remark" // what the terminal has to say itself
)

// Event is something that somebody could see.
type Event struct {
	At      time.Time
	Kind    Kind
	To      string            // "#room" or "@person"; of an invitation the person
	Room    string            // of an invitation, a reply and a form the room it is about; may be empty
	From    string            // of speech the person's id
	Ref     string            // of a message or form
	Answers string            // of a reply the delivery it answers; empty of a follow-up
	Entry   string            // of a reply the first entry that was added: INC-1#4; may be empty
	Code    fault.Code        // of a reply that refuses
	Key     string            // of the effect that wanted it; may be empty
	Text    string            // as templates.Plain draws it
	Message templates.Message // of a post, edit, dm or reply
	Form    *bot.Form         // of a form
}
