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
	"holdfast/storage/memory"
)

// doNotes measures what deciding adds to storing: one person after the other
// takes a note, through the engine and straight into the store. It is for
// information, so it has no target.
func doNotes(ctx context.Context, b *bench) ([]row, error) {
	var rows []row
	for _, n := range []*noting{
		{bench: b, what: "memory", incidents: b.inMemory, open: func(string) (storage.Store, error) { return memory.New(clock.System{}), nil }},
		{bench: b, what: "file", incidents: b.inFile, open: func(dir string) (storage.Store, error) { return file.Open(dir, file.Options{}) }},
	} {
		if _, err := n.do(ctx); err != nil { // gives the control its bytes
			return rows, err
		}
		r, err := b.inTurns(ctx,
			func() (float64, error) { return n.each(ctx, n.bare) },
			func() (float64, error) { return n.each(ctx, n.do) },
		)
		if err != nil {
			return rows, err
		}
		what := fmt.Sprintf("Do of a note, %s store", n.what)
		rows = append(rows, r.row(what, perSecond, "bare append of the same bytes", bound{}))
	}
	return rows, nil
}

type noting struct {
	*bench
	what      string
	incidents int
	open      func(dir string) (storage.Store, error)
	stored    []storage.Entry // the notes as the engine wrote them
}

// each measures every incident in a store of its own and returns how many
// notes are taken in a second.
func (n *noting) each(ctx context.Context, take func(context.Context) (time.Duration, error)) (float64, error) {
	var took time.Duration
	for range n.incidents {
		d, err := take(ctx)
		if err != nil {
			return 0, err
		}
		took += d
	}
	return float64(n.incidents*n.notes) / took.Seconds(), nil
}

func (n *noting) fresh() (store storage.Store, remove func(), err error) {
	dir := filepath.Join(n.dir, "notes")
	store, err = n.open(dir)
	return store, func() {
		if store != nil {
			store.Close()
		}
		os.RemoveAll(dir)
	}, err
}

var alice = incident.Person{ID: "alice", Groups: []string{"responders", "commanders"}}

// do declares an incident and returns how long its notes take.
func (n *noting) do(ctx context.Context) (time.Duration, error) {
	store, remove, err := n.fresh()
	defer remove()
	if err != nil {
		return 0, err
	}
	e := engine.New(engine.Options{Store: store, Clock: clock.System{}})
	if err := e.Open(ctx); err != nil {
		return 0, err
	}
	cmd := engine.Command{Actor: alice, Source: "slash", Room: "#inc-1-checkout", Platform: "chat", Plan: planCommit}
	cmd.ID = "chat:T01:declare"
	declared, err := e.Declare(ctx, cmd, incident.Declare{Title: "checkout fails", Slug: "checkout", Severity: 2, Services: services[:2], Commander: &alice, Terms: terms})
	if err != nil {
		return 0, err
	}
	cmd.Journal = declared.Journal
	start := time.Now()
	for i := range n.notes {
		cmd.ID = fmt.Sprintf("chat:T01:%08d", i)
		cmd.Action = incident.AddNote{Text: fmt.Sprintf("Replication lag is at %d s; the connection pool of the checkout is at its limit.", i)}
		if _, err := e.Do(ctx, cmd); err != nil {
			return 0, err
		}
	}
	took := time.Since(start)
	n.stored = n.stored[:0]
	for entry, err := range store.Read(ctx, cmd.Journal, uint64(len(declared.Entries))) {
		if err != nil {
			return took, err
		}
		n.stored = append(n.stored, entry)
	}
	return took, exactly("notes read back", len(n.stored), n.notes)
}

// bare appends the same bytes without a decision.
func (n *noting) bare(ctx context.Context) (time.Duration, error) {
	store, remove, err := n.fresh()
	defer remove()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	for i, e := range n.stored {
		w := storage.Write{Journal: e.Journal, At: uint64(i), Drafts: []storage.Draft{{Kind: e.Kind, Body: e.Body}}}
		if _, err := store.Append(ctx, fmt.Sprintf("chat:T01:%08d", i), w); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}
