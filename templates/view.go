package templates

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// View is everything a template may read.
type View struct {
	Incident incident.State
	Now      time.Time
	Zone     *time.Location

	Subject string // what the message is about: D1, U2, an audience, an effect's key
	Text    string // of the effect, where it has one
	To      string // whom the message goes to: #room or @person

	Plan *PlanStanding // where the plan in force stands; nil when nobody says

	Telephones map[string]string // numbers by person id and by target; may be nil

	// Of a private reply.
	Ref       string          // the first entry it is about: INC-42#4
	Entries   []journal.Entry // what was recorded
	Person    string          // who asked
	Joined    bool            // a declaration that joined an incident
	Incidents []incident.State
	Lines     []string // sentences, such as a timeline's
	Error     string   // of a refusal: its code,
	Wrong     string   // what is wrong
	Next      string   // and what to do next
	Answer    any      // what a command's reply is about, where the state does not hold it

	names map[string]string // of counterparts, from the Set that draws it
}

// ViewOf returns the view of a state, in the zone of its room.
func ViewOf(s incident.State, now time.Time) View {
	return View{Incident: s, Now: now, Zone: ZoneOf(s)}
}

// ZoneOf returns the zone an incident's times are shown in; UTC when it names
// none.
func ZoneOf(s incident.State) *time.Location {
	if s.Zone != "" {
		if zone, err := time.LoadLocation(s.Zone); err == nil {
			return zone
		}
	}
	return time.UTC
}

// Topic is the short form of the headline that a room's topic repeats.
func Topic(s incident.State) string {
	who := "acting @" + s.Roles.Acting
	if s.Roles.Commander != "" {
		who = "commander @" + s.Roles.Commander
	}
	topic := fmt.Sprintf("%s SEV%d %s · %s", s.ID, s.Severity, s.Phase, who)
	if s.Drill {
		topic = "[DRILL] " + topic
	}
	return topic
}

// Decision returns the decision the message is about.
func (v View) Decision() (incident.Decision, error) {
	for _, d := range v.Incident.Decisions {
		if d.ID == v.Subject {
			return d, nil
		}
	}
	return incident.Decision{}, fmt.Errorf("%s has no decision %q", v.Incident.ID, v.Subject)
}

// Update returns the sent update the message is about.
func (v View) Update() (incident.Sent, error) {
	for _, u := range v.Incident.Sent {
		if u.ID == v.Subject {
			return u, nil
		}
	}
	return incident.Sent{}, fmt.Errorf("%s has no update %q", v.Incident.ID, v.Subject)
}

// Supplier returns the vendor whose contact reads a mail.
func (v View) Supplier() (incident.Supplier, error) {
	u, err := v.Update()
	if err != nil {
		return incident.Supplier{}, err
	}
	s, ok := u.Supplies(v.To)
	if !ok {
		return s, fmt.Errorf("%s is for no vendor at %q", v.Subject, v.To)
	}
	return s, nil
}

// Approval returns the approval the message is about.
func (v View) Approval() (incident.Approval, error) {
	p, ok := v.Incident.Approval(v.Subject)
	if !ok {
		return p, fmt.Errorf("%s has no approval %q", v.Incident.ID, v.Subject)
	}
	return p, nil
}

// Wording is a text that was put up for approval, "" when it was changed since.
func (v View) Wording(p incident.Approval) string {
	for _, d := range v.Incident.Drafts {
		if d.ID == p.Update && incident.Hash(d.Text) == p.Hash {
			return d.Text
		}
	}
	for _, u := range v.Incident.Sent {
		if u.ID == p.Update && incident.Hash(u.Text) == p.Hash {
			return u.Text
		}
	}
	return ""
}

// Shown is a service on the status page, and how the page will say it stands.
type Shown struct{ Name, Is string }

// Components names what an update shows on the status page, by the names that
// customers read there; a component whose name is not known has its id.
func (v View) Components(p *incident.Public) []Shown {
	var all []Shown
	for id, is := range p.Components {
		name := "component " + id
		for _, c := range v.Incident.Terms.Components {
			if c.ID == id && c.Name != "" {
				name = c.Name
			}
		}
		all = append(all, Shown{name, strings.ReplaceAll(is, "_", " ")})
	}
	slices.SortFunc(all, func(a, b Shown) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Waits lists the approvals that nobody has answered.
func (v View) Waits() []incident.Approval {
	return slices.DeleteFunc(slices.Clone(v.Incident.Approvals), func(p incident.Approval) bool { return p.State != incident.Waiting })
}

// Warnings are what whoever put a text up for approval should know of it.
func (v View) Warnings() []string {
	var all []string
	for _, e := range v.Entries {
		if f, ok := e.Fact.(*incident.ApprovalRequested); ok {
			all = append(all, f.Warnings...)
		}
	}
	return all
}

// LatePage returns the page that the message is about, nil when it is about none.
func (v View) LatePage() *journal.Tracked {
	if t, ok := v.Incident.Outbox.Get(v.Subject); ok && t.Type == journal.Page {
		return &t
	}
	return nil
}

// ByMail says whether who asked follows the incident by mail.
func (v View) ByMail() bool {
	return slices.ContainsFunc(v.Incident.Followers, func(f incident.Follower) bool { return f.Person == v.Person && f.Mail })
}

// Task returns the task the message is about.
func (v View) Task() (incident.Task, error) {
	for _, t := range v.Incident.Tasks {
		if t.ID == v.Subject {
			return t, nil
		}
	}
	return incident.Task{}, fmt.Errorf("%s has no task %q", v.Incident.ID, v.Subject)
}

// Part returns the incident the message is about that goes on in this one.
func (v View) Part() (incident.Part, error) {
	for _, p := range slices.Backward(v.Incident.Absorbed) {
		if p.ID == v.Subject {
			return p, nil
		}
	}
	return incident.Part{}, fmt.Errorf("%q goes on elsewhere than in %s", v.Subject, v.Incident.ID)
}

// Effect returns the effect the message is about.
func (v View) Effect() (journal.Tracked, error) {
	t, ok := v.Incident.Outbox.Get(v.Subject)
	if !ok {
		return t, fmt.Errorf("%s has no effect %q", v.Incident.ID, v.Subject)
	}
	return t, nil
}

// Happening is an entry as a digest tells it.
type Happening struct {
	At   time.Time
	Text string
}

// News returns what a digest tells: the entries behind its subject and before
// its own request.
func (v View) News() []Happening {
	after, err := strconv.ParseUint(v.Subject, 10, 64)
	if err != nil {
		return nil
	}
	before := v.Incident.Entries + 1
	for _, t := range v.Incident.Outbox.All() {
		if t.Type == journal.DM && t.To == v.To && t.Subject == v.Subject && t.Template == "digest" {
			before = t.Seq
		}
	}
	return v.happened(after, before)
}

func (v View) happened(after, before uint64) []Happening {
	var all []Happening
	for _, e := range v.Incident.News(after, before) {
		all = append(all, Happening{e.At, Sentence(e)})
	}
	return all
}

// Silence is a time in which nothing could be said in the incident's room.
type Silence struct {
	From, To time.Time
	News     []Happening // what was recorded meanwhile
	Unsaid   int         // messages that newer ones took the place of
}

// Gap returns the silence that the message closes.
func (v View) Gap() (Silence, error) {
	after, err := strconv.ParseUint(v.Subject, 10, 64)
	g := v.Incident.GapAfter(after)
	if err != nil || g.Before == 0 {
		return Silence{}, fmt.Errorf("%s has no silence that begins behind entry %q", v.Incident.ID, v.Subject)
	}
	return Silence{From: g.From, To: g.To, News: v.happened(g.After, g.Before), Unsaid: g.Unsaid}, nil
}

// LostPage says whether the page that the message is about was accepted and is
// not to be found.
func (v View) LostPage() bool {
	return slices.ContainsFunc(v.Incident.Pages, func(p incident.Page) bool { return p.Effect == v.Subject && p.Lost })
}

// Breached says whether a service has not been back by its deadline.
func (v View) Breached(d incident.Deadline) bool {
	until := v.Now
	if v.Incident.TR != nil {
		until = *v.Incident.TR
	}
	return until.After(d.Due)
}

// Telephone returns the number of a person's id or of a target, "" for none.
func (v View) Telephone(of string) string { return v.Telephones[of] }

// Brief returns the handover brief.
func (v View) Brief() []incident.Heading { return incident.Brief(v.Incident) }

// Audience returns the cadence of the audience the message is about.
func (v View) Audience() incident.Update { return v.Incident.Updates[v.Subject] }

// Offer returns the open offer of the role the message is about, the zero offer
// when it is over.
func (v View) Offer() incident.Offer {
	o, _ := v.Incident.Offer(v.Subject)
	return o
}

func (v View) scene() scene {
	return scene{now: v.Now, zone: v.Zone, incident: v.Incident.ID, drill: v.Incident.Drill}
}
