package engine

import (
	"context"
	"fmt"

	"holdfast/storage"
)

// Growth is what Follow tells of a journal.
type Growth = storage.Growth

// Follow tells the engine of every journal that grows by another's hand, and
// whoever else is to know, until ctx ends. The error says that the store cannot
// be watched.
func (e *Engine) Follow(ctx context.Context, tell func(Growth)) error {
	growths, err := e.opts.Store.Watch(ctx)
	if err != nil {
		return fmt.Errorf("watch the journals: %w", err)
	}
	for g := range growths {
		if err := e.Grown(ctx, g); err != nil && ctx.Err() == nil {
			e.opts.Log.Error("take in a journal that has grown", "journal", g.Journal, "err", err)
		}
		tell(g)
	}
	return nil
}
