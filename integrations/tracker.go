package integrations

import "context"

// NewTicket is a work item to be opened.
type NewTicket struct {
	Key      string // stored with the ticket as a label, to find it again
	Project  string // "OPS"
	Parent   string // the ticket below which it is opened, "OPS-310"; empty: none
	Title    string // one line
	Body     string // plain text
	Severity int    // 1 to 4
}

// Tracker keeps tickets. Every method makes one try; a failed one may have
// been done all the same. Errors are as errors.go describes them.
type Tracker interface {
	// Create opens a ticket and returns its name, "OPS-311". It opens another
	// one each time it is called: who is in doubt calls Find first.
	Create(ctx context.Context, t NewTicket) (id string, err error)
	// Find returns the ticket that carries a key as its label; found is false,
	// and err nil, when there is none.
	Find(ctx context.Context, key string) (id string, found bool, err error)
	// Link ties an incident to a ticket. The same globalID is the same link,
	// however often it is set.
	Link(ctx context.Context, ticket, incident, globalID string) error
	// Comment adds a text to a ticket. The same key is the same comment.
	Comment(ctx context.Context, ticket, text, key string) error
}
