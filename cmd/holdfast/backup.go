package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"holdfast/incident"
	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/file"
)

type backupCommand struct {
	Dir     string `arg:"" help:"The folder of the backup; a new one is made, a second run adds what is new." placeholder:"DIR"`
	Store   string `help:"The store to copy: file:DIR or redis://HOST:PORT; default ./.holdfast-demo." placeholder:"STORE"`
	Archive string `help:"The folder of archived incidents, which are copied too; default where they were written." placeholder:"DIR"`
	JSON    bool   `help:"Print JSON."`
}

func (c *backupCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	from, to, err := places(c.Store, c.Dir)
	if err != nil {
		return unusable, err
	}
	from.archive = c.Archive
	t := transfer{from: from, to: to, json: c.JSON, what: "backup of " + from.String() + " in " + to.String(), differs: func(d *storage.DiffersError) error {
		return fault.New(fault.Store, "The backup in "+to.path+" is not the beginning of the store; nothing was changed. "+d.Error(),
			"Keep this backup: it may hold what the store has lost. Make the next one in an empty folder.")
	}}
	return t.run(ctx, std)
}

type restoreCommand struct {
	Dir   string `arg:"" help:"The folder of a backup." placeholder:"DIR"`
	Store string `help:"The empty store to fill: file:DIR or redis://HOST:PORT." required:"" placeholder:"STORE"`
	JSON  bool   `help:"Print JSON."`
}

func (c *restoreCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	to, from, err := places(c.Store, c.Dir)
	if err != nil {
		return unusable, err
	}
	t := transfer{from: from, to: to, json: c.JSON, what: "restored " + from.String() + " into " + to.String(), differs: func(d *storage.DiffersError) error {
		return fault.New(fault.Store, "The store "+to.String()+" holds other entries than the backup; nothing was changed. "+d.Error(),
			"Name an empty store, or one that holds the beginning of this backup.")
	}}
	return t.run(ctx, std)
}

// places reads the names of a store and of the folder of a backup.
func places(store, dir string) (s, backup place, err error) {
	if s, err = parsePlace(store); err != nil {
		return s, backup, err
	}
	if backup, err = parsePlace(dir); err != nil {
		return s, backup, err
	}
	switch {
	case backup.scheme != "file":
		return s, backup, fault.Newf(fault.Usage, "Name a folder.", "A backup lies in a folder, not in %q.", dir)
	case s.scheme == "memory":
		return s, backup, fault.New(fault.Usage, "A store in memory is gone when its process ends.", storeHint)
	case s.scheme == "file" && sameFile(s.path, backup.path):
		return s, backup, fault.New(fault.Usage, s.path+" is the store itself.", "Name another folder.")
	}
	return s, backup, nil
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(one, other)
}

// transfer copies one store into another.
type transfer struct {
	from, to place
	what     string // of the closing line
	json     bool
	differs  func(*storage.DiffersError) error // what a person is told then
}

func (t transfer) run(ctx context.Context, std stdio) (code int, err error) {
	from, err := t.from.read(ctx)
	if err != nil {
		return unusable, err
	}
	defer from.Close()
	warn(std, from)
	to, err := t.to.open(ctx, clock.System{})
	if err != nil {
		return unusable, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	warn(std, to)
	tell := newProgress(std.err)
	done, err := storage.Copy(ctx, from.(storage.Copyable), to.(storage.Copyable),
		storage.CopyOptions{First: incident.RegisterJournal, Progress: tell.line})
	tell.clear()
	var differs *storage.DiffersError
	switch {
	case errors.As(err, &differs):
		return findings, t.differs(differs)
	case err != nil:
		return findings, err
	}
	if code = clean; len(done.Left) > 0 {
		code = findings
	}
	if t.json {
		return code, writeJSON(std, done)
	}
	for _, left := range done.Left {
		fmt.Fprintf(std.out, "left out: %s: %s\n", left.Name, left.Why)
	}
	if len(done.Frozen) > 0 {
		fmt.Fprintf(std.out, "frozen, as in the source: %s\n", strings.Join(done.Frozen, ", "))
	}
	for _, folder := range t.from.keptFolders() {
		fmt.Fprintf(std.out, "note: %s keeps a damaged log as it was and is not part of this; copy the folder as it is\n", folder)
	}
	_, err = fmt.Fprintf(std.out, "%s: %s, %s, %d of them new, %s new; every head compared\n",
		t.what, count(done.Journals, "journal"), countOf(done.Entries, "entry", "entries"), done.Added, count(done.Blobs, "blob"))
	return code, err
}

// keptFolders are those of a repaired file store.
func (p place) keptFolders() []string {
	if p.scheme != "file" {
		return nil
	}
	names, err := file.KeptFolders(p.path)
	if err != nil {
		return nil // it was read a moment ago; nothing depends on this note
	}
	for i, name := range names {
		names[i] = filepath.Join(p.path, name)
	}
	return names
}

func count(n int, what string) string { return countOf(n, what, what+"s") }

func countOf[N int | uint64](n N, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
