package integrations

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// What an error of a provider means to the engine:
//
//   - a *fault.Error with Permanent set ends the effect: no retry can mend it,
//     as with a project that does not exist or a request the provider calls
//     malformed (400);
//   - an error with RetryAfter() is not tried again before that time (429), and
//     one that is Untouched() has left no doubt behind;
//   - every other error is tried again. That includes refused credentials
//     (401): a key that is being rotated works again without anybody touching
//     the incident, and meanwhile the page is reported as not confirmed and
//     the ticket as stuck, each with this reason.

// Failed says what a failed HTTP call means to the engine, for every provider
// alike. err comes from outbound; a provider that can read its own answers has
// put the reason into the failure's Says. Only with such a reason is 400, 404
// or 422 the end: without one it may be the answer of something else on the
// way, and a page is not given up for a proxy that restarts.
func Failed(provider string, err error) error {
	var f *outbound.Failure
	if errors.As(err, &f) {
		switch f.Status {
		case http.StatusUnauthorized, http.StatusForbidden:
			return &Unauthorized{Provider: provider, Status: f.Status}
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			if f.After > 0 {
				return &Throttled{Provider: provider, Status: f.Status, After: f.After}
			}
		case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity:
			if f.Says != "" {
				return lasting(fault.Newf(fault.Range, "Do it by hand, and mend what it names.",
					"%s will not do this, whatever is tried (%d): %s", provider, f.Status, outbound.Sentence(f.Says)))
			}
		}
	}
	return fmt.Errorf("%s: %w", provider, err)
}

// Throttled says that a provider wants to be left alone for a while.
type Throttled struct {
	Provider string
	Status   int // 429, or 503 with a time
	After    time.Duration
}

func (e *Throttled) Error() string {
	return fmt.Sprintf("%s answered %d: try again in %s", e.Provider, e.Status, e.After)
}

// RetryAfter is how long to wait at least.
func (e *Throttled) RetryAfter() time.Duration { return e.After }

// Untouched says that nothing was done: who answers 429 has not begun.
func (e *Throttled) Untouched() bool { return e.Status == http.StatusTooManyRequests }

// Unauthorized says that a provider does not accept Holdfast's credentials.
type Unauthorized struct {
	Provider string
	Status   int // 401 or 403
}

func (e *Unauthorized) Error() string {
	return fmt.Sprintf("%s answered %d: it does not accept Holdfast's credentials; check the configured key", e.Provider, e.Status)
}

// UnknownProject ends a ticket whose project the tracker does not have.
func UnknownProject(project string) error {
	return lasting(fault.Newf(fault.UnknownID,
		"Set ticket.project in the plan's policy.yaml to one it has; until then open the ticket by hand and `/incident ticket link` it.",
		"The tracker has no project %q.", project))
}

// UnknownTicket ends a link or comment whose ticket the tracker does not have.
func UnknownTicket(key string) error {
	return lasting(fault.Newf(fault.UnknownID, "Look the key up in the tracker and `/incident ticket link` the right one.",
		"The tracker has no ticket %q.", key))
}

// UnknownTarget ends a page whose target the pager does not have.
func UnknownTarget(target string) error {
	return lasting(fault.Newf(fault.UnknownID, "Call them by hand, and add the target to the pager.",
		"The pager has nobody to call for %q.", target))
}

// Undeliverable ends a mail that the server has refused for good, with a code of
// 500 to 599. says are its words.
func Undeliverable(to string, code int, says string) error {
	return lasting(fault.Newf(fault.Range, "Tell them another way, and mend the address in the plan, or what the server names.",
		"The mail server does not take a mail to %s, whatever is tried (%d): %s", to, code, outbound.Sentence(says)))
}

func lasting(f *fault.Error) error {
	f.Permanent = true
	return f
}
