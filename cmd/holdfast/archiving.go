package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/export/archive"
	"holdfast/internal/clock"
	"holdfast/storage"
)

const (
	// archiveEvery is how often a server looks for incidents that may be archived.
	archiveEvery = time.Hour
	// archiveTurn is how often a replica looks whether that has become its task.
	archiveTurn = time.Minute
)

// archiving moves closed incidents from Redis into files while a server runs.
// It has a connection of its own: whoever archives may drop what others may
// only add to.
type archiving struct {
	keeper *archive.Keeper
	store  storage.Store
	may    func() bool // whether it is this replica that archives now
	log    *slog.Logger
}

// openArchiving returns nil where nothing is archived.
func openArchiving(ctx context.Context, c config.Config, env func(string) string, records recorder, may func() bool, log *slog.Logger) (*archiving, error) {
	if c.ArchiveAfter == 0 {
		return nil, nil
	}
	url, password := c.ArchiveURL, c.ArchivePassword
	if url == "" {
		url, password = c.StoreURL, c.StorePassword
		log.Warn("archive.url names no user of its own: the bot's user would have to be allowed to drop journals")
	}
	p, err := placeOf(ctx, url, password, c.Workspace, env)
	if err != nil {
		return nil, err
	}
	store, err := p.serve(ctx, c)
	if err != nil {
		return nil, err
	}
	return &archiving{store: store, may: may, log: log, keeper: &archive.Keeper{
		Store: archive.Over(store, c.ArchiveDir), Dir: c.ArchiveDir, After: c.ArchiveAfter, Now: clock.System{}.Now,
		Key: records.key, Durability: records.durability,
	}}, nil
}

// run archives now and then until ctx ends.
func (a *archiving) run(ctx context.Context) {
	turn := time.NewTimer(archiveTurn)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		next := archiveTurn
		if a.may() {
			a.once(ctx)
			next = archiveEvery
		}
		turn.Reset(next)
	}
}

// once archives all that is due. What fails stays in Redis until the next time.
func (a *archiving) once(ctx context.Context) {
	kept, err := a.keeper.Run(ctx)
	for _, k := range kept {
		a.log.Info("archived", "incident", k.Incident, "entries", k.Entries, "file", k.File, "sha256", k.SHA256)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		a.log.Error("not everything that is due was archived; it stays in Redis", "err", err)
	}
}

func (a *archiving) close() error {
	if a == nil {
		return nil
	}
	return a.store.Close()
}
