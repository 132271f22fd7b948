package plan

import (
	"slices"
	"strings"
	"time"
)

// Vendor is a third party that services stand on: vendors/*.yaml.
type Vendor struct {
	ID        string
	Name      string
	Services  []string // service ids
	Critical  bool
	SLA       SLA
	Levels    []ContactLevel // whom to call, in order
	Verified  time.Time      // when the contacts were last tried; zero: never
	Phrase    string         // what to say first
	Contract  *Contract
	Circuits  []Circuit
	ReviewDue time.Time
	File      string
}

// SLA is what a vendor has promised. A zero duration is no promise.
type SLA struct {
	SupportAck  time.Duration
	RestoreTime time.Duration
	RPO         time.Duration
	Credit      string
	Evidence    []string // file or document references
	MeasuredAt  time.Time
}

// ContactLevel is one rung of a vendor's escalation.
type ContactLevel struct {
	Who     string
	Channel string // "phone:+44 ...", "mail:noc@...", "portal:https://..."
	Hours   string // "24x7", "09:00-17:00"
	Zone    string
	Wait    time.Duration
	Needs   []string // references, such as "contract", "vault:...#pin"
}

// Addresses are those of the vendor's contacts who read mail, in the order in
// which they are called.
func (v Vendor) Addresses() []string {
	var all []string
	for _, l := range v.Levels {
		if to, isMail := strings.CutPrefix(l.Channel, "mail:"); isMail && !slices.Contains(all, to) {
			all = append(all, to)
		}
	}
	return all
}

// Contract is what a vendor owes at the end.
type Contract struct {
	Ref               string
	TermEnd           time.Time
	NoticeDays        int
	TerminationAssist int               // days
	Clauses           map[string]string // clause -> where it stands; see Clauses
	ReviewedBy        string
	ReviewedAt        time.Time
}

// Clauses lists what a contract is read for.
var Clauses = []string{"data_return", "insolvency_access", "termination_assist", "format", "escrow", "audit", "subprocessors", "notice"}

// Circuit is a line between two sites.
type Circuit struct {
	ID           string
	Provider     string // vendor id
	AEnd, ZEnd   string
	KM           float64 // of its route; zero: not stated
	LOARef       string
	ContractedMS float64
	MeasuredP99  float64 // ms; zero: never measured
	Mbps         float64
	PathID       string
	TermEnd      time.Time
	NoticeDays   int
	LeadDays     int
	Contact      string
}
