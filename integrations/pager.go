// Package integrations is the contract between Holdfast and the systems it
// calls: who pages people, who keeps tickets. A child package is one provider;
// integrationstest is the suite that every provider passes.
package integrations

import "context"

// PageRequest is one call for somebody.
type PageRequest struct {
	Key      string // the dedup key: the same key is the same page, however often it is sent
	Target   string // "team:app", "service:payments-api" or "@person"
	Summary  string // one line, what the person called reads first
	Severity int    // 1 to 4
	Incident string // "INC-42"
	// Beside is the name of an earlier page of the incident that is not over; empty:
	// there is none. A pager may ask more people to come to that one.
	Beside string
}

// Pager calls people.
//
// Page returns the provider's name of the page. The same key never calls
// anybody twice: it returns the name that it got the first time. Both methods
// make one try and return when it is over; a failed Page may have called
// somebody all the same, which Find tells. Errors are as package integrations
// describes them in errors.go.
type Pager interface {
	Page(ctx context.Context, r PageRequest) (id string, err error)
	// Find returns the page that was made under a key; found is false, and err
	// nil, when there is none.
	Find(ctx context.Context, key string) (id string, found bool, err error)
}
