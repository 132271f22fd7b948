// Package incident holds the rules of incident command: what may be decided
// (one file per action), what a journal's entries add up to (fold.go), who may
// do what (permit.go) and what falls due (due.go). It is pure: time, ids and
// people are put in from outside, facts and refusals come out.
package incident

import (
	"slices"
	"strings"
	"time"

	"holdfast/journal"
)

// State is what the journal of one incident adds up to. Its JSON form is the
// answer of `holdfast status INC-1 --json` and is described in docs/state.md.
// It is a value: Apply returns a new one, and an older one stays readable.
type State struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Severity int      `json:"severity"`
	Assumed  bool     `json:"severity_assumed,omitempty"`
	Phase    string   `json:"phase"`
	Health   string   `json:"health,omitempty"`
	Impact   string   `json:"impact,omitempty"`
	Services []string `json:"services"`
	Owners   []string `json:"owners,omitempty"`
	Drill    bool     `json:"drill"`
	Private  bool     `json:"private"`
	Retro    bool     `json:"retro,omitempty"`
	Room     string   `json:"room,omitempty"`
	Platform string   `json:"platform,omitempty"`
	Zone     string   `json:"zone,omitempty"`

	T0 *time.Time `json:"t0,omitempty"` // impact start
	TD *time.Time `json:"td,omitempty"` // detected
	TK *time.Time `json:"tk,omitempty"` // acknowledged
	TC *time.Time `json:"tc,omitempty"` // declared
	TR *time.Time `json:"tr,omitempty"` // technically restored
	TV *time.Time `json:"tv,omitempty"` // verified by the business owner
	TX *time.Time `json:"tx,omitempty"` // closed

	Deadlines []Deadline `json:"deadlines,omitempty"` // by when the services have to be back, the first to come first

	Roles     Roles             `json:"roles"`
	Offers    []Offer           `json:"offers"` // open ones only
	Updates   map[string]Update `json:"updates,omitempty"`
	Drafts    []Draft           `json:"drafts,omitempty"`
	Sent      []Sent            `json:"sent,omitempty"`
	Approvals []Approval        `json:"approvals,omitempty"`
	OnPage    *OnPage           `json:"on_page,omitempty"` // what customers read now
	Tasks     []Task            `json:"tasks"`
	Followups []Followup        `json:"followups"`
	Decisions []Decision        `json:"decisions"`
	Notes     []Note            `json:"notes,omitempty"`
	Tickets   []Ticket          `json:"tickets"`
	Pages     []Page            `json:"pages"`
	Joined    []string          `json:"joined,omitempty"`
	Followers []Follower        `json:"followers,omitempty"`

	Summary      string     `json:"summary,omitempty"` // of the resolution
	ResolvedBy   string     `json:"resolved_by,omitempty"`
	VerifiedBy   string     `json:"verified_by,omitempty"`
	ClosedAs     string     `json:"closed_as,omitempty"`
	MergedInto   string     `json:"merged_into,omitempty"`     // the incident it goes on in
	MergedRoom   string     `json:"merged_room,omitempty"`     // and its room, unless that one is private
	Absorbed     []Part     `json:"absorbed,omitempty"`        // the incidents that go on in this one
	Missed       []Miss     `json:"missed,omitempty"`          // services that came back later than they had to
	Unclaimed    *time.Time `json:"unclaimed_since,omitempty"` // command has no appointed holder since
	UnclaimedRed bool       `json:"unclaimed_red,omitempty"`

	Pending int `json:"pending"` // effects neither settled, failed nor abandoned
	Failed  int `json:"failed"`  // effects given up
	// Frozen says why the journal takes no more entries, when earlier damage has
	// ended it. Who reads the store fills it in.
	Frozen  string `json:"frozen,omitempty"`
	Entries uint64 `json:"entries"`
	Head    string `json:"head"` // hash of the last entry

	Plan Pin `json:"plan"`

	Terms  Terms          `json:"-"`
	Outbox journal.Outbox `json:"-"`

	objectives []Objective
	room       string   // the key of the effect that has last wanted the room
	former     []string // titles it had before
	merged     merged
	news       []journal.Entry // what followers are told of, oldest first
	holders    []holder        // in the order they came into office
	newer      string          // an unknown kind, when the journal holds one
	seen       []seen
	closedOffs []Offer // offers that are over, for a word that comes too late
	denials    []denial
	made       []Made               // of messages in chat, oldest first
	reminders  map[string]time.Time // timer name -> due time it was last fired for
}

// Roles says who holds what.
type Roles struct {
	Commander string            `json:"commander,omitempty"`
	Acting    string            `json:"acting,omitempty"` // until somebody claims or accepts
	Comms     string            `json:"comms,omitempty"`
	Deputy    string            `json:"deputy,omitempty"`
	Scribe    string            `json:"scribe,omitempty"`
	Leads     map[string]string `json:"leads,omitempty"` // team -> person
}

// Offer is a role that waits for its addressee's word.
type Offer struct {
	Role    string    `json:"role"`
	To      string    `json:"to"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires"`
	Seq     uint64    `json:"seq"`
}

// Update is one audience's cadence.
type Update struct {
	Due    *time.Time `json:"due,omitempty"`
	Last   *time.Time `json:"last,omitempty"`
	Missed bool       `json:"missed"` // a due time has passed without an update
	// MissedDue is the first due time that has passed since the last update.
	MissedDue *time.Time `json:"missed_due,omitempty"`
	missedSeq uint64     // the entry that says so
	SentCount int        `json:"sent"`
	DueCount  int        `json:"due_times"` // due times that have come, for "4 of 5"
}

// Draft is an update that has not been sent.
type Draft struct {
	ID       string `json:"id"`
	Audience string `json:"audience"`
	Text     string `json:"text"`
	By       string `json:"by"`
	Seq      uint64 `json:"seq"`
	// Corrected is the entry that superseded its text.
	Corrected uint64 `json:"corrected,omitempty"`
	Withdrawn bool   `json:"withdrawn,omitempty"` // it is not to be sent
}

// Sent is an update that went out.
type Sent struct {
	ID       string     `json:"id"`
	Audience string     `json:"audience"`
	Text     string     `json:"text"`
	By       string     `json:"by"`
	At       time.Time  `json:"at"`
	Next     *time.Time `json:"next,omitempty"`
	Late     int        `json:"late_minutes,omitempty"`
	Seq      uint64     `json:"seq"`
	Public   *Public    `json:"public,omitempty"`      // what customers see around it
	Approved []string   `json:"approved_by,omitempty"` // by whom, where somebody had to
	Vendors  []Supplier `json:"vendors,omitempty"`     // whom of them it is for
}

// Task is work during the incident.
type Task struct {
	ID        string     `json:"id"`
	Text      string     `json:"text"`
	Owner     string     `json:"owner,omitempty"`
	Due       *time.Time `json:"due,omitempty"`
	State     string     `json:"state"` // open, blocked, done
	Reason    string     `json:"reason,omitempty"`
	By        string     `json:"by"`
	Seq       uint64     `json:"seq"`
	Corrected uint64     `json:"corrected,omitempty"` // the entry that superseded its text

	changed time.Time // when its state was last changed in the room; zero: never
}

// Followup is work after the incident.
type Followup struct {
	ID        string     `json:"id"`
	Text      string     `json:"text"`
	Owner     string     `json:"owner,omitempty"`
	Due       *time.Time `json:"due,omitempty"`
	State     string     `json:"state"` // open, done
	By        string     `json:"by"`
	Seq       uint64     `json:"seq"`
	Corrected uint64     `json:"corrected,omitempty"`
	Withdrawn bool       `json:"withdrawn,omitempty"` // it needs no owner
}

// Decision is a choice with its reason.
type Decision struct {
	ID           string    `json:"id"`
	Text         string    `json:"text"`
	Because      string    `json:"because"`
	Alternatives []string  `json:"alternatives,omitempty"`
	Reversible   string    `json:"reversible,omitempty"`
	By           string    `json:"by"`
	At           time.Time `json:"at"`
	Seq          uint64    `json:"seq"`
	Corrected    uint64    `json:"corrected,omitempty"` // the entry that superseded its text
}

// Note is a remark for the record.
type Note struct {
	Text      string    `json:"text"`
	Tag       string    `json:"tag,omitempty"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Seq       uint64    `json:"seq"`
	Corrected uint64    `json:"corrected,omitempty"`
}

// Ticket is a work item in the tracker.
type Ticket struct {
	Key     string          `json:"key,omitempty"` // OPS-311, once known
	Title   string          `json:"title,omitempty"`
	Outcome journal.Outcome `json:"outcome"`
	Effect  string          `json:"effect,omitempty"` // the effect's key
	Task    string          `json:"task,omitempty"`   // the task that it stands for
	Status  string          `json:"status,omitempty"` // where somebody has moved it in the tracker, as that names it
	Seq     uint64          `json:"seq"`

	Change uint64 `json:"-"` // the last change in the tracker that was taken in

	since time.Time // when a ticket that was there before was linked
}

// Page is somebody called.
type Page struct {
	ID           string          `json:"id,omitempty"` // PG-1, once the pager accepted
	To           string          `json:"to"`
	Text         string          `json:"text"`
	Outcome      journal.Outcome `json:"outcome"`
	Unconfirmed  bool            `json:"unconfirmed,omitempty"` // the fallback ladder has started
	Lost         bool            `json:"lost,omitempty"`        // the pager had accepted it, and does not know it
	Acknowledged string          `json:"acknowledged_by,omitempty"`
	Stranger     bool            `json:"acknowledged_by_stranger,omitempty"` // that is a name, of somebody the plan does not know
	Turn         string          `json:"turn,omitempty"`                     // the last that the pager did with it: escalated, reassigned, unacknowledged, resolved
	With         []Reached       `json:"with,omitempty"`                     // who has it since it was passed on
	Effect       string          `json:"effect"`
	Asked        time.Time       `json:"asked"`
	Seq          uint64          `json:"seq"`
	answered     time.Time       // when it was acknowledged
	turned       time.Time       // when it last took a turn
	heard        []string        // the pager's records that are facts by now
}

// The phases. Resolved and closed are reached by their own verbs only.
const (
	Investigating = "investigating"
	Identified    = "identified"
	Recovering    = "recovering"
	Monitoring    = "monitoring"
	PhaseResolved = "resolved"
	PhaseClosed   = "closed"
)

// What a list says of an incident whose journal cannot be read: for now, or
// never again.
const (
	PhaseUnreadable = "unreadable"
	PhaseLost       = "lost"
)

// Phases lists those that `phase` may set.
var Phases = []string{Investigating, Identified, Recovering, Monitoring}

// The roles a person may hold; a lead is "lead:TEAM".
const (
	Commander = "commander"
	Comms     = "comms"
	Deputy    = "deputy"
	Scribe    = "scribe"
	Lead      = "lead:" // a prefix
)

// Audiences of updates.
const (
	Team     = "team"
	Exec     = "exec"
	Customer = "customer" // on the status page, when a second person has approved the text
	Vendor   = "vendor"   // by mail, to those whose services are in the incident
)

// Open says whether the incident can still be worked on.
func (s State) Open() bool { return s.Phase != PhaseClosed && s.Entries > 0 }

// InCommand returns the commander, or the acting one.
func (s State) InCommand() string {
	if s.Roles.Commander != "" {
		return s.Roles.Commander
	}
	return s.Roles.Acting
}

// Newer returns the kind of fact this version does not know, or "".
func (s State) Newer() string { return s.newer }

// Holder returns who holds a role, or "".
func (s State) Holder(role string) string {
	switch role {
	case Commander:
		return s.Roles.Commander
	case Comms:
		return s.Roles.Comms
	case Deputy:
		return s.Roles.Deputy
	case Scribe:
		return s.Roles.Scribe
	}
	if team, isLead := strings.CutPrefix(role, Lead); isLead {
		return s.Roles.Leads[team]
	}
	return ""
}

// RolesOf returns every role a person holds, command first; an acting
// commander holds none by that.
func (s State) RolesOf(person string) []string {
	var held []string
	for _, role := range []string{Commander, Deputy, Comms, Scribe} {
		if s.Holder(role) == person {
			held = append(held, role)
		}
	}
	var leads []string
	for team, who := range s.Roles.Leads {
		if who == person {
			leads = append(leads, Lead+team)
		}
	}
	slices.Sort(leads)
	return append(held, leads...)
}

// Offer returns the open offer of a role.
func (s State) Offer(role string) (Offer, bool) {
	i := slices.IndexFunc(s.Offers, func(o Offer) bool { return o.Role == role })
	if i < 0 {
		return Offer{}, false
	}
	return s.Offers[i], true
}

// PublicTitle is the title as it may stand outside of the incident's own room:
// that of a private incident is withheld.
func (s State) PublicTitle() string {
	if s.Private {
		return s.ID + " (private)"
	}
	return s.Title
}

// seen is the last thing a person did in a room, to notice a repeat and a
// silence.
type seen struct {
	person, room, print string
	at                  time.Time
	seq                 uint64
}

// holder is who holds a role since which entry.
type holder struct {
	role, person string
	seq          uint64
}

type denial struct {
	person, rule string
	at           time.Time
}

// LastActor returns who wrote the latest entry a person asked for, or "".
func (s State) LastActor() string {
	var last seen
	for _, x := range s.seen {
		if x.seq >= last.seq {
			last = x
		}
	}
	return last.person
}

// LastSeq returns the number of the last entry a person asked for, or 0.
func (s State) LastSeq(person string) uint64 {
	var last uint64
	for _, x := range s.seen {
		if x.person == person {
			last = max(last, x.seq)
		}
	}
	return last
}
