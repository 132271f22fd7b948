package main

import (
	"context"
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"

	"holdfast/export"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/rehearse"
	"holdfast/storage"
)

type rehearseCommand struct {
	Files []string `arg:"" name:"file" help:"Scenario files."`
	Plan  string   `help:"Use this plan instead of the one a file names." placeholder:"DIR"`
	Out   string   `help:"Where exports go; default a temporary folder." placeholder:"DIR"`
	Store string   `help:"memory or file:DIR; every scenario gets a store of its own in it." default:"memory" placeholder:"STORE"`
	JSON  bool     `help:"Print the transcript as JSON lines, and what failed to standard error."`
	Quiet bool     `help:"Print no transcript, only what failed and the closing line." short:"q"`
}

func (c *rehearseCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	p, err := parsePlace(c.Store)
	if err != nil {
		return unusable, err
	}
	o := rehearse.Options{
		Files: c.Files, Plan: c.Plan, Out: c.Out, JSON: c.JSON, Report: std.out, Seed: 1,
		Open: func(_ context.Context, name string, at clock.Clock) (storage.Store, error) {
			return openFresh(p.of(name), at)
		},
		Export: func(ctx context.Context, s storage.Store, journal, format string, w io.Writer) error {
			return recorder{store: s, key: rehearsalKey}.write(ctx, w, journal, format)
		},
	}
	if p.scheme != "memory" { // whose contents go when it is closed
		o.Reopen = func(_ context.Context, name string, at clock.Clock) (storage.Store, error) {
			return p.of(name).open(at)
		}
	}
	switch {
	case c.JSON: // for programs: nothing else stands between
		o.Transcript, o.Report = std.out, std.err
	case !c.Quiet:
		o.Transcript = std.out
	}
	return rehearse.Run(ctx, o), nil
}

// of is the place of one scenario's own store.
func (p place) of(name string) place { return place{p.scheme, filepath.Join(p.path, name)} }

// openFresh refuses a store that holds something: a scenario begins on nothing.
func openFresh(p place, at clock.Clock) (storage.Store, error) {
	if p.scheme == "memory" {
		return p.open(at)
	}
	if names, err := os.ReadDir(p.path); err == nil && len(names) > 0 {
		return nil, fault.Newf(fault.Usage, "Name an empty folder.", "%s holds something already; a scenario begins on an empty store.", p.path)
	}
	return p.open(at)
}

// rehearsalKey seals the exports of rehearsals. Everybody has it, so that the
// same scenario writes the same bytes everywhere; it proves nothing.
func rehearsalKey() (export.Signer, error) {
	return export.NewSigner(sha256.Sum256([]byte("holdfast rehearsal"))), nil
}
