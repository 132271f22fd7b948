package storage

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"holdfast/internal/fault"
)

// The size of one batch of a copy.
const (
	packDrafts = 500
	packBytes  = 1 << 20
)

// pack is a batch that is being filled.
type pack struct {
	writes        []Write
	drafts, bytes int
}

func (p *pack) add(e Entry) {
	if n := len(p.writes); n == 0 || p.writes[n-1].Journal != e.Journal {
		p.writes = append(p.writes, Write{Journal: e.Journal, At: e.Seq - 1})
	}
	w := &p.writes[len(p.writes)-1]
	w.Drafts = append(w.Drafts, Draft{Kind: e.Kind, Body: e.Body})
	p.drafts++
	p.bytes += len(e.Body)
}

func (p *pack) full() bool { return p.drafts >= packDrafts || p.bytes >= packBytes }

// copyBlobs comes before the entries that refer to them, and after the look at
// the source: a blob is kept before its entry is.
func (c *copying) copyBlobs(ctx context.Context) error {
	source, isSource := c.from.(Blobs)
	lister, lists := c.from.(BlobLister)
	target, isTarget := c.to.(Blobs)
	if !isSource || !lists || !isTarget {
		return nil
	}
	sums, err := lister.BlobSums(ctx)
	if err != nil {
		return err
	}
	for i, sum := range sums {
		c.progress("copying blobs", i, len(sums))
		if _, err := target.Get(ctx, sum); err == nil {
			continue
		}
		data, err := source.Get(ctx, sum)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			c.done.Left = append(c.done.Left, Left{"blob " + sum, err.Error()})
			continue
		}
		if _, err := target.Put(ctx, data); err != nil {
			return err
		}
		c.done.Blobs++
	}
	return nil
}

// copyJournals brings all journals but the first where the source has them,
// and only then the first.
func (c *copying) copyJournals(ctx context.Context) error {
	others := slices.DeleteFunc(slices.Clone(c.order), func(name string) bool { return name == c.options.First })
	for _, names := range [][]string{others, c.order[len(others):]} {
		for i, name := range names {
			c.progress("copying", i, len(names))
			if err := c.extend(ctx, name); err != nil {
				return err
			}
		}
		if err := c.flush(ctx); err != nil {
			return err
		}
		for i, name := range names {
			c.progress("reading back", i, len(names))
			if err := c.confirm(ctx, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// extend appends to the copy what the look at the source has seen.
func (c *copying) extend(ctx context.Context, name string) error {
	j := c.journals[name]
	end := j.end()
	if j.left != nil || j.old.Seq == end.Seq {
		return nil
	}
	for e, err := range c.from.Read(ctx, name, j.old.Seq) {
		if err != nil {
			return err
		}
		c.batch.add(e)
		c.done.Added++
		if c.batch.full() {
			if err := c.flush(ctx); err != nil {
				return err
			}
		}
		if e.Seq == end.Seq {
			return nil
		}
	}
	return fault.Newf(fault.Store, "Try again.", "%s ended before entry %d, which had been there.", name, end.Seq)
}

func (c *copying) flush(ctx context.Context) error {
	if len(c.batch.writes) == 0 {
		return nil
	}
	_, err := c.to.Append(ctx, "", c.batch.writes...)
	c.batch = pack{}
	var moved *ConflictError
	if errors.As(err, &moved) {
		return fault.Wrap(err, fault.Store, "Somebody else writes into the copy.", "Stop that first; a copy has one writer.")
	}
	return err
}

// confirm reads what was added back, compares the heads, and freezes what is
// frozen in the source.
func (c *copying) confirm(ctx context.Context, name string) error {
	j := c.journals[name]
	if j.left != nil {
		return nil
	}
	v := NewVerifierAt(name, j.old)
	for e, err := range c.to.Read(ctx, name, j.old.Seq) {
		if errors.As(err, new(*FrozenError)) {
			break
		}
		if err == nil {
			err = v.Next(e)
		}
		if err != nil {
			return fmt.Errorf("read the copy of %s back: %w", name, err)
		}
	}
	if end := j.end(); v.Count() != end.Seq || v.Head() != end.Hash {
		return fault.Newf(fault.Store, "Do not rely on this copy; make another one on another disk.",
			"The copy of %s stands at %d (%s), the source at %d (%s).", name, v.Count(), v.Head().Short(), end.Seq, end.Hash.Short())
	}
	if j.frozen != nil {
		if j.mark == nil {
			if err := c.to.(Freezer).Freeze(ctx, *j.frozen); err != nil {
				return err
			}
		}
		c.done.Frozen = append(c.done.Frozen, name)
	}
	c.done.Journals++
	c.done.Entries += v.Count()
	return nil
}
