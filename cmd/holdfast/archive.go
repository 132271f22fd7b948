package main

import (
	"context"
	"fmt"
	"time"

	"holdfast/export/archive"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/plan"
)

type archiveCommand struct {
	Store     string `help:"The store: redis://HOST:PORT, of a user that may delete." placeholder:"STORE"`
	Dir       string `help:"The folder of the files." default:".holdfast-archive" placeholder:"DIR"`
	OlderThan string `help:"How long an incident must have been closed." default:"90d" placeholder:"90d"`
	Restore   string `help:"Bring this incident back into the store." placeholder:"INC-42"`
	DryRun    bool   `help:"Say what would be archived, and do nothing."`
	JSON      bool   `help:"Print JSON."`
}

func (c *archiveCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	p, err := parsePlace(c.Store)
	if err != nil {
		return unusable, err
	}
	after, err := plan.ParseDuration(c.OlderThan)
	if err != nil {
		return unusable, err
	}
	p.archive = c.Dir
	store, err := p.read(ctx)
	if err != nil {
		return unusable, err
	}
	defer store.Close()
	records := recorderOf(store, p.keys())
	k := &archive.Keeper{Store: store, Dir: c.Dir, After: after, Now: clock.System{}.Now, Key: records.key, Durability: records.durability}
	switch {
	case c.Restore != "":
		return c.restore(ctx, std, k)
	case c.DryRun:
		return c.list(ctx, std, k)
	}
	return c.archive(ctx, std, k)
}

func (c *archiveCommand) archive(ctx context.Context, std stdio, k *archive.Keeper) (int, error) {
	kept, err := k.Run(ctx)
	if c.JSON {
		if err := writeJSON(std, append([]archive.Kept{}, kept...)); err != nil {
			return unusable, err
		}
		return worst(err)
	}
	entries := uint64(0)
	for _, x := range kept {
		entries += x.Entries
		fmt.Fprintf(std.out, "%s: %s in %s, SHA-256 %s\n", x.Incident, countOf(x.Entries, "entry", "entries"), x.File, x.SHA256)
	}
	if err != nil {
		return findings, err
	}
	fmt.Fprintf(std.out, "archived: %s, %s; each file was read back before the store gave the entries away\n",
		count(len(kept), "incident"), countOf(entries, "entry", "entries"))
	return clean, nil
}

func (c *archiveCommand) list(ctx context.Context, std stdio, k *archive.Keeper) (int, error) {
	due, err := k.Due(ctx)
	if c.JSON {
		if err := writeJSON(std, append([]archive.Due{}, due...)); err != nil {
			return unusable, err
		}
		return worst(err)
	}
	for _, d := range due {
		fmt.Fprintf(std.out, "%s: closed %s, %s\n", d.Incident, d.Closed.UTC().Format(time.DateOnly), countOf(d.Entries, "entry", "entries"))
	}
	if err != nil {
		return findings, err
	}
	fmt.Fprintf(std.out, "%s would be archived; nothing was done\n", count(len(due), "incident"))
	return clean, nil
}

func (c *archiveCommand) restore(ctx context.Context, std stdio, k *archive.Keeper) (int, error) {
	if c.DryRun {
		return unusable, fault.New(fault.Usage, "--restore has no dry run.", "Leave out one of the two.")
	}
	kept, err := k.Restore(ctx, c.Restore)
	if err != nil {
		return findings, err
	}
	if c.JSON {
		return clean, writeJSON(std, kept)
	}
	fmt.Fprintf(std.out, "%s is back in the store: %s from %s, which stays\n", kept.Incident, countOf(kept.Entries, "entry", "entries"), kept.File)
	return clean, nil
}
