package storage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"holdfast/internal/fault"
)

// lookAtSource reads the source, again and again from where it was, until the
// first journal has not moved for a whole pass.
func (c *copying) lookAtSource(ctx context.Context) error {
	for range maxPasses {
		if err := c.pass(ctx); err != nil {
			return err
		}
		if still, err := c.standsStill(ctx); err != nil || still {
			return err
		}
	}
	return nil
}

// pass takes the first journal as far as it goes, then all others.
func (c *copying) pass(ctx context.Context) error {
	first := c.options.First
	if first != "" {
		if err := c.follow(ctx, first); err != nil {
			return err
		}
		if err := c.journal(first).left; err != nil {
			return fault.Wrap(err, fault.Store, "The journal "+first+" cannot be read, and no copy is whole without it.",
				"Repair the source first (`holdfast repair`, for a file store).")
		}
	}
	names, err := c.from.Journals(ctx)
	if err != nil {
		return err
	}
	c.order = c.order[:0]
	for i, name := range names {
		c.progress("reading", i, len(names))
		c.journal(name).listed = true
		if name == first {
			continue
		}
		c.order = append(c.order, name)
		if err := c.follow(ctx, name); err != nil {
			return err
		}
	}
	if c.journals[first] != nil && c.journals[first].listed {
		c.order = append(c.order, first)
	}
	return nil
}

func (c *copying) standsStill(ctx context.Context) (bool, error) {
	first := c.options.First
	if first == "" {
		return true, nil
	}
	for _, err := range c.from.Read(ctx, first, c.journal(first).end().Seq) {
		if errors.As(err, new(*FrozenError)) {
			return true, nil
		}
		return false, err
	}
	return true, nil
}

// follow checks a journal of the source from where the last pass left it. What
// keeps it from being copied is noted, not returned, unless the store itself
// has gone.
func (c *copying) follow(ctx context.Context, name string) error {
	j := c.journal(name)
	if j.left != nil || j.frozen != nil {
		return nil
	}
	for e, err := range c.from.Read(ctx, name, j.end().Seq) {
		if err == nil {
			err = j.chain.Next(e)
		}
		if err != nil {
			return c.stop(ctx, j, err)
		}
		if e.Seq == j.old.Seq && e.Hash != j.old.Hash {
			return differs(name, "Entry %d has the hash %s in the copy and %s in the source.", e.Seq, j.old.Hash.Short(), e.Hash.Short())
		}
	}
	return nil
}

// stop notes why a journal ends where it does.
func (c *copying) stop(ctx context.Context, j *copied, err error) error {
	frozen, archived := new(FrozenError), new(ArchivedError)
	switch {
	case errors.As(err, &frozen):
		j.frozen = &frozen.Frozen
		if _, can := c.to.(Freezer); !can {
			j.left = err // without the mark it would look whole
		}
		return nil
	case errors.As(err, &archived) && archived.Head == j.old:
		j.chain = NewVerifierAt(archived.Journal, archived.Head) // the copy has it whole
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	if _, gone := c.from.Journals(ctx); gone != nil {
		return gone
	}
	j.left = err
	return nil
}

// compare demands that the copy is the beginning of the source.
func (c *copying) compare(context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(c.journals)) {
		j := c.journals[name]
		switch {
		case j.old.Seq > 0 && !j.listed:
			return differs(name, "The copy has %d entries of it, the source none.", j.old.Seq)
		case j.left != nil:
			c.done.Left = append(c.done.Left, Left{name, j.left.Error()})
		case j.end().Seq < j.old.Seq:
			return differs(name, "The copy has %d entries, the source %d.", j.old.Seq, j.end().Seq)
		case j.mark != nil && j.end() != j.old:
			return differs(name, "It is frozen in the copy after entry %d, and the source has %d.", j.old.Seq, j.end().Seq)
		}
	}
	return nil
}

func differs(journal, format string, args ...any) error {
	return &DiffersError{Journal: journal, What: fmt.Sprintf(format, args...)}
}
