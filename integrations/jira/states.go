package jira

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	jira "github.com/andygrunwald/go-jira"

	"holdfast/integrations"
	"holdfast/internal/fault"
	"holdfast/internal/outbound"
)

// rememberedState is a ticket as it was last read, and what would have changed
// had it been touched since.
type rememberedState struct {
	id      int
	updated time.Time
	status  string
	state   integrations.TicketState
}

// States implements integrations.TicketStates. A search tells which of several
// tickets were touched since they were last read; only those are read again.
func (t *Tracker) States(ctx context.Context, tickets ...string) ([]integrations.TicketState, error) {
	tickets = slices.DeleteFunc(slices.Clone(tickets), func(k string) bool { return checkKey(k) != nil })
	if len(tickets) == 1 {
		return t.readAll(ctx, tickets)
	}
	var all []integrations.TicketState
	var errs []error
	for batch := range slices.Chunk(tickets, ownMost) {
		touched, kept, err := t.touched(ctx, batch)
		if err != nil {
			return all, errors.Join(append(errs, err)...)
		}
		read, err := t.readAll(ctx, touched)
		all, errs = append(append(all, kept...), read...), append(errs, err)
	}
	return all, errors.Join(errs...)
}

// touched parts tickets into those that must be read again and those that need
// not. A query that Jira refuses names a ticket it does not have; then all are
// read, one by one.
func (t *Tracker) touched(ctx context.Context, tickets []string) (again []string, kept []integrations.TicketState, err error) {
	var fresh []int
	t.mu.Lock()
	for _, k := range tickets {
		if r, ok := t.read[k]; ok && r.id > 0 {
			fresh = append(fresh, r.id)
		}
	}
	t.mu.Unlock()
	found, err := t.search(ctx, "issuekey in ("+strings.Join(tickets, ", ")+") ORDER BY created ASC", []string{"status", "updated"}, len(tickets), fresh)
	if err != nil {
		if fault.From(err).Permanent {
			return tickets, nil, nil
		}
		return nil, nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range tickets {
		i := slices.IndexFunc(found, func(x jira.Issue) bool { return x.Key == k })
		old, known := t.read[k]
		if known && i >= 0 && found[i].Fields != nil && found[i].Fields.Status != nil &&
			old.updated.Equal(time.Time(found[i].Fields.Updated)) && old.status == found[i].Fields.Status.Name {
			kept = append(kept, old.state)
			continue
		}
		again = append(again, k)
	}
	return again, kept, nil
}

// patience is how many tickets that cannot be read it takes to give the others
// up, too: with one it is the ticket, with so many it is Jira.
const patience = 3

func (t *Tracker) readAll(ctx context.Context, tickets []string) ([]integrations.TicketState, error) {
	var all []integrations.TicketState
	var errs []error
	for _, k := range tickets {
		state, err := t.readOne(ctx, k)
		switch {
		case isMissing(err):
		case err != nil:
			if errs = append(errs, t.of(k, err)); len(errs) == patience {
				return all, errors.Join(errs...)
			}
		default:
			all = append(all, state)
		}
	}
	return all, errors.Join(errs...)
}

func (t *Tracker) readOne(ctx context.Context, ticket string) (integrations.TicketState, error) {
	at, err := t.issue(ctx, ticket)
	if err != nil {
		return integrations.TicketState{}, err
	}
	changes, err := t.changes(ctx, at)
	if err != nil {
		return integrations.TicketState{}, err
	}
	state := integrations.TicketState{Ticket: ticket, Status: line(at.Fields.Status.Name, "?"), Changes: changes}
	t.remember(ticket, at, state)
	return state, nil
}

// rememberedMost bounds what is remembered; one that is forgotten is read again.
const rememberedMost = 5000

func (t *Tracker) remember(ticket string, at *jira.Issue, state integrations.TicketState) {
	id, _ := strconv.Atoi(at.ID) // 0 is not asked about
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.read) >= rememberedMost {
		clear(t.read)
	}
	t.read[ticket] = rememberedState{id: id, updated: time.Time(at.Fields.Updated), status: at.Fields.Status.Name, state: state}
}

// issue reads one ticket with its status and how it came there. One that is in
// another project now is found by the key it had. A call that failed comes as it
// is.
func (t *Tracker) issue(ctx context.Context, ticket string) (*jira.Issue, error) {
	at, _, err := t.api.Issue.GetWithContext(ctx, ticket, &jira.GetQueryOptions{Fields: "status,updated", Expand: "changelog"})
	switch {
	case err != nil:
		return nil, asFailure(err)
	case at.Fields == nil || at.Fields.Status == nil:
		return nil, outbound.Unreadable(http.StatusOK, "does not say where the ticket is")
	}
	return at, nil
}

// changes returns the steps a ticket has gone, oldest first.
func (t *Tracker) changes(ctx context.Context, at *jira.Issue) ([]integrations.TicketChange, error) {
	me, err := t.myself(ctx)
	if err != nil || at.Changelog == nil {
		return nil, err
	}
	var all []integrations.TicketChange
	for _, h := range at.Changelog.Histories {
		number, err := strconv.ParseUint(h.Id, 10, 64)
		when, late := time.Parse("2006-01-02T15:04:05.999-0700", h.Created)
		if err := errors.Join(err, late); err != nil {
			return nil, t.failed(outbound.Unreadable(http.StatusOK, "has a change without a number or a time"))
		}
		for _, item := range h.Items {
			if item.Field != "status" {
				continue
			}
			done, err := t.isDone(ctx, item.To)
			if err != nil {
				return nil, err
			}
			all = append(all, integrations.TicketChange{Number: number, At: when.UTC(), By: line(h.Author.DisplayName, "somebody"), Own: same(h.Author, me),
				From: line(item.FromString, "?"), To: line(item.ToString, "?"), Done: done})
		}
	}
	slices.SortStableFunc(all, func(a, b integrations.TicketChange) int { return cmp.Compare(a.Number, b.Number) })
	return all, nil
}

// isDone says whether work is over in a status, by the category it belongs to.
func (t *Tracker) isDone(ctx context.Context, status any) (bool, error) {
	id := fmt.Sprint(status)
	t.mu.Lock()
	done, known := t.done[id]
	t.mu.Unlock()
	if known {
		return done, nil
	}
	all, _, err := t.api.Status.GetAllStatusesWithContext(ctx)
	if err != nil {
		return false, t.failed(err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = map[string]bool{id: false} // one that is gone since is not asked for again
	for _, s := range all {
		t.done[s.ID] = s.StatusCategory.Key == jira.StatusCategoryComplete
	}
	return t.done[id], nil
}
