package incident

import (
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Declare opens an incident. The commands room completes it from the plan:
// nothing here asks the plan again.
type Declare struct {
	Title      string
	Slug       string // of the title, for the room's name; may be empty
	Severity   int    // 0 when nobody said
	Proposed   int    // taken and marked as assumed when Severity is 0
	Health     string
	Impact     string
	Services   []string
	Owners     []string
	Objectives []Objective // of the services
	T0         time.Time   // zero when nobody said
	Drill      bool
	Private    bool
	Retro      bool
	Zone       string

	Commander *Person // offered command; the declarer takes it at once
	Comms     *Person // offered comms

	Page       []Target // paged when the severity asks for it
	PageAlways []Target // paged for command at the same severities
	Invite     []string // person ids, the declarer besides
	Ticket     bool     // this severity opens a ticket
	Terms      Terms
	JoinWithin time.Duration
}

// Opening is the verdict on a declaration: a new journal with its first
// statements and the register's, or the incident it joins, or a refusal.
type Opening struct {
	ID       string
	First    []Statement
	Register []Statement
	Joins    string // an id; nothing is opened
	Rule     string
	Refusal  error
}

// Open judges a declaration against the register.
func (d Declare) Open(r Register, c Context) Opening {
	if err := d.check(r, c); err != nil {
		return Opening{Refusal: err, Register: d.denied(r, c, err), Rule: ruleAnyone.name}
	}
	if id, same := d.joins(r, c); same {
		return Opening{Joins: id, Rule: ruleAnyone.name}
	}
	severity, assumed := d.Severity, d.Severity == 0
	if assumed {
		severity = d.Proposed
	}
	o := Opening{ID: r.next(d.Drill), Rule: ruleAnyone.name}
	opened := &Opened{ID: o.ID, Title: d.Title, Services: d.Services, Severity: severity, Private: d.Private, Drill: d.Drill}
	if d.Private {
		opened.Title = ""
	}
	o.Register = []Statement{{Fact: opened}}
	declared := &Declared{
		Title: d.Title, Severity: severity, Assumed: assumed, Health: d.Health, Impact: d.Impact,
		Services: d.Services, Owners: d.Owners, Drill: d.Drill, Private: d.Private, Retro: d.Retro,
		Room: roomName(o.ID, d.Slug), Platform: c.Platform, Zone: d.Zone, Acting: c.Actor.ID, Objectives: d.Objectives, Terms: d.Terms,
	}
	if !d.T0.IsZero() {
		t0 := d.T0.UTC()
		declared.T0 = &t0
	}
	// The rest is wanted by the state that the first entry gives.
	s := State{}.Apply(journal.Entry{Journal: o.ID, Seq: 1, Meta: journal.Meta{At: c.Now, Recorded: c.Now, Actor: c.Actor.ID}, Fact: declared})
	o.First = append([]Statement{{Fact: declared}}, d.consequences(s, c)...)
	return o
}

func (d Declare) consequences(s State, c Context) []Statement {
	var all []Statement
	say := func(facts ...journal.Fact) {
		for _, f := range facts {
			all = append(all, Statement{Fact: f})
		}
	}
	if d.Commander != nil && d.Commander.ID == c.Actor.ID {
		say(&RoleTaken{Role: Commander, Person: c.Actor.ID})
	}
	if !d.Retro && s.Severity <= d.Terms.PageSeverity {
		for _, target := range eachOnce(d.Page, d.PageAlways) {
			say(s.call(target, pageText(s)))
		}
	}
	if d.Ticket && d.Terms.Project != "" && !s.Drill {
		opened := s.want(journal.Effect{Type: journal.Ticket, To: "new", Project: d.Terms.Project, Text: s.PublicTitle()}, "main")
		say(opened)
		if d.Terms.TicketLink {
			say(s.want(journal.Effect{Type: journal.Link, To: opened.Key, Text: s.ID, After: []string{opened.Key}}, "main"))
		}
	}
	room := s.roomKey()
	say(s.want(journal.Effect{Type: journal.Room, To: s.Room}, "main"))
	invite := s.want(journal.Effect{Type: journal.Invite, To: s.Room, People: d.invited(c), After: []string{room}, Droppable: true}, "main")
	say(invite)
	say(s.want(journal.Effect{Type: journal.Post, To: s.Room, Template: "headline", After: []string{room, invite.Key}}, "headline"))
	if d.Commander != nil && d.Commander.ID != c.Actor.ID {
		say(offerCommand(s, c, *d.Commander)...)
	}
	if d.Comms != nil {
		say(offerRole(s, c, Comms, *d.Comms)...)
	}
	return all
}

// invited names everybody who belongs into the room. A private incident
// invites only who was named.
func (d Declare) invited(c Context) []string {
	people := []string{c.Actor.ID}
	for _, p := range []*Person{d.Commander, d.Comms} {
		if p != nil {
			people = append(people, p.ID)
		}
	}
	if !d.Private {
		people = append(people, d.Invite...)
	}
	return unique(people)
}

func (d Declare) check(r Register, c Context) error {
	switch {
	case r.newer != "":
		return fault.Newf(fault.Newer, "Upgrade Holdfast to declare incidents in this store.", "The register holds a fact of kind %q, which this version does not know.", r.newer)
	case c.Actor.Guest:
		return fault.New(fault.Role, "Guests may read at most; declaring is for everybody but guests.", "Ask somebody of the organisation to declare it.")
	}
	if err := textWithin("title", d.Title, d.Terms.TitleMax); err != nil {
		return err
	}
	if err := checkSeverity(d.Severity, true); err != nil {
		return err
	}
	if !d.T0.IsZero() {
		if err := notFuture("The start of impact (at)", d.T0, c.Now); err != nil {
			return err
		}
	}
	if d.Commander != nil && d.Comms != nil && d.Commander.ID == d.Comms.ID {
		return fault.Newf(fault.RoleExclusive, "Name two people.", "%s cannot be commander and communications lead: the commander holds no second role.", at(d.Commander.ID))
	}
	for role, p := range map[string]*Person{Commander: d.Commander, Comms: d.Comms} {
		if p == nil {
			continue
		}
		if why := eligible(role); p.Guest || !why.allows(State{Terms: d.Terms}, *p) {
			return fault.Newf(fault.Role, "", "%s may not be %s: that is for %s.", at(p.ID), role, why.says)
		}
	}
	return d.repeated(r, c)
}

func (d Declare) repeated(r Register, c Context) error {
	if !c.Once || c.Again || c.Print == "" {
		return nil
	}
	for _, l := range slices.Backward(r.Incidents) {
		if c.Now.Sub(l.Opened) >= time.Duration(d.Terms.Repeat) {
			return nil
		}
		if l.By == c.Actor.ID && l.room == c.Room {
			if l.print == c.Print {
				return fault.Newf(fault.Repeat, "Add `again` to repeat it.", "already recorded as %s", journal.Ref(l.ID, 1))
			}
			return nil
		}
	}
	return nil
}

// denied records a refusal for want of a right, at most once a minute.
func (d Declare) denied(r Register, c Context, err error) []Statement {
	if fault.CodeOf(err) != fault.Role || !c.Actor.Guest {
		return nil
	}
	for _, x := range r.denials {
		if x.person == c.Actor.ID && x.rule == ruleAnyone.name && c.Now.Sub(x.at) < time.Minute {
			return nil
		}
	}
	return []Statement{{Fact: &AccessDenied{Person: c.Actor.ID, Verb: "declare", Rule: ruleAnyone.name}}}
}

// joins finds an incident about the same service, or without services of the
// same title, that was declared a moment ago.
func (d Declare) joins(r Register, c Context) (id string, same bool) {
	if c.Again || d.Private {
		return "", false
	}
	for _, l := range slices.Backward(r.Incidents) {
		if c.Now.Sub(l.Opened) >= d.JoinWithin {
			return "", false
		}
		if l.Closed || l.Drill != d.Drill || l.Private {
			continue
		}
		shared := slices.ContainsFunc(l.Services, func(x string) bool { return slices.Contains(d.Services, x) })
		if shared || len(l.Services) == 0 && len(d.Services) == 0 && strings.EqualFold(l.Title, d.Title) {
			return l.ID, true
		}
	}
	return "", false
}

// Join adds a second declaration of the same trouble to the first.
type Join struct {
	Title    string
	Severity int // of the second declaration; 0 when nobody said
}

func (Join) verb() string { return "declare" }

func (a Join) decide(s State, c Context) Verdict {
	if s.Private { // since the register was read
		return refuse(fault.LostRace, "Declare it again.", "What this would have joined has just become private.")
	}
	v := accept(ruleAnyone, &Joined{Person: c.Actor.ID, Title: a.Title})
	if a.Severity != 0 && a.Severity < s.Severity {
		v = v.and(&SeveritySet{Severity: a.Severity, From: s.Severity})
	}
	return v.and(s.want(journal.Effect{Type: journal.Invite, To: s.Room, People: []string{c.Actor.ID}, After: []string{s.roomKey()}, Droppable: true}, c.Actor.ID))
}

func roomName(id, slug string) string {
	name := "#" + strings.ToLower(id)
	if slug != "" {
		name += "-" + slug
	}
	return name
}

// IsRoomName says whether a room has the name of an incident's or a drill's.
func IsRoomName(room string) bool {
	return strings.HasPrefix(room, roomName("INC", "")+"-") || strings.HasPrefix(room, roomName("DRL", "")+"-")
}

func pageText(s State) string {
	text := s.ID + " SEV" + string(rune('0'+s.Severity)) + ": " + s.Title
	if s.Private {
		text = s.ID + " SEV" + string(rune('0'+s.Severity)) + ": a private incident"
	}
	return text
}

func unique(lists ...[]string) []string {
	var all []string
	for _, x := range slices.Concat(lists...) {
		if !slices.Contains(all, x) {
			all = append(all, x)
		}
	}
	return all
}
