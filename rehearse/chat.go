package rehearse

import (
	"context"
	"io"

	"holdfast/bot"
	"holdfast/internal/clock"
	"holdfast/plan"
	"holdfast/rehearse/standin"
	"holdfast/templates"
)

// Chat is a chat in which a scenario is played. It outlives the processes that
// talk to it, fails as it is told, and tells what people see to Site.See. It
// does nothing by itself: when a call has returned, everything has happened
// that came of it.
type Chat interface {
	// Act lets a person do something. What comes of it for the bot is in the
	// delivery, and has not been handed in. An error says why nobody could do
	// that there.
	Act(a PersonAct) (Delivery, error)
	// Redeliver is the last delivery that asked for something once more, under
	// the same id.
	Redeliver() (Delivery, error)
	// Connect gives a process its way into the chat, in place of the one before.
	// As soon as alive returns false the process reaches nobody any more.
	Connect(ctx context.Context, alive func() bool) (Connection, error)
}

// Connection is a chat as one process reaches it. It has those abilities of
// bot beside these that its platform has.
type Connection interface {
	bot.Platform
	bot.FollowUps
}

// Delivery is one thing a person does, on its way to the bot.
type Delivery struct {
	ID   string // the same when it is redelivered; empty for what never reaches the bot
	Who  string
	Said string // as the transcript shows it
	Asks bool   // it asks for something: it is neither plain chat nor the end of a form
	// Hand hands it to the process that is connected, and returns when the
	// answer can be seen. ask is called at most once. Several may be handed in at
	// once. It is nil where there is nothing to be handed in.
	Hand func(ctx context.Context, ask Ask)
}

// Ask puts a request to the bot. Unless it was answered, because the process
// has died, the person sees nothing.
type Ask func(ctx context.Context, q bot.Request) (reply bot.Reply, answered bool)

// Site is what a chat is built on.
type Site struct {
	Clock     clock.Clock
	Faults    *standin.Faults // strikes whatever a process calls
	People    func() *plan.Plan
	Templates func() *templates.Set
	Rooms     []string // rooms that are there from the start, "#ops"
	// KeyOf returns the key of the effect that an entry, INC-1#3, has asked for;
	// a message is known by it.
	KeyOf func(ref string) (key string, ok bool)
	// Record writes the record of an incident in a format; nil where nothing can
	// be exported.
	Record func(ctx context.Context, w io.Writer, id, format string) error
	See    func(Event) // told what people see, in order
}

// NewChat builds an empty chat.
type NewChat func(Site) (Chat, error)

// The chats a scenario can name. The terminal's is built in; it has no
// reactions, message menus, edits or deletions.
const (
	Terminal = "console"
	Slack    = "slack"
)
