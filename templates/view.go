package templates

import (
	"time"

	"holdfast/incident"
)

// View is what a template may read.
type View struct {
	Incident incident.State
	Subject  string         // what the message is about: D1, U2, an effect's key, a role, a person
	Text     string         // words that no state holds, such as a page's text
	Now      time.Time      // the instant of drawing
	Zone     *time.Location // the room's; nil means UTC
	Answer   any            // what a command's reply is about, where the state does not hold it
}
