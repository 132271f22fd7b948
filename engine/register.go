package engine

import (
	"context"

	"holdfast/incident"
	"holdfast/journal"
	"holdfast/storage"
)

// writeBoth appends what a ruling says to its journal and to the register in
// one atomic batch.
func (e *Engine) writeBoth(ctx context.Context, cmd Command, v ruling, w storage.Write) error {
	r := &e.register
	if err := r.turn.take(ctx, incident.RegisterJournal); err != nil {
		return err
	}
	defer r.turn.give()
	if err := e.catchUpRegister(ctx); err != nil {
		return err
	}
	reg, entries, err := e.draft(incident.RegisterJournal, r.state.Entries, cmd, v.rule, v.register)
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
