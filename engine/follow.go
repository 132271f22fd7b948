package engine

import (
	"context"
	"fmt"
)

// Follow tells the engine of every journal that grows by another's hand, and
// whoever else is to know, until ctx ends. The error says that the store cannot
// be watched.
func (e *Engine) Follow(ctx context.Context, tell func(journalName string)) error {
	names, err := e.opts.Store.Watch(ctx)
	if err != nil {
		return fmt.Errorf("watch the journals: %w", err)
	}
	for name := range names {
		if err := e.Grown(ctx, name, 0); err != nil && ctx.Err() == nil {
			e.opts.Log.Error("take in a journal that has grown", "journal", name, "err", err)
		}
		tell(name)
	}
	return nil
}
