package templates

import (
	"fmt"
	"slices"
	"time"

	"holdfast/journal"
)

// longWait is how long something outside may take before a message says that it
// is behind.
const longWait = 30 * time.Second

// Counterpart is somebody outside who is behind with what an incident wants.
type Counterpart struct {
	What    string    // what waits: Ticket, Mail
	Name    string    // Jira, the mail server
	Since   time.Time // when the oldest thing that waits was wanted
	Waiting int
	Silent  bool // nothing has come through since then
}

var ofChat = []string{journal.Room, journal.Invite, journal.Post, journal.DM}

var ofTickets = []string{journal.Ticket, journal.Link, journal.Comment, journal.Transition}

// outside lists who is asked for what, by the name that is shown where nobody
// has given them one.
var outside = []struct {
	what, name string
	types      []string
}{
	{"Page", "the pager", []string{journal.Page}},
	{"Posts", "chat", ofChat},
	{"Ticket", "the tracker", ofTickets},
	{"Mail", "the mail server", []string{journal.Mail}},
	{"Status page", "the status page", []string{journal.StatusPage}},
	{"Note", "the pager", []string{journal.PageNote, journal.PageUpdate}},
}

// Degraded says who is behind. A reply tells what was so when its command was
// recorded, so that a repeated delivery gets the same one.
func (v View) Degraded() []Counterpart {
	now := v.Now
	if len(v.Entries) > 0 {
		now = v.Entries[0].Recorded
	}
	var all []Counterpart
	for _, of := range outside {
		if c := v.behind(now, of.types...); c.Waiting > 0 {
			c.What, c.Name = of.what, of.name
			if name := v.names[of.name]; name != "" {
				c.Name = name
			}
			all = append(all, c)
		}
	}
	return all
}

// Queued says who is behind of those that nothing else in the headline speaks
// of: a page that is not confirmed is an alarm, and where the headline is read
// chat works.
func (v View) Queued() []Counterpart {
	return slices.DeleteFunc(v.Degraded(), func(c Counterpart) bool { return c.What == "Page" || c.What == "Posts" })
}

func (v View) behind(now time.Time, types ...string) Counterpart {
	c := Counterpart{Silent: true}
	for _, t := range v.Incident.Outbox.Open() {
		if !slices.Contains(types, t.Type) || now.Sub(t.Asked) < longWait {
			continue
		}
		if c.Waiting++; c.Since.IsZero() || t.Asked.Before(c.Since) {
			c.Since = t.Asked
		}
	}
	for _, t := range v.Incident.Outbox.All() {
		if slices.Contains(types, t.Type) && t.Outcome == journal.Done && t.Ended.After(c.Since) && !t.Ended.After(now) {
			c.Silent = false
		}
	}
	return c
}

// Behind says of a counterpart what people see: "Ticket pending: Jira
// unreachable since 14:02Z, 3 queued".
func (v View) Behind(c Counterpart) string {
	since, _ := v.scene().clock(c.Since) // an instant has a clock
	if !c.Silent {
		return fmt.Sprintf("%s pending since %s: %d queued, while %s takes others", c.What, since, c.Waiting, c.Name)
	}
	return fmt.Sprintf("%s pending: %s unreachable since %s, %d queued", c.What, c.Name, since, c.Waiting)
}

// Stale returns when the headline that is drawn from this view will say
// something else although nothing happens: when the next thing is Queued for
// long. Zero when it will not.
func (v View) Stale() (at time.Time) {
	for _, t := range v.Incident.Outbox.Open() {
		late := t.Asked.Add(longWait)
		if t.Type != journal.Page && !slices.Contains(ofChat, t.Type) && !journal.Own(t.Type) && late.After(v.Now) && (at.IsZero() || late.Before(at)) {
			at = late
		}
	}
	return at
}
