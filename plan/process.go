package plan

import "time"

// Process is what the business does with the help of services, and what its
// absence costs: one business impact analysis, bia/*.yaml.
type Process struct {
	ID         string
	Name       string    // ID when the plan gives none
	Owner      string    // person id
	Services   []string  // service ids that the process cannot do without
	AssessedAt time.Time // zero: never
	AssessedBy string    // person id; empty: the owner

	Points       []time.Duration  // after which impact was judged, ascending
	Levels       map[string][]int // impact type, see ImpactTypes -> a level 0 to 4 for each point
	Unacceptable int              // the lowest level that cannot be borne
	WRT          time.Duration    // work recovery time: from restored to verified
	MBCO         int              // minimum business continuity objective, percent; 0: not stated

	Bands           []Band
	Frequency       float64 // outages a year, meaningful when HasFrequency
	HasFrequency    bool    // false: no totals are computed, see plan/bia
	DataLossPerHour Money   // what an hour of lost data costs
	Currency        string  // of every amount here: "EUR"
	Cap             time.Duration
	CapCite         string // the regulation that demands Cap; Cap is zero when there is none
	MaxRPO          time.Duration
	HasMaxRPO       bool
	Strategies      []Strategy
	Chosen          string // id of the strategy the services are built for; empty: not yet chosen
}

// ImpactTypes lists the kinds of impact that are judged.
var ImpactTypes = []string{"financial", "customer", "regulatory", "reputational", "safety"}

// Money is an amount in hundredths of a currency's unit.
type Money int64

// Band is what an hour of absence costs between two instants after its begin.
type Band struct {
	From    time.Duration
	To      time.Duration // zero: for ever
	PerHour Money
}

// Strategy is one way to recover, with what it achieves and costs.
type Strategy struct {
	ID         string
	Name       string
	RTO        time.Duration
	RPO        time.Duration
	AnnualCost Money
}
