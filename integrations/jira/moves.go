package jira

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	jira "github.com/andygrunwald/go-jira"

	"holdfast/integrations"
	"holdfast/internal/outbound"
)

// Move implements integrations.Mover.
func (t *Tracker) Move(ctx context.Context, m integrations.Move) error {
	if err := checkKey(m.Ticket); err != nil {
		return err
	}
	err := t.step(ctx, m)
	var f *outbound.Failure
	if errors.As(err, &f) && f.Status == http.StatusBadRequest {
		err = t.step(ctx, m) // somebody may have moved it since it was looked at
	}
	if errors.As(err, &f) {
		return t.of(m.Ticket, err)
	}
	return err
}

// step looks where a ticket is and what its workflow offers there, and moves it.
// A call that failed comes as it is.
func (t *Tracker) step(ctx context.Context, m integrations.Move) error {
	at, err := t.issue(ctx, m.Ticket)
	if err != nil {
		return err
	}
	status := at.Fields.Status.Name
	offered, _, err := t.api.Issue.GetTransitionsWithContext(ctx, m.Ticket)
	if err != nil {
		return asFailure(err)
	}
	way, ok := named(offered, m.Transition)
	switch {
	case ok && way.To.Name != "" && way.To.Name == status:
		return nil // it is there
	case ok:
		return t.take(ctx, m, way)
	case strings.EqualFold(status, m.Transition):
		return nil
	}
	moved, err := t.hasMoved(ctx, m, at)
	if err != nil || moved {
		return err
	}
	return integrations.NotReachable(m.Ticket, m.Transition, line(status, "where it is"))
}

// named finds a transition by its name, or else by where it leads.
func named(offered []jira.Transition, name string) (jira.Transition, bool) {
	for _, of := range []func(jira.Transition) string{
		func(x jira.Transition) string { return x.Name }, func(x jira.Transition) string { return x.To.Name },
	} {
		if i := slices.IndexFunc(offered, func(x jira.Transition) bool { return strings.EqualFold(strings.TrimSpace(of(x)), name) }); i >= 0 {
			return offered[i], true
		}
	}
	return jira.Transition{}, false
}

func (t *Tracker) take(ctx context.Context, m integrations.Move, way jira.Transition) error {
	t.mu.Lock()
	t.led[m.Ticket+" "+m.Transition] = way.To.Name
	t.mu.Unlock()
	body := map[string]any{"transition": map[string]string{"id": way.ID}}
	if _, asks := way.Fields["resolution"]; asks && t.options.Resolution != "" {
		body["fields"] = map[string]any{"resolution": map[string]string{"name": t.options.Resolution}}
	}
	if _, err := t.api.Issue.DoTransitionWithPayloadWithContext(ctx, m.Ticket, body); err != nil {
		return asFailure(err)
	}
	return nil
}

// hasMoved says whether an earlier try has brought the ticket where it is, and
// only its answer was lost.
func (t *Tracker) hasMoved(ctx context.Context, m integrations.Move, at *jira.Issue) (bool, error) {
	if m.Since.IsZero() {
		return false, nil
	}
	t.mu.Lock()
	led := t.led[m.Ticket+" "+m.Transition]
	t.mu.Unlock()
	if led != "" {
		return led == at.Fields.Status.Name, nil
	}
	changes, err := t.changes(ctx, at)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	last := changes[len(changes)-1]
	return last.Own && !last.At.Before(m.Since), nil
}

// asFailure keeps an error of the library's whose cause is not a failed call
// from passing for something else.
func asFailure(err error) error {
	var f *outbound.Failure
	if errors.As(err, &f) {
		return err
	}
	return outbound.Unreadable(http.StatusOK, "is not what Jira answers to this")
}
