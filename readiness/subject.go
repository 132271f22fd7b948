package readiness

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"holdfast/journal"
	"holdfast/plan"
)

// The sides of a rating.
const (
	IT       = "it"
	Business = "business"
)

// Subject is a service as the plan in force has it: what an action takes from
// the plan, so that the rules need none.
type Subject struct {
	Service string
	Plan    Standard
	Commit  string

	Owners   []string // of the service, and of the processes that need it
	Team     []string // who runs it
	Deciders []string // third persons, first the one to ask first

	Zone         *time.Location
	DecideWithin int        // business days
	Apart        float64    // from which ratio of two RTOs on they are a dispute
	RiskMonths   int        // for which a risk may be accepted at most
	Holidays     []plan.Day // on which none is, sorted
	Platform     string     // where direct messages go
	Proposes     bool       // a decision becomes a branch of the plan's repository
}

// SubjectOf takes a service out of the plan. An unknown one has neither owners nor
// a team.
func SubjectOf(p *plan.Plan, service, platform string) Subject {
	x := Subject{Service: service, Commit: p.Commit, Deciders: decidersOf(p), Zone: zoneOf(p), DecideWithin: p.Policy.RatingDue, Apart: p.Policy.RatingRatio, RiskMonths: p.Policy.RiskAccept, Platform: platform}
	s, known := p.Service(service)
	if !known {
		return x
	}
	x.Plan = standardOf(s)
	x.Owners = ownersOf(p, s)
	if t, ok := p.Team(s.Team); ok {
		x.Team = t.People()
	}
	if days, ok := p.Holiday(p.Policy.RatingCalendar); ok {
		x.Holidays = days.Days
	}
	return x
}

// decidersOf are the third persons of the policy, or else the executives.
func decidersOf(p *plan.Plan) []string {
	deciders := slices.Clone(p.Policy.RatingDeciders)
	if len(deciders) > 0 {
		return deciders
	}
	for _, person := range p.People {
		if person.In("execs") {
			deciders = append(deciders, person.ID)
		}
	}
	return deciders
}

func standardOf(s plan.Service) Standard { return Standard{s.Tier, journal.Dur(s.RTO)} }

// ownersOf are the business owners: those of the service, then those of the
// processes that cannot do without it.
func ownersOf(p *plan.Plan, s plan.Service) []string {
	return ownersAmong(s, processesOf(p, s.ID))
}

func ownersAmong(s plan.Service, processes []plan.Process) []string {
	owners := slices.Clone(s.Owners)
	for _, x := range processes {
		if x.Owner != "" && !slices.Contains(owners, x.Owner) {
			owners = append(owners, x.Owner)
		}
	}
	return owners
}

func processesOf(p *plan.Plan, service string) []plan.Process {
	var all []plan.Process
	for _, x := range p.Processes {
		if slices.Contains(x.Services, service) {
			all = append(all, x)
		}
	}
	return all
}

func processesByService(p *plan.Plan) map[string][]plan.Process {
	by := map[string][]plan.Process{}
	for _, x := range p.Processes {
		for _, service := range slices.Compact(slices.Sorted(slices.Values(x.Services))) {
			by[service] = append(by[service], x)
		}
	}
	return by
}

func zoneOf(p *plan.Plan) *time.Location {
	if zone, known := zones.Load(p.Policy.Zone); known {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(p.Policy.Zone)
	if err != nil {
		zone = time.UTC
	}
	zones.Store(p.Policy.Zone, zone)
	return zone
}

// zones are those that were read, by name: each is read from the disk once, not
// for each service.
var zones sync.Map

// side says for whom a person speaks about the service, "" for nobody. Who could
// speak for both speaks for the business unless they say so.
func (x Subject) side(person, said string) string {
	owner, runs := slices.Contains(x.Owners, person), slices.Contains(x.Team, person)
	switch {
	case runs && (said == IT || !owner):
		return IT
	case owner:
		return Business
	}
	return ""
}

// decider is the first third person who has stated neither rating.
func (x Subject) decider(parties ...string) string {
	for _, d := range x.Deciders {
		if !slices.Contains(parties, d) {
			return d
		}
	}
	return ""
}

// thirdPerson is who is to decide a dispute now: whom it names, unless they have
// left the plan or taken a side since, or else the first who has not.
func (x Subject) thirdPerson(d Dispute) string {
	if slices.Contains(x.Deciders, d.Decider) && !d.isParty(d.Decider) {
		return d.Decider
	}
	return x.decider(append([]string{d.IT.By, d.Business.By}, d.stated...)...)
}

// dm asks for a direct message about the service. Asked for the same words of
// the same thing again, it is another one.
func (s State) dm(platform, person, template, subject, about string) *journal.Requested {
	key := keyOn(fmt.Sprintf("%s/%s:%s:%s", Journal, journal.DM, about, person), platform)
	if _, taken := s.Outbox.Get(key); taken {
		key = fmt.Sprintf("%s#%d", key, s.Entries+1)
	}
	return &journal.Requested{Effect: journal.Effect{Key: key, Type: journal.DM, To: at(person), Template: template, Subject: subject}}
}

// keyOn names the platform in a key, where there is one.
func keyOn(key, platform string) string {
	if platform == "" {
		return key
	}
	return key + "@" + platform
}

// The messages of this journal, by their templates.
const (
	CardMessage     = "rating-card"
	disputeTemplate = "dispute"
	decidedTemplate = "dispute-decided"
	expiredTemplate = "risk-expired"
	DigestMessage   = "readiness-digest"
	ProposedMessage = "proposed"
)

// cards asks for the owners' cards of a service, as the plan in force has it.
func (s State) cards(x Subject) []*journal.Requested {
	var wanted []*journal.Requested
	for _, owner := range x.Owners {
		wanted = append(wanted, s.card(x, owner))
	}
	return wanted
}

// card asks for one owner's card; its text is the plan's commit.
func (s State) card(x Subject, owner string) *journal.Requested {
	r := s.dm(x.Platform, owner, CardMessage, x.Service, "card:"+x.Service+":"+x.Commit)
	r.Text = x.Commit
	return r
}
