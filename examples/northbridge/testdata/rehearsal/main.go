// Command rehearsal is `holdfast rehearse --quiet` without the rest of the
// program, so that a test can build it again and again with a rule broken.
package main

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"time"

	"holdfast/engine"
	"holdfast/export"
	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/rehearse"
	"holdfast/storage"
	"holdfast/storage/memory"
	"holdfast/templates"
)

func main() {
	os.Exit(rehearse.Run(context.Background(), rehearse.Options{
		Files: os.Args[1:], Report: os.Stdout, Seed: 1, Export: write,
		Open: func(_ context.Context, _ string, at clock.Clock) (storage.Store, error) { return memory.New(at), nil },
	}))
}

func write(ctx context.Context, s storage.Store, journal, format string, w io.Writer) error {
	f, err := export.ParseFormat(format)
	if err != nil {
		return err
	}
	o := export.Options{Zone: time.UTC, Key: export.NewSigner(sha256.Sum256([]byte("holdfast rehearsal")))}
	var state incident.State
	for e, err := range engine.Read(ctx, s, journal, 0) {
		if err != nil {
			return err
		}
		state = incident.Fold(state, e)
	}
	o.Zone = templates.ZoneOf(state)
	return export.Write(ctx, w, f, s, journal, o)
}
