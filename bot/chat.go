package bot

import "time"

// Change is what has become of a chat message, or of a reaction to it, since
// something was recorded of it. Where nothing was, it changes nothing, and
// nobody is told.
type Change struct {
	What string    // unreacted, edited, deleted
	Text string    // what the message says now, where it was edited
	At   time.Time // when, by the platform's clock; the same change has the same time
}

// What may become of a message.
const (
	Unreacted = "unreacted" // by the person of the request, whose reaction it was
	Edited    = "edited"    // by its author, the person of the request
	Deleted   = "deleted"   // by whom, a platform may not say
)
