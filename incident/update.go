package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/internal/fault"
	"holdfast/journal"
)

// Audiences lists those that can be written to.
var Audiences = []string{Team, Exec, Customer, Vendor}

// SendUpdate tells an audience where things stand.
type SendUpdate struct {
	Audience string
	Text     string
	Draft    string        // id of the draft that is sent; Text may then be empty
	Next     time.Duration // until the next one; zero: the cadence
	Asked    []string      // for customers: everybody in the group of approvers, who may approve it
	Internal []string      // for customers and vendors: ids of services, which they must not read
	Vendor   string        // for vendors: the only one it is for; empty: all that are concerned
	Vendors  []Supplier    // for vendors: all of the plan
}

func (SendUpdate) verb() string { return "update" }

func (a SendUpdate) decide(s State, c Context) Verdict {
	if a.Draft != "" {
		i := slices.IndexFunc(s.Drafts, func(d Draft) bool { return strings.EqualFold(d.ID, a.Draft) })
		if i < 0 {
			if j := slices.IndexFunc(s.Sent, func(x Sent) bool { return strings.EqualFold(x.ID, a.Draft) }); j >= 0 {
				return refuse(fault.Stale, "", "already done by %s.", at(s.Sent[j].By))
			}
			return refuse(fault.UnknownID, "`/incident status` lists the drafts.", "%s has no draft %q.", s.ID, a.Draft)
		}
		if s.Drafts[i].Withdrawn {
			return refuse(fault.Stale, "Write it anew: `/incident update \"...\"`.", "%s was withdrawn.", s.Drafts[i].ID)
		}
		a.Draft, a.Audience, a.Text = s.Drafts[i].ID, s.Drafts[i].Audience, orElse(a.Text, s.Drafts[i].Text)
	}
	r, v, ok := s.mayWrite(a, a.Audience, c)
	if !ok {
		return v
	}
	if err := textWithin("update", a.Text, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	if a.Next < 0 || a.Next > 7*24*time.Hour {
		return refuse(fault.Range, "Write next:30m, up to next:7d.", "The next update cannot be due in %s.", a.Next)
	}
	switch a.Audience {
	case Customer:
		return s.putUp(r, a, c)
	case Vendor:
		if a.Vendors, v = s.concerned(a); v.Refusal != nil {
			return v
		}
		if err := s.mayBePublic(a.Text, foreign(a.Internal, a.Vendors)); err != nil {
			return Verdict{Refusal: err}
		}
	}
	return accept(r).and(s.send(a, nil, c)...)
}

// putUp keeps a text for customers as a draft, and asks for a second person's
// word.
func (s State) putUp(r rule, a SendUpdate, c Context) Verdict {
	d, kept := s.draft(a.Draft)
	if !kept {
		d = Draft{ID: s.nextUpdate(), Audience: a.Audience, Text: a.Text}
	}
	if p, waits := s.Awaits(d.ID); waits {
		return refuse(fault.NotOpen, "", "%s waits for approval %s already, until %s.", d.ID, p.ID, clock(&p.Expires))
	}
	if err := s.mayBePublic(d.Text, a.Internal); err != nil {
		return Verdict{Refusal: err}
	}
	v := accept(r)
	if !kept {
		v = v.and(&UpdateDrafted{ID: d.ID, Audience: d.Audience, Text: d.Text})
	}
	asked := s.askApproval(d, a, c)
	v.Statements = append(v.Statements, asked.Statements...)
	return v
}

// send says that an update has gone out and asks for what that takes. What was
// approved goes out as it was.
func (s State) send(a SendUpdate, p *Approval, c Context) []journal.Fact {
	id := orElse(a.Draft, s.nextUpdate())
	u := s.Updates[a.Audience]
	due := u.Due
	if u.Missed {
		due = u.MissedDue
	}
	sent := &UpdateSent{ID: id, Audience: a.Audience, Text: a.Text, Due: due, Next: s.nextDue(a.Audience, a.Next, c.Now)}
	if due != nil && c.Now.After(*due) {
		sent.Late = int(c.Now.Sub(*due) / time.Minute)
	}
	if a.Audience == Vendor {
		sent.Vendors = a.Vendors
	}
	if p != nil {
		sent.By, sent.Hash, sent.Public = p.By, p.Hash, p.Public
	}
	room := s.Room
	if a.Audience == Exec && s.Terms.ExecRoom != "" && !s.Drill {
		room = s.Terms.ExecRoom
	}
	told := "update-" + a.Audience
	if a.Audience == Vendor {
		told = "vendor-told" // what they read is a mail
	}
	facts := []journal.Fact{sent, s.postIn(room, told, id)}
	switch a.Audience {
	case Exec:
		facts = append(facts, s.mailedTo(s.Terms.ExecMail, a.Audience, id)...)
		facts = append(facts, s.tellPager(CommentUpdates, id, a.Text)...)
	case Team:
		facts = append(facts, s.noteFor(CommentUpdates, id, a.Text)...)
	case Customer:
		facts = append(facts, s.published(id, sent.Public)...)
	case Vendor:
		facts = append(facts, s.mailedTo(addresses(a.Vendors), a.Audience, id)...)
	}
	return facts
}

// published asks for an update to be put on the status page, behind those that
// wait. A drill is nobody's business outside.
func (s State) published(id string, as *Public) []journal.Fact {
	if s.Drill || as == nil {
		return nil
	}
	e := journal.Effect{Type: journal.StatusPage, To: as.Status, Text: as.Name, Subject: id}
	for _, t := range s.Outbox.Open() {
		if t.Type == journal.StatusPage {
			e.After = append(e.After, t.Key)
		}
	}
	return []journal.Fact{s.want(e, id)}
}

// PublishedAs returns the page's name for the incident, "" while it has none.
func (s State) PublishedAs(round int) string {
	for _, t := range s.Outbox.All() {
		if u, ok := s.SentUpdate(t.Subject); t.Type == journal.StatusPage && t.Outcome == journal.Done && ok && u.Public != nil && u.Public.Round == round {
			return t.Ref
		}
	}
	return ""
}

// mailedTo asks for an update to be sent to each of some addresses that the plan
// names. A drill is nobody's business outside.
func (s State) mailedTo(addresses []string, audience, id string) []journal.Fact {
	if s.Drill {
		return nil
	}
	var all []journal.Fact
	for _, to := range addresses {
		all = append(all, s.write(to, "update-"+audience, id))
	}
	return all
}

func (s State) nextDue(audience string, next time.Duration, now time.Time) *time.Time {
	every := s.every(audience, now)
	if next > 0 {
		every = next
	}
	if every == 0 || s.Phase == PhaseResolved || s.Phase == PhaseClosed {
		return nil
	}
	due := now.Add(every)
	return &due
}

// every is the time between updates. Customers are owed none about what they
// cannot see, and fewer of what lasts.
func (s State) every(audience string, now time.Time) time.Duration {
	every := s.Terms.Every(audience, s.Severity)
	switch {
	case audience != Customer || every == 0:
		return every
	case !s.owedToCustomers():
		return 0
	case s.Terms.Later > 0 && s.TC != nil && now.Sub(*s.TC) >= time.Duration(s.Terms.Lasting):
		return max(every, time.Duration(s.Terms.Later))
	}
	return every
}

func (s State) nextUpdate() string { return nth("U", len(s.Sent)+len(s.Drafts)) }

// DraftUpdate keeps a text until somebody sends it.
type DraftUpdate struct{ Audience, Text string }

func (DraftUpdate) verb() string { return "update draft" }

func (a DraftUpdate) decide(s State, c Context) Verdict {
	if v, known := knownAudience(a.Audience); !known {
		return v
	}
	if err := textWithin("draft", a.Text, s.Terms.TextMax); err != nil {
		return Verdict{Refusal: err}
	}
	return accept(ruleAnyone, &UpdateDrafted{ID: s.nextUpdate(), Audience: a.Audience, Text: a.Text})
}

// SkipUpdate leaves one update out, with the reason on the record.
type SkipUpdate struct{ Audience, Because string }

func (SkipUpdate) verb() string { return "update skip" }

func (a SkipUpdate) decide(s State, c Context) Verdict {
	r, v, ok := s.mayWrite(a, a.Audience, c)
	if !ok {
		return v
	}
	u := s.Updates[a.Audience]
	switch {
	case u.Due == nil:
		return refuse(fault.NotOpen, "", "No update to %s is due.", a.Audience)
	case strings.TrimSpace(a.Because) == "":
		return refuse(fault.Missing, "`/incident update skip "+a.Audience+" because \"...\"`", "Say why the update is left out.")
	}
	skipped := &UpdateSkipped{Audience: a.Audience, Due: *u.Due}
	if every := s.every(a.Audience, c.Now); every > 0 {
		next := u.Due.Add(every)
		if !next.After(c.Now) {
			next = c.Now.Add(every)
		}
		skipped.Next = &next
	}
	return accept(r, skipped).since(a.Because)
}

// mayWrite: anybody writes to the team; to executives, customers and vendors only
// one voice speaks.
func (s State) mayWrite(a Action, audience string, c Context) (rule, Verdict, bool) {
	if v, known := knownAudience(audience); !known {
		return rule{}, v, false
	}
	r := ruleAnyone
	if audience != Team {
		r = ruleVoice
	}
	if !r.permits(s, c) {
		return r, deny(s, c, a, r), false
	}
	return r, Verdict{}, true
}

func knownAudience(audience string) (Verdict, bool) {
	if slices.Contains(Audiences, audience) {
		return Verdict{}, true
	}
	return refuse(fault.Range, "One of "+strings.Join(Audiences, ", ")+".", "There is no audience %q.", audience), false
}

// RemindUpdate asks whoever speaks for an update that is due soon. A timer
// decides it; one that fires when the update counts as missed already, as
// after an outage, leaves the word to MissUpdate.
type RemindUpdate struct {
	Audience string
	Due      time.Time
}

func (RemindUpdate) verb() string { return "update remind" }

func (a RemindUpdate) decide(s State, c Context) Verdict {
	u := s.Updates[a.Audience]
	missed := !c.Now.Before(a.Due.Add(time.Duration(s.Terms.Grace)))
	if !c.bot() || u.Due == nil || !u.Due.Equal(a.Due) || missed || s.firedAt(timerUpdate(a.Audience), a.Due) {
		return Verdict{Rule: ruleEngine.name}
	}
	to := s.speaker()
	return accept(ruleEngine,
		&UpdateReminded{Audience: a.Audience, Due: a.Due, To: to, Late: late(c.Now, a.Due.Add(-time.Duration(s.Terms.Remind)))},
		s.tell(to, "reminder", a.Audience))
}

func (s State) speaker() string { return orElse(s.Roles.Comms, s.InCommand()) }

// MissUpdate flags an update that was not sent in time, and asks the deputy. A
// timer decides it; after an outage it flags once, however many were due.
type MissUpdate struct {
	Audience string
	Due      time.Time
}

func (MissUpdate) verb() string { return "update missed" }

func (a MissUpdate) decide(s State, c Context) Verdict {
	u := s.Updates[a.Audience]
	if !c.bot() || u.Due == nil || !u.Due.Equal(a.Due) {
		return Verdict{Rule: ruleEngine.name}
	}
	missed := &UpdateMissed{Audience: a.Audience, Due: a.Due, Count: 1, Late: late(c.Now, a.Due.Add(time.Duration(s.Terms.Grace)))}
	if every := s.every(a.Audience, c.Now); every > 0 {
		next := a.Due.Add(every)
		for !next.Add(time.Duration(s.Terms.Grace)).After(c.Now) {
			next = next.Add(every)
			missed.Count++
		}
		missed.Next = &next
	}
	told := s.post("missed", a.Audience)
	if missed.Late > 0 {
		told.Text = fmt.Sprintf("late by %d min", missed.Late)
	}
	v := accept(ruleEngine, missed, told)
	if s.Roles.Deputy != "" {
		v = v.and(s.tell(s.Roles.Deputy, "missed", a.Audience))
	}
	return v
}

// late returns the whole minutes a timer fired after its time; under two it is
// zero, since a replica's takeover is no news.
func late(now, due time.Time) int {
	if m := int(now.Sub(due) / time.Minute); m >= 2 {
		return m
	}
	return 0
}
