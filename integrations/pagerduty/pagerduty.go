// Package pagerduty is a pager: people are called by PagerDuty, by an incident
// on one of its services or by an event, and what becomes of a page comes back.
// docs/pagerduty.md sets it up.
package pagerduty

import (
	"regexp"
	"strings"

	"holdfast/integrations"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
	"holdfast/plan"
)

// Options say where PagerDuty is, and as whom Holdfast speaks there.
type Options struct {
	Key        string            // of the REST API
	From       string            // the login mail of the user that Holdfast acts as
	Service    string            // id of the service on which incidents are opened that no service of the plan names
	RoutingKey string            // of an Events API v2 integration, for teams and services without an id; may be empty
	Priorities []string          // ids of the priorities of SEV1 to SEV4; none: incidents have no priority
	Further    string            // how more people are called: "incident", each by one of their own; "responders", to the one there is; incident when empty
	Region     string            // "us" or "eu"
	API        string            // base of the REST API; that of the region when empty
	Events     string            // base of the Events API; that of the region when empty
	HTTP       *outbound.Client  // makes the calls
	Clock      clock.Clock       // nil: the system's
	Plan       func() *plan.Plan // who is who in PagerDuty
}

// The regions and where their two interfaces are.
var regions = map[string]struct{ api, events string }{
	"us": {"https://api.pagerduty.com", "https://events.pagerduty.com"},
	"eu": {"https://api.eu.pagerduty.com", "https://events.eu.pagerduty.com"},
}

// The ways in which more people are called for an incident that has a page.
const (
	EachOwn    = "incident"
	Responders = "responders"
)

// Pager calls people through PagerDuty. It is safe for concurrent use.
type Pager struct {
	o      Options
	onCall onCallCache
	asked  askedCache
}

var (
	_ integrations.Pager      = (*Pager)(nil)
	_ integrations.OnCaller   = (*Pager)(nil)
	_ integrations.PageStates = (*Pager)(nil)
	_ integrations.PageNotes  = (*Pager)(nil)
)

var (
	thing = regexp.MustCompile(`^[A-Z0-9]{6,20}$`)
	mail  = regexp.MustCompile(`^[^\s@<>,;]+@[^\s@<>,;]+$`)
	token = regexp.MustCompile(`^[!-~]{8,200}$`)
)

// New returns a pager, without calling PagerDuty.
func New(o Options) (*Pager, error) {
	region, known := regions[o.Region]
	refuse := func(next, format string, args ...any) (*Pager, error) {
		return nil, fault.Newf(fault.Usage, next, format, args...)
	}
	switch {
	case !known:
		return refuse("It is us or eu.", "There is no region %q of PagerDuty.", o.Region)
	case !token.MatchString(o.Key):
		return refuse("Make one in PagerDuty under Integrations, API Access Keys.", "The REST API key of PagerDuty is none.")
	case o.RoutingKey != "" && !token.MatchString(o.RoutingKey):
		return refuse("Copy the integration key of the Events API v2 integration.", "The routing key of PagerDuty is none.")
	case !mail.MatchString(o.From):
		return refuse("Give the login mail of the user that Holdfast acts as.", "%q is no mail address.", o.From)
	case !thing.MatchString(o.Service):
		return refuse("Copy the last part of the address of the service's page in PagerDuty.", "%q is no id of a service in PagerDuty.", o.Service)
	case o.Further != "" && o.Further != EachOwn && o.Further != Responders:
		return refuse("It is incident or responders.", "There is no way %q of calling more people.", o.Further)
	case len(o.Priorities) != 0 && len(o.Priorities) != 4:
		return refuse("Give four, from SEV1 to SEV4, or none.", "There are %d priorities of PagerDuty.", len(o.Priorities))
	}
	for _, id := range o.Priorities {
		if !thing.MatchString(id) {
			return refuse("`holdfast doctor` lists those there are.", "%q is no id of a priority in PagerDuty.", id)
		}
	}
	for base, usual := range map[*string]string{&o.API: region.api, &o.Events: region.events} {
		if *base == "" {
			*base = usual
		}
		if _, err := outbound.ParseURL(*base); err != nil {
			return nil, err
		}
		*base = strings.TrimRight(*base, "/")
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	return &Pager{o: o, onCall: onCallCache{answers: map[string]onCallAnswer{}}}, nil
}
