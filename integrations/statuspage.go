package integrations

import (
	"context"

	"holdfast/internal/fault"
)

// Notice is one thing to be said on a status page about an incident, and how
// things stand when it is said.
type Notice struct {
	Incident   string            // what all notices of one incident have in common; says nothing to readers
	Key        string            // of this notice, stored with it, to find it again
	Name       string            // the headline, one line
	Status     string            // investigating, identified, monitoring, resolved
	Text       string            // plain text, as it was approved
	Components map[string]string // component -> operational, degraded_performance, partial_outage, major_outage
}

// OnPage is an incident as a status page has it.
type OnPage struct {
	ID   string // the page's name for it
	Last string // the key of the last notice about it
}

// StatusPage tells customers how things stand. Every method makes one try; a
// failed one may have been done all the same. Errors are as errors.go describes
// them.
type StatusPage interface {
	// Find returns the incident that notices of this key are about; found is
	// false, and err nil, when there is none.
	Find(ctx context.Context, incident string) (p OnPage, found bool, err error)
	// Open begins an incident with its first notice and returns the page's name
	// for it. It begins another one each time it is called: Find comes first.
	Open(ctx context.Context, n Notice) (id string, err error)
	// Update adds a notice to an incident of the page, and resolves it where the
	// notice says so. It says it again each time it is called: who is in doubt
	// looks with Find whether it was the last.
	Update(ctx context.Context, id string, n Notice) error
}

// UnknownOnPage ends a notice about an incident that somebody has taken off the
// page.
func UnknownOnPage(id string) error {
	return lasting(fault.Newf(fault.UnknownID, "Tell customers by hand; somebody may have deleted it there.",
		"The status page has no incident %q any more.", id))
}

// UnknownComponent ends a notice about a component that the page does not have.
func UnknownComponent(id string) error {
	return lasting(fault.Newf(fault.UnknownID, "Tell customers by hand, and mend statuspage.components in the plan's policy.yaml; `holdfast doctor` lists the components.",
		"The status page has no component %q.", id))
}

// UnknownPage ends a notice to a page that is not there.
func UnknownPage(id string) error {
	return lasting(fault.Newf(fault.UnknownID, "Tell customers by hand, and mend statuspage.page in the configuration; `holdfast doctor` asks the page.",
		"There is no status page %q, or Holdfast's user may not see it.", id))
}
