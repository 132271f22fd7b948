// Package pagerduty is a stand-in for PagerDuty: its Events API v2, the part of
// its REST API that pages people, and its signed webhooks. It reads PagerDuty's
// published interface for itself and shares no code with the side that calls,
// so that the two are witnesses of each other: what that interface does not
// know, it refuses.
package pagerduty

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"holdfast/internal/clock"
	"holdfast/rehearse/standin"
)

// User is somebody with a login.
type User struct{ ID, Name, Mail string }

// Policy is an escalation policy: who is called first, second and so on.
type Policy struct {
	ID     string
	Levels [][]string // ids of users
}

// Service is what incidents are opened on.
type Service struct{ ID, Policy string }

// Account is what an account holds before anything happens.
type Account struct {
	Key         string            // of the REST API
	RoutingKeys map[string]string // of the Events API -> id of the service
	Users       []User
	Policies    []Policy
	Services    []Service
	Schedules   map[string][]string // id -> ids of users on call
	Priorities  []string            // ids, the gravest first
	Secrets     []string            // each signs every webhook
	// NoResponders is an account whose plan does not let it ask for responders.
	NoResponders bool
	PageSize     int // the most results at once; 100 when zero
}

// Incident is one incident as it stands.
type Incident struct {
	ID, Number, Title, Key, Service, Policy string
	Status                                  string // triggered, acknowledged, resolved
	Severity                                string // of the event; empty for one that was opened
	Priority, Urgency                       string
	Assigned                                []string
	Opened                                  time.Time

	Notes   []string // as they were written
	Updates []string // status updates
	Asked   []Responder

	level int
	event bool // came by an event
	log   []logged
}

// Responder is somebody who was asked to come to an incident.
type Responder struct {
	User, Message, State string // pending, joined, declined
	at                   time.Time
}

type logged struct {
	id, kind, agent string
	at              time.Time
	to              []string
}

// PagerDuty is one account. It is safe for concurrent use; it fails as its
// Faults are told to.
type PagerDuty struct {
	*standin.Faults
	clock clock.Clock

	mu         sync.Mutex
	account    Account
	incidents  []*Incident
	calls      []Call
	told       []func(Call)
	deliveries []Delivery
	swallows   bool
	names      int
}

// New returns an account in which nothing has happened.
func New(a Account, c clock.Clock) *PagerDuty {
	if a.PageSize == 0 {
		a.PageSize = 100
	}
	return &PagerDuty{Faults: standin.NewFaults("PagerDuty", c), clock: c, account: a}
}

// Swallow makes the Events API accept what becomes nothing, as for a service
// that is switched off.
func (p *PagerDuty) Swallow(yes bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.swallows = yes
}

// Drop removes an escalation policy, as somebody may who does not know who
// pages by it.
func (p *PagerDuty) Drop(policy string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.account.Policies = slices.DeleteFunc(p.account.Policies, func(x Policy) bool { return x.ID == policy })
}

// Incidents returns all incidents, oldest first.
func (p *PagerDuty) Incidents() []Incident {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Incident
	for _, i := range p.incidents {
		all = append(all, *i)
	}
	return all
}

// name returns an id that nothing has yet.
func (p *PagerDuty) name(prefix string) string {
	p.names++
	return fmt.Sprintf("%s%06d", prefix, p.names)
}

// opened adds an incident. mu is held.
func (p *PagerDuty) opened(i Incident, agent string) *Incident {
	i.ID, i.Number, i.Status, i.Opened = p.name("Q"), fmt.Sprint(len(p.incidents)+1), "triggered", p.clock.Now()
	if len(i.Assigned) == 0 {
		i.Assigned = p.level(i.Policy, 0)
	}
	p.incidents = append(p.incidents, &i)
	p.write(&i, "trigger", agent, nil)
	p.write(&i, "assign", agent, i.Assigned)
	p.deliver("incident.triggered", &i, agent)
	return &i
}

func (p *PagerDuty) level(policy string, n int) []string {
	at := slices.IndexFunc(p.account.Policies, func(x Policy) bool { return x.ID == policy })
	if at < 0 || len(p.account.Policies[at].Levels) == 0 {
		return nil
	}
	levels := p.account.Policies[at].Levels
	return slices.Clone(levels[min(n, len(levels)-1)])
}

func (p *PagerDuty) write(i *Incident, kind, agent string, to []string) {
	i.log = append(i.log, logged{id: p.name("R"), kind: kind + "_log_entry", agent: agent, at: p.clock.Now(), to: to})
}

// Acknowledge is what somebody does on a telephone.
func (p *PagerDuty) Acknowledge(id, user string) {
	p.act(id, "incident.acknowledged", user, func(i *Incident) bool { return p.acknowledge(i, user) })
}

func (p *PagerDuty) acknowledge(i *Incident, user string) bool {
	if i.Status != "triggered" {
		return false
	}
	i.Status = "acknowledged"
	p.write(i, "acknowledge", user, nil)
	return true
}

// Unacknowledge is an acknowledgement that runs out.
func (p *PagerDuty) Unacknowledge(id string) {
	p.act(id, "incident.unacknowledged", "", func(i *Incident) bool {
		was := i.Status == "acknowledged"
		i.Status = "triggered"
		p.write(i, "unacknowledge", "", nil)
		return was
	})
}

// Escalate calls the next level: nobody has answered.
func (p *PagerDuty) Escalate(id string) {
	p.act(id, "incident.escalated", "", func(i *Incident) bool {
		i.level++
		i.Status, i.Assigned = "triggered", p.level(i.Policy, i.level)
		p.write(i, "escalate", "", i.Assigned)
		return true
	})
}

// Reassign passes an incident on.
func (p *PagerDuty) Reassign(id, by, to string) {
	p.act(id, "incident.reassigned", by, func(i *Incident) bool {
		i.Status, i.Assigned = "triggered", []string{to}
		p.write(i, "assign", by, i.Assigned)
		return true
	})
}

// Resolve ends an incident.
func (p *PagerDuty) Resolve(id, user string) {
	p.act(id, "incident.resolved", user, func(i *Incident) bool {
		over := i.Status == "resolved"
		i.Status = "resolved"
		p.write(i, "resolve", user, nil)
		return !over
	})
}

func (p *PagerDuty) act(id, event, agent string, do func(*Incident) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := p.incident(id); i != nil && do(i) {
		p.deliver(event, i, agent)
	}
}

func (p *PagerDuty) incident(id string) *Incident {
	at := slices.IndexFunc(p.incidents, func(i *Incident) bool { return i.ID == id })
	if at < 0 {
		return nil
	}
	return p.incidents[at]
}

// Call is one request as it came in, whatever became of it.
type Call struct {
	At     time.Time
	Method string
	Path   string
	Fault  string // the mode that struck it; empty when none did
	Status int    // what it is answered; 0 when the connection ends without an answer
	Why    string // what the published interface does not know about it
}

// Calls returns all calls so far.
func (p *PagerDuty) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.calls)
}

// Misuses returns what was asked in a form that PagerDuty does not publish.
func (p *PagerDuty) Misuses() []string {
	var all []string
	for _, c := range p.Calls() {
		if c.Why != "" {
			all = append(all, c.Method+" "+c.Path+": "+c.Why)
		}
	}
	return all
}

// OnCall has f told of every call from now on, before it is answered.
func (p *PagerDuty) OnCall(f func(Call)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = append(p.told, f)
}

func (p *PagerDuty) record(c Call) {
	p.mu.Lock()
	p.calls = append(p.calls, c)
	told := slices.Clone(p.told)
	p.mu.Unlock()
	for _, f := range told {
		f(c)
	}
}

var _ http.Handler = (*PagerDuty)(nil)
