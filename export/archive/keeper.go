package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"holdfast/export"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/storage"
	"holdfast/templates"
)

// Keeper archives incidents that have been closed for long. The register and
// what is open never leave the store. Its methods may be called again after any
// error or crash: until the file is whole, durable and checked, the journal is
// in the store; from then on it may be in both.
type Keeper struct {
	Store      storage.Store
	Dir        string        // where the files are written; it is made
	After      time.Duration // how long an incident must have been closed
	Now        func() time.Time
	Key        func() (export.Signer, error) // signs the files
	Durability string                        // of the store, as people read it

	// written is called between the writing of a file and its reading, in tests.
	written func(path string)
}

// Due is an incident that may be archived.
type Due struct {
	Incident string       `json:"incident"`
	Closed   time.Time    `json:"closed"`
	Head     storage.Head `json:"-"`
	Entries  uint64       `json:"entries"`
}

// Kept is an incident that was archived, or brought back.
type Kept struct {
	Incident string `json:"incident"`
	Entries  uint64 `json:"entries"`
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
}

// store is the store itself, without the files over it.
func (k *Keeper) store() storage.Store {
	if over, ok := k.Store.(*Store); ok {
		return over.Store
	}
	return k.Store
}

// Due returns what may be archived now, in the order of the register: closed for
// After, nothing left to be done outside, and not archived already. A frozen
// journal and one that a newer version wrote stay. The error names those that
// could not be read; the others are there all the same.
func (k *Keeper) Due(ctx context.Context) ([]Due, error) {
	var register incident.Register
	if err := k.fold(ctx, incident.RegisterJournal, incident.RegisterKinds(), func(e journal.Entry) { register = register.Apply(e) }); err != nil {
		return nil, err
	}
	var due []Due
	var errs []error
	for _, l := range register.Incidents {
		if !l.Closed || l.Lost || k.Now().Sub(l.Ended) < k.After {
			continue
		}
		s, ok, err := k.over(ctx, l.ID)
		switch {
		case ctx.Err() != nil:
			return due, err
		case err != nil:
			errs = append(errs, fmt.Errorf("look at %s: %w", l.ID, err))
		case ok:
			due = append(due, Due{Incident: l.ID, Closed: l.Ended, Head: headOf(s), Entries: s.Entries})
		}
	}
	return due, errors.Join(errs...)
}

// over says whether all of an incident is over, and in the store.
func (k *Keeper) over(ctx context.Context, id string) (incident.State, bool, error) {
	var s incident.State
	err := k.fold(ctx, id, incident.Kinds(), func(e journal.Entry) { s = s.Apply(e) })
	if errors.As(err, new(*storage.ArchivedError)) || errors.As(err, new(*storage.FrozenError)) {
		return s, false, nil
	}
	return s, err == nil && s.Phase == incident.PhaseClosed && s.Pending == 0 && s.Newer() == "", err
}

func (k *Keeper) fold(ctx context.Context, name string, kinds journal.Kinds, apply func(journal.Entry)) error {
	for stored, err := range k.store().Read(ctx, name, 0) {
		if err != nil {
			return err
		}
		e, err := kinds.Decode(stored.Journal, stored.Seq, stored.Kind, stored.Body)
		if err != nil {
			return err
		}
		e.Hash = stored.Hash.String()
		apply(e)
	}
	return nil
}

func headOf(s incident.State) storage.Head {
	hash, _ := storage.ParseHash(s.Head) // of an entry that was read: it parses
	return storage.Head{Seq: s.Entries, Hash: hash}
}

// Run archives all that is due. What fails stays in the store and does not keep
// the others: the error names each.
func (k *Keeper) Run(ctx context.Context) ([]Kept, error) {
	if _, err := k.archiver(); err != nil {
		return nil, err
	}
	due, err := k.Due(ctx)
	errs := []error{err}
	var all []Kept
	for _, d := range due {
		if ctx.Err() != nil {
			break
		}
		kept, err := k.Archive(ctx, d)
		if err != nil {
			errs = append(errs, fmt.Errorf("archive %s: %w", d.Incident, err))
			continue
		}
		all = append(all, kept)
	}
	return all, errors.Join(errs...)
}

func (k *Keeper) archiver() (storage.Archiver, error) {
	if a, ok := k.store().(storage.Archiver); ok {
		return a, nil
	}
	return nil, fault.New(fault.Store, "This store cannot give journals away.", "A file store keeps everything; archiving is for Redis, whose memory is dear.")
}

// Archive writes one incident that is due into its file, reads the file back,
// and only then lets the store give the entries away. A journal that has grown
// meanwhile stays.
func (k *Keeper) Archive(ctx context.Context, d Due) (Kept, error) {
	archiver, err := k.archiver()
	if err != nil {
		return Kept{}, err
	}
	path, sum, err := k.write(ctx, d)
	if err != nil {
		return Kept{}, err
	}
	if err := archiver.Archive(ctx, d.Incident, d.Head, note{path, sum}.String()); err != nil {
		return Kept{}, err
	}
	return Kept{Incident: d.Incident, Entries: d.Entries, File: path, SHA256: sum}, nil
}

// write returns a file that holds the incident up to its head, after it was
// read back. One that an earlier run has left is taken if it does.
func (k *Keeper) write(ctx context.Context, d Due) (path, sum string, err error) {
	dir, err := filepath.Abs(k.Dir)
	if err != nil {
		return "", "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", "", fault.Wrap(err, fault.Store, "The folder of the archives cannot be made: "+dir, "Look at its permissions.")
	}
	path = filepath.Join(dir, fmt.Sprintf("%s-%d-%s.jsonl", d.Incident, d.Head.Seq, d.Head.Hash.Short()))
	if exists(path) {
		if sum, err := check(path, d.Incident, d.Head); err == nil {
			return path, sum, nil
		}
	}
	o := export.Options{Now: k.Now(), Zone: k.zone(ctx, d.Incident), Durability: k.Durability}
	if o.Key, err = k.Key(); err != nil {
		return "", "", err
	}
	err = export.WriteDurably(path, func(w io.Writer) error {
		return export.JSONLines(ctx, w, k.store(), d.Incident, o)
	})
	if err != nil {
		return "", "", err
	}
	if k.written != nil {
		k.written(path)
	}
	sum, err = check(path, d.Incident, d.Head)
	return path, sum, err
}

// zone is that of the incident's readers.
func (k *Keeper) zone(ctx context.Context, id string) *time.Location {
	s, _, err := k.over(ctx, id)
	if err != nil {
		return time.UTC
	}
	return templates.ZoneOf(s)
}

// Restore brings an archived incident back into the store, so that it can be
// opened again. Its file stays where it is. One that is not archived is
// E_NOT_OPEN.
func (k *Keeper) Restore(ctx context.Context, id string) (Kept, error) {
	archiver, err := k.archiver()
	if err != nil {
		return Kept{}, err
	}
	var gone *storage.ArchivedError
	for _, err := range k.store().Read(ctx, id, 0) {
		if !errors.As(err, &gone) && err != nil {
			return Kept{}, err
		}
		break
	}
	if gone == nil {
		return Kept{}, fault.Newf(fault.NotOpen, "`holdfast status --all` shows it, if it is there.", "%s is not archived in this store.", id)
	}
	f, err := open(gone, k.Dir)
	if err != nil {
		return Kept{}, err
	}
	defer f.Close()
	sum, err := check(f.Name(), id, gone.Head)
	if err != nil {
		return Kept{}, err
	}
	err = archiver.Unarchive(ctx, id, func(yield func(storage.Entry, error) bool) { entries(f, gone, yield) })
	if err != nil {
		return Kept{}, err
	}
	return Kept{Incident: id, Entries: gone.Head.Seq, File: f.Name(), SHA256: sum}, nil
}
