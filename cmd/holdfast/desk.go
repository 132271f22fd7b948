package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/integrations"
	"holdfast/internal/fault"
	"holdfast/journal"
)

// deskEvery is how often the tickets of open incidents are looked at.
const deskEvery = time.Minute

// desk takes in what people do with tickets in the tracker. Webhooks bring it at
// once; the look at all tickets now and then is what counts, for webhooks get
// lost.
type desk struct {
	tickets integrations.TicketStates
	engine  *engine.Engine
	log     *slog.Logger
	failing bool // the last look has failed, and that was said
}

// deskOf returns nil for a tracker that cannot tell where tickets are.
func deskOf(t integrations.Tracker, log *slog.Logger) *desk {
	states, able := t.(integrations.TicketStates)
	if !able {
		return nil
	}
	return &desk{tickets: states, log: log}
}

// run looks every so often while this replica leads, until ctx ends.
func (d *desk) run(ctx context.Context) {
	turn := time.NewTicker(deskEvery)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		if d.engine.Leading() {
			d.say(ctx, d.look(ctx))
		}
	}
}

// say tells the log when looking begins to fail, and when it is over.
func (d *desk) say(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !d.failing:
		d.log.Warn("the tracker does not tell where the tickets are; what people do there is seen late", "err", err)
	case err == nil && d.failing:
		d.log.Info("the tracker tells again where the tickets are")
	}
	d.failing = err != nil
}

// look takes in what has happened to the tickets of all open incidents.
func (d *desk) look(ctx context.Context) error {
	open, err := d.open(ctx)
	if err != nil {
		return err
	}
	var tickets []string
	for _, s := range open {
		tickets = append(tickets, integrations.Followed(s)...)
	}
	slices.Sort(tickets)
	return d.take(ctx, open, slices.Compact(tickets))
}

// heard takes in what has happened to one ticket, or with none named to any; nil
// when that is on record, or nothing was to be recorded.
func (d *desk) heard(ctx context.Context, ticket string) error {
	if ticket == "" {
		return d.look(ctx)
	}
	open, err := d.open(ctx)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(s incident.State) bool { return !slices.Contains(integrations.Followed(s), ticket) })
	if len(open) == 0 {
		return nil // it is none of ours
	}
	return d.take(ctx, open, []string{ticket})
}

func (d *desk) open(ctx context.Context) ([]incident.State, error) {
	all, err := d.engine.Incidents(ctx)
	if err != nil {
		return nil, err
	}
	var open []incident.State
	for _, l := range all {
		if l.Closed || l.Lost {
			continue
		}
		s, err := d.engine.State(ctx, l.ID)
		if err != nil {
			if fault.CodeOf(err) == fault.Store {
				return nil, err
			}
			continue // it cannot be read at all, and nothing can be added to it
		}
		if s.Open() && s.Newer() == "" && s.Frozen == "" {
			open = append(open, s)
		}
	}
	return open, nil
}

func (d *desk) take(ctx context.Context, open []incident.State, tickets []string) error {
	if len(tickets) == 0 {
		return nil
	}
	seen, err := d.tickets.States(ctx, tickets...)
	errs := []error{err} // of those that could not be read
	for _, s := range open {
		for _, a := range integrations.Follow(s, seen) {
			errs = append(errs, d.record(ctx, s.ID, a))
		}
	}
	return errors.Join(errs...)
}

// deskCommand names a change, so that two replicas record it once.
func deskCommand(id string, a incident.FollowTicket) string {
	return fmt.Sprintf("tracker/%s/%s/%d", id, a.Ticket, a.Change)
}

// record has one change decided. Whoever else takes it in at the same time, it
// is recorded once.
func (d *desk) record(ctx context.Context, id string, a incident.FollowTicket) error {
	_, err := d.engine.Do(ctx, engine.Command{Journal: id, ID: deskCommand(id, a), Action: a,
		Actor: incident.Person{ID: journal.Bot}, Source: "tracker"})
	if f := fault.From(err); err != nil && (f.Code == fault.Closed || f.Code == fault.Newer) {
		return nil // there is nothing to be followed any more
	}
	return err
}
