package integrations

import (
	"fmt"
	"time"

	"holdfast/internal/fault"
)

// What an error of a provider means to the engine:
//
//   - a *fault.Error with Permanent set ends the effect: no retry can mend it,
//     as with a project that does not exist or a request the provider calls
//     malformed (400);
//   - an error with RetryAfter() is not tried again before that time (429);
//   - every other error is tried again. That includes refused credentials
//     (401): a key that is being rotated works again without anybody touching
//     the incident, and meanwhile the page is reported as not confirmed and
//     the ticket as stuck, each with this reason.

// Throttled says that a provider wants to be left alone for a while.
type Throttled struct {
	Provider string
	After    time.Duration
}

func (e *Throttled) Error() string {
	return fmt.Sprintf("%s answered 429: too many requests, try again in %s", e.Provider, e.After)
}

// RetryAfter is how long to wait at least.
func (e *Throttled) RetryAfter() time.Duration { return e.After }

// Unauthorized says that a provider does not accept Holdfast's credentials.
type Unauthorized struct{ Provider string }

func (e *Unauthorized) Error() string {
	return e.Provider + " answered 401: it does not accept Holdfast's credentials; check the configured key"
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

func lasting(f *fault.Error) error {
	f.Permanent = true
	return f
}
