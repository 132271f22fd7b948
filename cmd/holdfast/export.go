package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/cmd/holdfast/config"
	"holdfast/export"
	"holdfast/internal/clock"
	"holdfast/readiness"
	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/templates"
)

type exportCommand struct {
	Incident string `arg:"" help:"INC-42, or another journal."`
	Store    string `help:"The store: file:DIR or redis://HOST:PORT; default ./.holdfast-demo." placeholder:"STORE"`
	Archive  string `help:"The folder of archived incidents; default where they were written." placeholder:"DIR"`
	Format   string `help:"md, html, csv, json or jsonl." default:"md"`
	Out      string `help:"Write into this file; default standard output." placeholder:"FILE"`
}

func (c *exportCommand) run(ctx context.Context, _ func(string) string, std stdio) (int, error) {
	store, p, err := openForReading(ctx, c.Store, c.Archive)
	if err != nil {
		return unusable, err
	}
	defer store.Close()
	records := recorderOf(store, p.keys())
	if c.Out == "" {
		return worst(records.write(ctx, std.out, c.Incident, c.Format))
	}
	err = writeFile(c.Out, func(w io.Writer) error { return records.write(ctx, w, c.Incident, c.Format) })
	if err != nil {
		return findings, err
	}
	_, err = fmt.Fprintln(std.out, c.Out)
	return clean, err
}

func worst(err error) (int, error) {
	if err != nil {
		return findings, err
	}
	return clean, nil
}

// recorder writes records of a store.
type recorder struct {
	store      storage.Store
	key        func() (export.Signer, error) // seals JSON
	now        func() time.Time              // the time of the export; nil leaves it out
	durability string                        // of the store, as people read it
}

// passingKeys is where the key lies that seals exports from a Redis, which has
// no folder of its own to keep one in.
const passingKeys = ".holdfast-keys"

// keys is where the key lies that seals exports of a store: beside a file
// store, else in the folder the program runs in.
func (p place) keys() string {
	if p.scheme == "file" {
		return p.path
	}
	return passingKeys
}

// keysDir is where a server's key lies.
func keysDir(c config.Config) string {
	if dir, isFile := strings.CutPrefix(c.StoreURL, "file:"); c.KeysDir == "" && isFile {
		return dir
	}
	return c.KeysDir
}

// recorderOf seals with the key in a folder, and makes one where there is none.
func recorderOf(store storage.Store, keys string) recorder {
	r := recorder{store: store, now: clock.System{}.Now, durability: "file, every answer after fdatasync"}
	if s, ok := bare(store).(*redis.Store); ok {
		r.durability = "Redis, class " + s.Class()
	}
	r.key = func() (export.Signer, error) {
		if err := os.MkdirAll(keys, 0o700); err != nil {
			return export.Signer{}, err
		}
		return export.LoadKey(keys)
	}
	return r
}

// write writes one journal in a format; times are in the zone of its room.
func (r recorder) write(ctx context.Context, w io.Writer, journal, format string) error {
	f, err := export.ParseFormat(format)
	if err != nil {
		return err
	}
	o := export.Options{Zone: time.UTC, Durability: r.durability}
	if r.now != nil {
		o.Now = r.now()
	}
	if o.Key, err = r.key(); err != nil {
		return err
	}
	if s, err := readState(ctx, r.store, journal); err == nil && journal != readiness.Journal {
		o.Zone = templates.ZoneOf(s)
	}
	return export.Write(ctx, w, f, r.store, journal, o)
}

// writeFile writes a file whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(tmp.Name())
	if err := write(tmp); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(tmp.Name(), path)
}
