package templates

import (
	"slices"
	"time"

	"holdfast/journal"
)

// longWait is how long something outside may take before an answer says that it
// is behind.
const longWait = 30 * time.Second

// Counterpart is somebody outside who is behind with what an incident wants.
type Counterpart struct {
	Name    string    // chat, the pager, the tracker
	Since   time.Time // when the oldest thing that waits was wanted
	Waiting int
}

// Degraded says who is behind. A reply tells what was so when its command was
// recorded, so that a repeated delivery gets the same one.
func (v View) Degraded() []Counterpart {
	now := v.Now
	if len(v.Entries) > 0 {
		now = v.Entries[0].Recorded
	}
	var all []Counterpart
	for _, of := range []struct {
		name  string
		types []string
	}{
		{"the pager", []string{journal.Page}},
		{"chat", []string{journal.Room, journal.Invite, journal.Post, journal.DM}},
		{"the tracker", []string{journal.Ticket, journal.Link, journal.Comment, journal.Transition}},
	} {
		if c := v.behind(of.name, now, of.types...); c.Waiting > 0 {
			all = append(all, c)
		}
	}
	return all
}

func (v View) behind(name string, now time.Time, types ...string) Counterpart {
	c := Counterpart{Name: name}
	for _, t := range v.Incident.Outbox.Open() {
		if !slices.Contains(types, t.Type) || now.Sub(t.Asked) < longWait {
			continue
		}
		if c.Waiting++; c.Since.IsZero() || t.Asked.Before(c.Since) {
			c.Since = t.Asked
		}
	}
	return c
}
