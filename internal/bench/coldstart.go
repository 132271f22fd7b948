package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/file"
)

// coldStart measures how long people wait for a process that has just been
// started again in the middle of their incidents: until the register is known
// and every incident that is not over can be answered for. The files are in
// the page cache, as after the crash of a process; a machine that boots reads
// them from its disk first.
func coldStart(ctx context.Context, b *bench) ([]row, error) {
	dir := filepath.Join(b.dir, "cold")
	defer os.RemoveAll(dir)
	h, err := newHistory(dir)
	if err != nil {
		return nil, err
	}
	defer h.store.Close()
	if err := h.past(ctx, b.sizes); err != nil {
		return nil, err
	}
	if err := h.store.Close(); err != nil {
		return nil, err
	}
	c := &restart{sizes: b.sizes, clock: h.clock, register: h.register,
		open: func(context.Context) (storage.Store, error) { return file.Open(dir, file.Options{Clock: h.clock}) }}
	// The reads of one start are what the control does, without the rest.
	noted := newDisk(dir)
	noted.noted = true
	first := *c
	first.unchecked = true // checking reads too
	first.open = func(context.Context) (storage.Store, error) {
		return file.Open(dir, file.Options{Clock: h.clock, FS: noted})
	}
	if _, err := first.start(ctx); err != nil {
		return nil, err
	}
	var read int
	r, err := b.inTurns(ctx,
		func() (float64, error) {
			start := time.Now()
			n, err := noted.replay()
			read = n
			return time.Since(start).Seconds(), err
		},
		func() (float64, error) { return c.start(ctx) },
	)
	if err != nil {
		return nil, err
	}
	what := "cold start, " + b.past()
	against := fmt.Sprintf("the same reads alone (%s)", figure{float64(read), megabytes})
	return []row{r.row(what, seconds, against, figureBelow(1, seconds))}, nil
}

// restart is a store that is opened again and again.
type restart struct {
	sizes
	open      func(context.Context) (storage.Store, error)
	clock     clock.Clock
	register  int // entries it must have
	unchecked bool
}

// past says what a store holds that is opened again.
func (z sizes) past() string {
	return fmt.Sprintf("%d open of %d entries, %s closed of %d", z.opened, z.openEntries, thousands(int64(z.closed)), z.closedEntries)
}

// start returns how long it took until every open incident was folded. The
// chains are checked afterwards.
func (c *restart) start(ctx context.Context) (float64, error) {
	start := time.Now()
	store, err := c.open(ctx)
	if err != nil {
		return 0, err
	}
	defer store.Close()
	e := engine.New(engine.Options{Store: store, Clock: c.clock})
	if err := e.Open(ctx); err != nil {
		return 0, err
	}
	listed, err := e.Incidents(ctx)
	if err != nil {
		return 0, err
	}
	states := make([]incident.State, 0, c.opened)
	for _, l := range listed {
		if l.Closed {
			continue
		}
		s, err := e.State(ctx, l.ID)
		if err != nil {
			return 0, err
		}
		states = append(states, s)
	}
	took := time.Since(start).Seconds()
	if c.unchecked {
		return took, nil
	}
	return took, c.check(ctx, store, listed, states)
}

func (c *restart) check(ctx context.Context, store storage.Store, listed []incident.Listed, states []incident.State) error {
	if err := exactly("incidents in the register", len(listed), c.opened+c.closed); err != nil {
		return err
	}
	if err := exactly("open incidents", len(states), c.opened); err != nil {
		return err
	}
	if _, err := verified(ctx, store, incident.RegisterJournal, c.register); err != nil {
		return err
	}
	for _, s := range states {
		if err := exactly("folded entries of "+s.ID, int(s.Entries), c.openEntries); err != nil {
			return err
		}
		head, err := verified(ctx, store, s.ID, c.openEntries)
		if err != nil {
			return err
		}
		if head.String() != s.Head {
			return &miscount{"the state of " + s.ID + " rests on another head than its chain"}
		}
	}
	return nil
}

// verified reads a journal, checks its chain and that it has n entries, and
// returns its head.
func verified(ctx context.Context, store storage.Store, name string, n int) (storage.Hash, error) {
	chain := storage.NewVerifier(name)
	for e, err := range store.Read(ctx, name, 0) {
		if err != nil {
			return chain.Head(), err
		}
		if chain.Next(e) != nil {
			break
		}
	}
	return chain.Head(), exactly("entries of "+name+" in one chain", int(chain.Count()), n)
}
