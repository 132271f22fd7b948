package enginetest

import (
	"context"
	"time"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/rehearse/standin"
	"holdfast/storage"
)

// Person returns somebody of some standing groups.
func Person(id string, groups ...string) incident.Person {
	return incident.Person{ID: id, Groups: groups}
}

// Terms returns the terms of an incident under an untouched policy, with the
// tracker's project OPS.
func Terms() incident.Terms {
	d := func(x time.Duration) incident.Dur { return incident.Dur(x) }
	const m, h = time.Minute, time.Hour
	return incident.Terms{
		Cadence: map[string][4]incident.Dur{
			incident.Team: {d(30 * m), d(h), d(4 * h), 0},
			incident.Exec: {d(30 * m), d(h), 0, 0},
		},
		Remind: d(5 * m), Grace: d(5 * m), OfferLife: d(5 * m), UnclaimedAfter: d(5 * m), UnclaimedRed: d(15 * m),
		SilentAfter: d(30 * m), SilentSeverity: 2, Repeat: d(30 * time.Second),
		PageSeverity: 2, PageConfirm: d(15 * time.Second), Stuck: d(15 * m), Deadline: d(24 * h), Gap: d(m),
		Digest: d(30 * m), Project: "OPS", TitleMax: 200, TextMax: 10000,
	}
}

// Outage returns the declaration of a SEV1 that pages team:app with dan as its
// fallback and opens a ticket.
func Outage() incident.Declare {
	return incident.Declare{
		Title: "checkout failing", Slug: "checkout-failing", Severity: 1, Services: []string{"payments-api"}, Owners: []string{"olga"},
		Page: []incident.Target{{To: "team:app", Fallback: []string{"dan"}}}, Ticket: true, Terms: Terms(), JoinWithin: time.Minute,
	}
}

// Seen returns the events of a kind, all of them for "".
func (w *World) Seen(kind string) []standin.Event {
	var seen []standin.Event
	for _, e := range w.Events {
		if kind == "" || e.Kind == kind {
			seen = append(seen, e)
		}
	}
	return seen
}

// Said returns the posts and direct messages of a template.
func (w *World) Said(template string) []standin.Event {
	var said []standin.Event
	for _, e := range w.Events {
		if (e.Kind == journal.Post || e.Kind == journal.DM) && (e.Text == template || len(e.Text) > len(template) && e.Text[:len(template)+1] == template+" ") {
			said = append(said, e)
		}
	}
	return said
}

// Kinds returns the kinds of a journal's entries in order, read from the store
// and checked against its chain.
func (w *World) Kinds(name string) []string {
	w.Helper()
	var kinds []string
	v := storage.NewVerifier(name)
	for e, err := range w.Store.Store.Read(context.Background(), name, 0) {
		if err == nil {
			err = v.Next(e)
		}
		if err != nil {
			w.Fatalf("read %s: %v", name, err)
		}
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// Count returns how many entries of a kind a journal has.
func (w *World) Count(name, kind string) int {
	w.Helper()
	n := 0
	for _, k := range w.Kinds(name) {
		if k == kind {
			n++
		}
	}
	return n
}

// Tried returns how long after the start of the world each call for an effect
// of this type was made.
func (w *World) Tried(effect string) []time.Duration {
	var at []time.Duration
	for _, t := range w.Tries {
		if t.Type == effect {
			at = append(at, t.At.Sub(Start))
		}
	}
	return at
}
