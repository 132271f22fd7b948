package engine

import (
	"context"
	"errors"

	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/storage"
)

// setAside says that a journal cannot be worked on now, and logs it once:
// the others go on. One that stays as it is, such as a frozen one, is not
// looked at again.
func (e *Engine) setAside(id, frozen string, err error) bool {
	why := frozen
	if err != nil {
		why = err.Error()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if why == "" {
		delete(e.aside, id)
		return false
	}
	if e.aside[id] != why {
		e.aside[id] = why
		e.opts.Log.Error("journal set aside", "journal", id, "err", why)
	}
	if stays(frozen, err) {
		delete(e.active, id)
	}
	return true
}

// stays says that reading again cannot help: the journal is frozen, archived or
// not there.
func stays(frozen string, err error) bool {
	return frozen != "" || errors.As(err, new(*storage.FrozenError)) || errors.As(err, new(*storage.ArchivedError)) ||
		fault.CodeOf(err) == fault.UnknownID
}

// StateOf returns the state of a line of the register. Of an incident whose
// journal cannot be read it is what the register says, so that one does not
// hide the others. The error says that ctx has ended.
func (e *Engine) StateOf(ctx context.Context, l incident.Listed) (incident.State, error) {
	if l.Lost {
		return l.State(), nil
	}
	s, err := e.State(ctx, l.ID)
	if err != nil {
		return l.State(), ctx.Err()
	}
	return s, nil
}

// asFrozen returns what can be read of a frozen journal, as an answer; nothing
// else of it is shown. Any other error stays one, and so does a journal without
// a single entry.
func asFrozen(b *book[incident.State], err error) (incident.State, error) {
	var frozen *storage.FrozenError
	switch {
	case !errors.As(err, &frozen):
		return incident.State{}, err
	case b.state.Entries == 0:
		return incident.State{}, frozen
	}
	s := b.state
	s.Frozen = frozen.String()
	b.shown.Store(&s)
	return s, nil
}
