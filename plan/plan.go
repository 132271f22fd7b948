// Package plan is the continuity plan as code: what should happen, read from a
// folder of YAML and Markdown.
//
// Load reads a folder strictly and reports everything that is wrong with it at
// once. The plan it returns is never changed afterwards; the With methods
// return changed copies. consequences.go answers what the plan demands for an
// incident: who is paged, invited and kept informed.
package plan

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// changed ends the commit of a plan that differs from what its folder holds.
const changed = "+changed"

// Plan is one version of the continuity plan. It is safe for use by many
// goroutines; nobody may change its slices and maps.
type Plan struct {
	Dir    string    // the folder it was read from; empty for the empty plan
	Commit string    // names this version: "sha256:" and 12 hex digits of its files' digest
	Since  time.Time // when it came into force; zero when nobody has said, see InForce

	Services  []Service // by id
	People    []Person  // by id
	Teams     []Team    // by id
	Policy    Policy
	Templates map[string]string // name without ".md" -> Markdown

	Processes []Process  // by id
	Windows   []Window   // by id
	Regimes   []Regime   // by id
	Holidays  []Holidays // by name
	Playbooks []Playbook // by id
	Vendors   []Vendor   // by id
	Exercises []Exercise // by id

	places map[string]Place // see Where
}

// Service is something the organisation has to bring back.
type Service struct {
	ID           string
	Name         string // ID when the plan gives none
	Kind         string // a free word: network, storage, database ...
	Tier         int    // 0 (foundation) to 4
	RTO          time.Duration
	RPO          time.Duration     // meaningful when HasRPO
	HasRPO       bool              // false: the service inherits its dependants' RPO
	RecoveryWork time.Duration     // planned hands-on time to bring it up
	Team         string            // team id
	Owners       []string          // person ids; may be empty
	Deps         []Dep             // in the order of the file
	PagerDuty    InPagerDuty       // none: what its team is there
	Criteria     *Criteria         // nil: nobody has said when it is out
	Shed         *Shed             // nil: nobody has said whether it may be switched off
	Facts        map[string]string // what playbooks fill in: "host.primary" -> "db1"; may be nil
}

// Dep says that a service needs another one.
type Dep struct {
	To      string // service id
	Kind    DepKind
	Because string // may be empty
}

// DepKind says how much a service needs another one.
type DepKind string

const (
	Hard    DepKind = "hard"    // must be up first
	Soft    DepKind = "soft"    // degrades without it
	Data    DepKind = "data"    // must be up first and holds the authoritative data
	Startup DepKind = "startup" // needed only to start
)

// DepKinds lists the kinds a plan may name.
var DepKinds = []DepKind{Hard, Soft, Data, Startup}

// Ordering reports whether the dependency decides what is recovered first.
func (k DepKind) Ordering() bool { return k != Soft }

// Person is somebody who may act or be told.
type Person struct {
	ID        string
	Name      string   // ID when the plan gives none
	Groups    []string // standing groups, a subset of Groups; empty means a plain responder
	Guest     bool     // may read at most
	Phone     string   // may be empty
	Mail      string   // one address without a name; may be empty
	Manager   string   // person id; may be empty
	Zone      string   // IANA name; empty means the plan's zone
	Slack     string   // the member id in Slack, which never changes; may be empty
	PagerDuty string   // the user id in PagerDuty; may be empty
}

// Groups lists the standing groups a person may be in.
var Groups = []string{"responders", "commanders", "comms", "scribes", "legal", "pr", "execs", "approvers", "facilitators", "auditors"}

// In reports whether the person belongs to a standing group. Who is in no
// group is a responder; a guest is in none.
func (p Person) In(group string) bool {
	if p.Guest {
		return false
	}
	if len(p.Groups) == 0 {
		return group == "responders"
	}
	return slices.Contains(p.Groups, group)
}

// Team is a group of people that is paged together.
type Team struct {
	ID        string
	Name      string      // ID when the plan gives none
	Members   []string    // person ids
	OnCall    []string    // person ids, first the one to reach first
	Phone     string      // may be empty
	PageTo    string      // the pager's own name for the team; ID when the plan gives none
	PagerDuty InPagerDuty // may be none
}

// Empty returns the plan that knows nobody and nothing: default policy only.
func Empty() *Plan {
	return &Plan{Commit: "empty", Policy: DefaultPolicy(), Templates: map[string]string{}}
}

// Service returns the service with this id.
func (p *Plan) Service(id string) (Service, bool) {
	return lookup(p.Services, id, func(s Service) string { return s.ID })
}

// Person returns the person with this id, written without "@".
func (p *Plan) Person(id string) (Person, bool) {
	return lookup(p.People, id, func(x Person) string { return x.ID })
}

// PersonOfSlack returns the person with this member id in Slack.
func (p *Plan) PersonOfSlack(member string) (Person, bool) {
	if member == "" {
		return Person{}, false
	}
	at := slices.IndexFunc(p.People, func(x Person) bool { return x.Slack == member })
	if at < 0 {
		return Person{}, false
	}
	return p.People[at], true
}

// Team returns the team with this id.
func (p *Plan) Team(id string) (Team, bool) {
	return lookup(p.Teams, id, func(t Team) string { return t.ID })
}

// ServiceIDs lists the ids of all services, sorted.
func (p *Plan) ServiceIDs() []string {
	return ids(p.Services, func(s Service) string { return s.ID })
}

// PersonIDs lists the ids of all people, sorted.
func (p *Plan) PersonIDs() []string {
	return ids(p.People, func(x Person) string { return x.ID })
}

// TeamIDs lists the ids of all teams, sorted.
func (p *Plan) TeamIDs() []string {
	return ids(p.Teams, func(t Team) string { return t.ID })
}

// clone returns a plan that can be changed without touching p. Its commit says
// that it is no longer what the folder holds.
func (p *Plan) clone() *Plan {
	c := *p
	c.Services = slices.Clone(p.Services)
	c.People = slices.Clone(p.People)
	c.Teams = slices.Clone(p.Teams)
	c.Templates = maps.Clone(p.Templates)
	c.Commit = strings.TrimSuffix(p.Commit, changed) + changed
	return &c
}

func lookup[T any](all []T, id string, name func(T) string) (T, bool) {
	at, found := slices.BinarySearchFunc(all, id, func(x T, id string) int {
		return strings.Compare(name(x), id)
	})
	if !found {
		var none T
		return none, false
	}
	return all[at], true
}

func ids[T any](all []T, name func(T) string) []string {
	list := make([]string, 0, len(all))
	for _, x := range all {
		list = append(list, name(x))
	}
	return list
}
