package standin

import (
	"sync"
	"time"
)

// Event is something that has reached a provider and that it has done.
type Event struct {
	At   time.Time
	Kind string // page, ticket, link, comment, transition
	To   string // whom or what: team:app, "new" for a ticket, the ticket's key
	Ref  string // the provider's name for it: PG-1, OPS-1
	Text string
	Key  string // the key it came under
}

// The kinds of events.
const (
	Page       = "page"
	Ticket     = "ticket"
	Link       = "link"
	Comment    = "comment"
	Transition = "transition"
	Note       = "note"          // on a page
	Update     = "status update" // of a page
)

// audience is who is told about events. The zero value has nobody.
type audience struct {
	mu  sync.Mutex
	all []func(Event)
}

// On has f told of every event from now on, in the order of the calls that
// caused them. f runs inside the call.
func (a *audience) On(f func(Event)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, f)
}

func (a *audience) tell(e Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.all {
		f(e)
	}
}
