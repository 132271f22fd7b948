package engine

import (
	"context"
	"fmt"

	"holdfast/storage"
)

// turn is a lock whose waiting ends with a context: while a store hangs, a
// crowd behind one journal is answered all the same.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn. The error is a *fault.Error: nothing was done.
func (t turn) take(ctx context.Context, journalName string) error {
	select {
	case t <- struct{}{}:
		return nil
	default:
	}
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		doing := "wait for the turn on " + journalName
		return storeFault(&storage.UnavailableError{Doing: doing, Err: fmt.Errorf("others wait for the store: %w", ctx.Err())}, doing)
	}
}

func (t turn) give() { <-t }
