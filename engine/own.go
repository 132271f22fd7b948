package engine

import (
	"context"
	"errors"
	"slices"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
)

// own does an effect that is Holdfast's own: what one journal asks of another.
// The command id is the effect's key, so that a repeat changes nothing, however
// often a process ends between the two journals.
func (e *Engine) own(ctx context.Context, id string, a journal.Attempt) (ref string, err error) {
	switch a.Type {
	case journal.Merge:
		return e.merge(ctx, id, a)
	case journal.Reassess:
		return e.reassess(ctx, id, a)
	}
	return "", e.tellRegister(ctx, id, a)
}

// merge has the other incident take this one in and returns the entry that
// says so. What its rules refuse is not asked again.
func (e *Engine) merge(ctx context.Context, id string, a journal.Attempt) (ref string, err error) {
	s, err := e.State(ctx, id)
	if err != nil {
		return "", err
	}
	if t, _ := s.Outbox.Get(a.Key); t.Outcome != journal.Pending {
		return "", nil // taken back meanwhile
	}
	r, err := e.Do(ctx, Command{ID: a.Key, Journal: a.To, Action: incident.AbsorbOf(s, a.Key),
		Actor: incident.Person{ID: journal.Bot}, Source: "engine", Platform: s.Platform})
	if slices.Contains([]fault.Code{fault.Closed, fault.NotOpen, fault.Range, fault.UnknownID}, fault.CodeOf(err)) {
		f := *fault.From(err)
		f.Permanent = true
		err = &f
	}
	return r.Ref(), err
}

// tellRegister lets the register learn that an incident has ended. An incident
// that was opened again meanwhile has not: since that is appended to both
// journals at once, the register cannot have stood still if it has happened.
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
		if err := errors.Join(e.catchUpRegister(ctx), b.catchUp(ctx, e)); err != nil {
			return err
		}
		if b.state.Phase != incident.PhaseClosed {
			return nil
		}
		cmd := Command{ID: a.Key, Actor: incident.Person{ID: journal.Bot}, Source: "engine"}
		w, entries, err := e.draft(incident.RegisterJournal, r.state.Entries, cmd, "engine", []incident.Statement{{Fact: incident.EndOf(b.state)}})
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
