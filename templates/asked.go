package templates

import "time"

// What the answers to `/continuity` show; they are a view's Answer. Durations
// and times are exact: a template rounds them.

// Inventory is what plan show shows.
type Inventory struct {
	Commit   string
	Since    *time.Time // when it came into force; nil when nobody knows
	Tiers    []Tier     // the strictest first
	Services int
	Teams    int
	People   int

	Processes, Windows, Playbooks, Vendors, Exercises int
}

// Tier is a tier with its services.
type Tier struct {
	Tier     int
	Services []string
	More     int // services that are left out
}
