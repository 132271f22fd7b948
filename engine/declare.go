package engine

import (
	"context"
	"errors"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
)

// Declare opens an incident: the register's entry and the new journal's first
// ones are one atomic append. A declaration of the same trouble a moment later
// joins the first.
func (e *Engine) Declare(ctx context.Context, cmd Command, d incident.Declare) (Result, error) {
	opening, result, err := e.open(ctx, cmd, d)
	if err != nil || opening.Joins == "" {
		return result, err
	}
	cmd.Journal, cmd.Action = opening.Joins, incident.Join{Title: d.Title, Severity: d.Severity}
	result, err = e.Do(ctx, cmd)
	result.Joined = err == nil
	return result, err
}

func (e *Engine) open(ctx context.Context, cmd Command, d incident.Declare) (incident.Opening, Result, error) {
	r := &e.register
	if err := r.turn.take(ctx, incident.RegisterJournal); err != nil {
		return incident.Opening{}, Result{}, err
	}
	defer r.turn.give()
	if err := e.catchUpRegister(ctx); err != nil {
		return incident.Opening{}, Result{}, err
	}
	for range maxTries {
		if id, ok := r.spans[cmd.ID]; ok && cmd.ID != "" {
			result, err := e.opened(ctx, id, cmd.ID)
			return incident.Opening{}, result, err
		}
		o := d.Open(r.state, e.context(cmd))
		if o.Joins != "" {
			return o, Result{}, nil
		}
		if len(o.Register) == 0 {
			return o, Result{}, o.Refusal
		}
		result, err := e.appendOpening(ctx, cmd, o)
		var dup *storage.DuplicateError
		switch {
		case stale(err, r.drop):
			if err := e.catchUpRegister(ctx); err != nil {
				return o, Result{}, err
			}
			continue
		case errors.As(err, &dup):
			result, err := landed(ctx, e, ofIncidents, dup.Spans)
			return incident.Opening{}, joined(result), err
		case err != nil:
			return o, Result{}, err
		}
		return o, result, o.Refusal
	}
	return incident.Opening{}, Result{}, fault.New(fault.LostRace, "The register moved too often while this was declared.", "Try again.")
}

// appendOpening writes a refusal's denial to the register, or both journals of
// an opening at once.
func (e *Engine) appendOpening(ctx context.Context, cmd Command, o incident.Opening) (Result, error) {
	if o.Refusal != nil {
		cmd.ID = ""
	}
	regWrite, regEntries, err := e.draft(incident.RegisterJournal, e.register.state.Entries, cmd, o.Rule, o.Register)
	if err != nil {
		return Result{}, err
	}
	writes := []storage.Write{regWrite}
	var first []journal.Entry
	if o.ID != "" {
		w, entries, err := e.draft(o.ID, 0, cmd, o.Rule, o.First)
		if err != nil {
			return Result{}, err
		}
		writes, first = append(writes, w), entries
		// Locked before it exists, so that nobody folds its entries twice.
		b := e.book(o.ID)
		if err := b.turn.take(ctx, o.ID); err != nil {
			return Result{}, err
		}
		defer b.turn.give()
	}
	if err := e.write(ctx, cmd.ID, writes...); err != nil {
		return Result{}, err
	}
	if err := e.keepRegister(regWrite, regEntries); err != nil {
		return Result{}, err
	}
	if o.ID == "" {
		return Result{}, nil
	}
	if first, err = chained("", writes[1], first); err != nil {
		return Result{}, err
	}
	b := e.book(o.ID)
	b.apply(first...)
	e.told(o.ID, first)
	return Result{Journal: o.ID, Entries: first, State: b.state}, nil
}

// opened answers a declaration that has been recorded before.
func (e *Engine) opened(ctx context.Context, id, command string) (Result, error) {
	r := Result{Journal: id, Duplicate: true}
	for entry, err := range e.Entries(ctx, id, 0) {
		if err != nil {
			return Result{}, err
		}
		if entry.Command != command {
			break
		}
		r.State = r.State.Apply(entry)
		r.Entries = append(r.Entries, entry)
	}
	return r, nil
}

// Deny records outside any incident that somebody was refused for want of a
// right; at most one a person, rule and minute is kept.
func (e *Engine) Deny(ctx context.Context, cmd Command, verb, rule string) error {
	r := &e.register
	if err := r.turn.take(ctx, incident.RegisterJournal); err != nil {
		return err
	}
	defer r.turn.give()
	if err := e.catchUpRegister(ctx); err != nil {
		return err
	}
	if r.state.DeniedLately(cmd.Actor.ID, rule, e.opts.Clock.Now()) {
		return nil
	}
	_, err := e.appendOpening(ctx, cmd, incident.Opening{
		Register: []incident.Statement{{Fact: &incident.AccessDenied{Person: cmd.Actor.ID, Verb: verb, Rule: rule}}},
		Rule:     rule, Refusal: errors.New("denied"),
	})
	if stale(err, r.drop) {
		return nil // a crowd is at the register; the refusal itself stands
	}
	return err
}
