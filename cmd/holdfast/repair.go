package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/file"
)

type repairCommand struct {
	Store  string `help:"The store, file:DIR; default ./.holdfast-demo." placeholder:"STORE"`
	DryRun bool   `help:"Say what would be done, and do nothing."`
	Show   string `help:"Print what can be read of this journal behind damage, as lines of JSON; repair nothing." placeholder:"JOURNAL"`
	JSON   bool   `help:"Print JSON."`
}

func (c *repairCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	p, err := parsePlace(c.Store)
	if err != nil {
		return unusable, err
	}
	if p.scheme != "file" {
		return unusable, fault.New(fault.Usage, "Only a file store is repaired here.", "`holdfast restore` fills an empty store, of any kind, from a backup.")
	}
	if c.Show != "" {
		return showBehind(std, p.path, c.Show)
	}
	now := clock.System{}
	r, err := file.Repair(ctx, p.path, file.RepairOptions{
		Clock: now, DryRun: c.DryRun, Anew: incident.RegisterJournal,
		Rebuild: func(ctx context.Context, b file.Broken) ([]storage.Draft, error) { return rebuild(ctx, b, now.Now()) },
	})
	if err != nil {
		return unusable, err
	}
	done := repaired{Repairs: r, dir: p.path, dryRun: c.DryRun}
	if r.Kept == "" && !c.DryRun {
		if done.listed, err = completeRegister(ctx, p, now); err != nil {
			return findings, err
		}
	}
	if c.JSON {
		return done.code(), writeJSON(std, done)
	}
	return done.code(), done.print(std.out)
}

// completeRegister adds to the register of an undamaged store the incidents
// that it does not name: a backup that was interrupted leaves such.
func completeRegister(ctx context.Context, p place, now clock.Clock) (added int, err error) {
	s, err := p.open(ctx, now)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	m := incident.Remains{From: "the incidents' own journals"}
	if err := gather(ctx, s.(log), nil, &m); err != nil {
		return 0, err
	}
	drafts, err := lacking(m, false, now.Now())
	if err != nil {
		return 0, err
	}
	at := m.Kept.Entries
	for part := range slices.Chunk(drafts, storage.MaxDrafts) {
		if _, err := s.Append(ctx, "", storage.Write{Journal: incident.RegisterJournal, At: at, Drafts: part}); err != nil {
			return added, err
		}
		at, added = at+uint64(len(part)), added+len(part)
	}
	return added, nil
}

// showBehind prints the entries of a journal that stand behind damage.
func showBehind(std stdio, dir, name string) (int, error) {
	remnants, err := file.Behind(dir, name)
	if err != nil {
		return unusable, err
	}
	if len(remnants) == 0 {
		return findings, fault.Newf(fault.UnknownID, "`holdfast verify "+dir+"` names what is damaged.", "Nothing of %s stands behind damage in %s.", name, dir)
	}
	enc := json.NewEncoder(std.out)
	enc.SetEscapeHTML(false)
	for _, r := range remnants {
		fmt.Fprintf(std.err, "holdfast: from %s; that these follow from what is lost cannot be proven\n", filepath.Join(dir, r.Folder))
		for _, e := range r.Entries {
			line := struct {
				Journal string          `json:"journal"`
				Seq     uint64          `json:"seq"`
				Kind    string          `json:"kind"`
				Body    json.RawMessage `json:"body"`
				Hash    string          `json:"hash"`
			}{e.Journal, e.Seq, e.Kind, e.Body, e.Hash.String()}
			if !json.Valid(e.Body) {
				line.Body, _ = json.Marshal(string(e.Body))
			}
			if err := enc.Encode(line); err != nil {
				return unusable, err
			}
		}
	}
	return clean, nil
}
