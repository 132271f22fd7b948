package engine

import (
	"context"
	"errors"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
)

// writeBoth appends what a verdict says to its journal and to the register in
// one atomic batch.
func (e *Engine) writeBoth(ctx context.Context, cmd Command, v incident.Verdict, w storage.Write) error {
	r := &e.register
	if err := r.turn.take(ctx, incident.RegisterJournal); err != nil {
		return err
	}
	defer r.turn.give()
	if err := e.catchUpRegister(ctx); err != nil {
		return err
	}
	reg, entries, err := e.draft(incident.RegisterJournal, r.state.Entries, cmd, v.Rule, v.Register)
	if err != nil {
		return err
	}
	if err := e.write(ctx, cmd.ID, w, reg); err != nil {
		return err
	}
	return e.keepRegister(reg, entries)
}

// keepRegister folds entries that have landed in the register. The caller has
// its turn.
func (e *Engine) keepRegister(w storage.Write, entries []journal.Entry) error {
	entries, err := chained(e.register.state.Head, w, entries)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		e.register.apply(entry)
	}
	e.told(incident.RegisterJournal, entries)
	return nil
}

// tellRegister performs the one effect that is Holdfast's own: the register
// learns that an incident has ended. An incident that was opened again
// meanwhile has not: since that is appended to both journals at once, the
// register cannot have stood still if it has happened. The command id is the
// effect's key, so a repeat changes nothing.
func (e *Engine) tellRegister(ctx context.Context, id string, a journal.Attempt) error {
	b := e.book(id)
	if err := b.turn.take(ctx, id); err != nil {
		return err
	}
	defer b.turn.give()
	r := &e.register
	if err := r.turn.take(ctx, incident.RegisterJournal); err != nil {
		return err
	}
	defer r.turn.give()
	for range maxTries {
		if err := errors.Join(e.catchUpRegister(ctx), e.catchUp(ctx, b)); err != nil {
			return err
		}
		if b.state.Phase != incident.PhaseClosed {
			return nil
		}
		ended := &incident.Ended{ID: b.state.ID, Title: b.state.Title, As: b.state.ClosedAs}
		if b.state.Private {
			ended.Title = ""
		}
		cmd := Command{ID: a.Key, Actor: incident.Person{ID: journal.Bot}, Source: "engine"}
		w, entries, err := e.draft(incident.RegisterJournal, r.state.Entries, cmd, "engine", []incident.Statement{{Fact: ended}})
		if err != nil {
			return err
		}
		err = e.write(ctx, cmd.ID, w)
		var dup *storage.DuplicateError
		switch {
		case stale(err, r.drop):
			continue
		case errors.As(err, &dup):
			return nil
		case err != nil:
			return err
		}
		return e.keepRegister(w, entries)
	}
	return fault.New(fault.LostRace, "The register moved too often.", "It is tried again.")
}
