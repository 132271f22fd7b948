package templates

import (
	"strconv"
	"time"

	"holdfast/incident"
	"holdfast/readiness"
)

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

// Checked is what plan check shows.
type Checked struct {
	Commit                  string
	Errors, Warnings, Notes int
	Findings                []Found // the gravest first
	More                    int     // findings that are left out
}

// Found is one finding.
type Found struct {
	Level, Code, At, Message, Fix string // At is FILE:LINE
}

// ServiceCard is what service shows.
type ServiceCard struct {
	ID, Name, Kind string
	Tier           int
	RTO, RPO, Work incident.Dur
	HasRPO         bool   // false: nobody states one
	RPOThrough     string // the service whose RPO it is; empty when its own is
	Team, TeamName string
	Owners         []string
	Needs          []Edge
	NeededBy       []Edge
	MoreNeed       int // that need it and are left out
	Takes          int // how many services go with it
	Processes      []string
	Windows        []string
	Step           Step // where it stands in the recovery
}

// Edge is a dependency, seen from one of its ends.
type Edge struct {
	ID, Kind, Because string
}

// Order is what waves and deps show.
type Order struct {
	Of       string // the service that is asked about; empty for all
	Name     string
	Needs    int // services that have to be up before it
	NeededBy int // services that wait for it
	Soft     []string

	Services int
	Waves    int
	Ranks    []Rank
	More     int // waves that are left out

	Makespan  incident.Dur // with the slots of the plan
	Paths     []string     // critical: "net-core > san > db-payments"
	MorePaths bool         // there are others
	Length    incident.Dur // of a critical path
	Budget    incident.Dur // for detection and declaration, before something must breach
	Tightest  []string     // the services that set it
	Breaches  []Step       // those that come too late with the slots of the plan
	MoreLate  int          // that are left out
	Shortest  incident.Dur // with hands enough for everything at once
}

// Rank is one wave.
type Rank struct {
	Wave  int
	Steps []Step
	More  int // services that are left out
}

// Step is one service in the recovery.
type Step struct {
	ID, Team      string
	Tier          int
	RTO, Work     incident.Dur
	Within        incident.Dur // by when it must be back for all that need it: eff
	Earliest      incident.Dur // when it can be back with no wait for a team: EF
	Finish        incident.Dur // with the slots of the plan
	Slack         incident.Dur // what Finish leaves of the deadline; zero for a breach
	Late          incident.Dur // by how much it is a breach; zero for none
	Own           bool         // it is the one that is asked about
	Marks         []string     // INVERSION, INFEASIBLE, BREACH, TIGHT
	Hard          bool         // an inversion: it may be away as long as what needs it
	Through       string       // the service that decides Within; empty when its own RTO does
	ThroughWithin incident.Dur // by when that one must be back,
	ThroughWork   incident.Dur // and how long that takes
}

// Blast is what impact shows.
type Blast struct {
	ID         string
	Takes      int // services that go with it
	Others     int // all other services
	Ranks      []Rank
	More       int // waves that are left out
	Degrades   []string
	Processes  []string
	Owners     []string
	MoreOwners int
	Tightest   string // the first of them that has to be back
	RTO        incident.Dur
}

// Inversions is what inversions shows.
type Inversions struct {
	Count          int    // of those that are inverted
	Inverted       []Step // the tightest first
	More           int    // that are left out
	Infeasible     []Step
	MoreInfeasible int
	Services       int
}

// Stewards is what owners shows.
type Stewards struct {
	Owners []Steward
	More   int
	Gaps   []string // sentences
	Left   int      // gaps that are left out
	Owned  int      // services with an owner
	Of     int      // all services
	Only   bool     // the gaps alone are asked for
}

// Steward is a person with what they own.
type Steward struct {
	ID                  string
	Services, Processes []string
	More                int
}

// Analysis is what bia shows of one process.
type Analysis struct {
	ID, Name, Owner string
	Assessed        *time.Time
	Services        []string

	Grid         []Impact
	Unacceptable int      // from which level on it cannot be borne
	MTPD         string   // "6h", "at least 7d", "not assessed"
	Types        []string // what cannot be borne then
	WRT          incident.Dur
	Cap          string // the longest RTO that MTPD and WRT leave; empty: none
	Regulation   string // a cap of its own: "4h (DORA 11)"
	MaxRPO       string

	Frequency string // outages a year; empty: nobody has said
	WhatIf    bool   // the frequency is supposed
	Chosen    *Way   // the cheapest strategy; nil without a frequency, or when none is admitted
	Runner    string // the next best one
	BreakEven string // the frequency at which the two cost the same; empty: none
	Rows      []Way  // admitted, the cheapest first
	Dropped   []Way
	Evens     []Even // without a frequency: each pair of neighbours by yearly cost
	Planned   string // the strategy that the services are built for
}

// Even compares two strategies without a frequency.
type Even struct {
	Cheaper, Dearer string // by yearly cost
	At              string // outages a year, above which the dearer one costs less; empty: it never does
}

// Impact is one row of the grid.
type Impact struct {
	Type   string
	Levels []Level
}

// Level is how bad it is after a time.
type Level struct {
	After string // 1h
	Level int
	Bad   bool // it cannot be borne
}

// Way is a recovery strategy with what it comes to.
type Way struct {
	ID       string
	RTO, RPO incident.Dur
	Yearly   string   // "EUR 60,000"
	Loss     string   // of one outage, lost data included
	Total    string   // a year; empty without a frequency
	Dropped  []string // why it may not be chosen
	Chosen   bool
}

// Periods is what windows shows.
type Periods struct {
	At            time.Time
	Active, Next  []Period
	MoreActive    int // of those that are active, left out
	More          int // of those to come, left out
	Tightened     []Tightened
	MoreTightened int
	Inverted      []Step // by the tightened deadlines
	MoreInverted  int
	Late          []Step // that are not OK by them
	MoreLate      int
	Notes         []string
}

// Period is one occurrence of a window.
type Period struct {
	ID, Name             string
	From, To             time.Time
	Services             []string
	RTO                  incident.Dur
	Authority, Procedure string
}

// Tightened is a deadline that a window brings forward.
type Tightened struct {
	Service, Window string
	Due             time.Time
	Within          incident.Dur // from the outage
	Instead         incident.Dur // its RTO
}

// More is the last of a list that was cut: "4 more".
func More(n int) string { return strconv.Itoa(n) + " more" }

// Disputes is what disputes shows.
type Disputes struct {
	All       bool // those that are over too
	Disputes  []readiness.Dispute
	Confirmed readiness.Share
}

// Proposed is what has become of a decision's branch.
type Proposed struct {
	Service, Rating string
	Branch          string // empty when there is none
	Reason          string // why there is none
}

// Reviews is what review due shows, the longest overdue first.
type Reviews struct {
	Reviews            []Reviewed
	More               int // left out
	Current, Confirmed readiness.Share
}

// Reviewed is one line of it.
type Reviewed struct {
	Service string
	Review  readiness.Review
	Owners  []string
	Asked   []string // what has reopened it
}

// Acks is what plan acks shows.
type Acks struct {
	Playbooks []readiness.Held
	More      int    // left out
	One       bool   // one playbook is asked for
	Asks      bool   // the asker has to know it, and does not hold it as it is
	Since     string // what has changed since the asker has read it: "a1b2c3d.."; empty: they never have
	Commit    string // of the plan in force
}

// Drawn is a picture that stands for an answer.
type Drawn struct {
	Title, Says, Where string
}
