package readiness

import (
	"slices"
	"time"

	"holdfast/journal"
)

// State is what the journal adds up to. docs/state.md lists its paths.
type State struct {
	Services  map[string]Standing `json:"services"`  // by id; only what was said of them
	Disputes  []Dispute           `json:"disputes"`  // in the order they were opened
	Playbooks map[string][]Ack    `json:"playbooks"` // by id: who holds which version, by person
	Digested  *time.Time          `json:"digested,omitempty"`
	Pending   int                 `json:"pending"` // effects that are neither settled, failed nor abandoned
	Failed    int                 `json:"failed"`
	Entries   uint64              `json:"entries"`
	Head      string              `json:"head"`
	// Frozen says why the journal takes no more entries, when earlier damage has
	// cut it short; it is set when the journal is read, never by an entry.
	Frozen string `json:"frozen,omitempty"`

	Outbox journal.Outbox `json:"-"`

	since   time.Time // of the first entry
	newer   string
	denials []denial
}

type denial struct {
	person, rule string
	at           time.Time
}

// Standing is what was said of one service.
type Standing struct {
	IT       *Rating     `json:"it,omitempty"`       // nil: the plan's own values
	Business *Rating     `json:"business,omitempty"` // nil: nobody has said
	Assessed *Assessment `json:"assessed,omitempty"` // in this journal; nil: as the plan says
	Triggers []Trigger   `json:"triggers"`           // since then

	told    time.Time // the due day that was told last
	overdue time.Time // the due day whose grace has been told to be over
	carded  uint64    // the entry that has asked for a card last
}

// Rating is how one side rates a service.
type Rating struct {
	Standard
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Because string    `json:"because,omitempty"`
	Plan    Standard  `json:"plan"` // what the plan said then
}

// Assessment is when somebody has last looked at a rating.
type Assessment struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// Trigger is why a rating has to be looked at before its time.
type Trigger struct {
	Kind string      `json:"kind"`
	Ref  string      `json:"ref"`
	At   time.Time   `json:"at"`
	TTR  journal.Dur `json:"ttr,omitempty"` // of an incident
	RTO  journal.Dur `json:"rto,omitempty"`
	seq  uint64
}

// TriggerKinds lists what can make a review due. The calendar does so by itself.
var TriggerKinds = []string{ByCalendar, ByChange, ByIncident, ByDependency, ByOwner}

// What can make a review due.
const (
	ByCalendar   = "calendar"
	ByChange     = "change"
	ByIncident   = "incident"
	ByDependency = "dependency"
	ByOwner      = "owner"
)

// The states of a dispute.
const (
	Open      = "open"
	Decided   = "decided"
	Withdrawn = "withdrawn"
)

// Dispute is a service that IT and the business rate too differently.
type Dispute struct {
	ID       string    `json:"id"`
	Service  string    `json:"service"`
	State    string    `json:"state"` // open, decided, withdrawn
	IT       Side      `json:"it"`
	Business Side      `json:"business"`
	InForce  Standard  `json:"in_force"` // the stricter one while open, then what was decided
	Plan     Standard  `json:"plan"`     // what the plan said when it was opened
	Opened   time.Time `json:"opened"`
	Due      time.Time `json:"due"`
	Decider  string    `json:"decider,omitempty"`
	Overdue  bool      `json:"overdue,omitempty"`
	Decision *Decision `json:"decision,omitempty"`

	stated []string // everybody who has, on either side, since it was opened
}

// Decision is how a dispute has ended.
type Decision struct {
	By          string     `json:"by"`
	At          time.Time  `json:"at"`
	Because     string     `json:"because"`
	AcceptUntil *time.Time `json:"accept_until,omitempty"`
	Expired     bool       `json:"expired,omitempty"` // told
}

// Newer names the kind of a fact that this version does not know, "" when it
// knows all.
func (s State) Newer() string { return s.newer }

// Standing returns what was said of a service; the zero value for nothing.
func (s State) Standing(service string) Standing { return s.Services[service] }

// Dispute returns the dispute of this id.
func (s State) Dispute(id string) (Dispute, bool) {
	i := slices.IndexFunc(s.Disputes, func(d Dispute) bool { return d.ID == id })
	if i < 0 {
		return Dispute{}, false
	}
	return s.Disputes[i], true
}

// OpenDispute returns the open dispute about a service.
func (s State) OpenDispute(service string) (Dispute, bool) { return s.disputeIn(service, Open) }

// disputeIn returns the latest dispute about a service in a state.
func (s State) disputeIn(service, state string) (Dispute, bool) {
	for _, d := range slices.Backward(s.Disputes) {
		if d.Service == service && d.State == state {
			return d, true
		}
	}
	return Dispute{}, false
}

// isParty says whether somebody has stated one of the ratings, also one that
// another of the same side has stated anew since.
func (d Dispute) isParty(person string) bool {
	return person != "" && (d.IT.By == person || d.Business.By == person || slices.Contains(d.stated, person))
}
