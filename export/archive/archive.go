// Package archive keeps closed incidents in files. Each is the signed export of
// one journal, written whole and read back before the store gives its entries
// away; a store over such files shows them as if they were still there.
package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"holdfast/export"
	"holdfast/internal/fault"
	"holdfast/storage"
)

// note is what a store keeps of a journal it gave away: where its file was
// written, and the SHA-256 of the file.
type note struct{ path, sum string }

var noteForm = regexp.MustCompile(`^the file (.+), SHA-256 ([0-9a-f]{64})$`)

func (n note) String() string { return fmt.Sprintf("the file %s, SHA-256 %s", n.path, n.sum) }

// parseNote reads back what String wrote.
func parseNote(text string) (note, error) {
	m := noteForm.FindStringSubmatch(text)
	if m == nil {
		return note{}, fmt.Errorf("the note names no archive file: %q", text)
	}
	return note{m[1], m[2]}, nil
}

// find returns where the file of a note is: in dir, or where it was written.
func (n note) find(dir string) string {
	if dir != "" {
		if path := filepath.Join(dir, filepath.Base(n.path)); exists(path) {
			return path
		}
	}
	return n.path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// open opens the file of an archived journal.
func open(gone *storage.ArchivedError, dir string) (*os.File, error) {
	n, err := parseNote(gone.Note)
	if err != nil {
		return nil, fault.Wrap(err, fault.Store, gone.Journal+" is archived, and nobody can tell where.", "Look for its file among the archives.")
	}
	f, err := os.Open(n.find(dir))
	if err != nil {
		return nil, fault.Wrap(err, fault.Store, fmt.Sprintf("%s is archived in %s, which cannot be read.", gone.Journal, filepath.Base(n.path)),
			"Bring the folder of the archives into reach, and name it with --archive.")
	}
	return f, nil
}

// misfit says that a file is not what was archived.
func misfit(journal, path string, err error) error {
	return fault.Wrap(err, fault.Store, fmt.Sprintf("The archive file %s is not what was archived of %s: %v.", path, journal, err),
		"Take the file from a backup; `holdfast verify` checks one.")
}

// entries yields what a file holds of an archived journal, and an error where
// it does not fit the head that the store has kept.
func entries(f *os.File, gone *storage.ArchivedError, yield func(storage.Entry, error) bool) {
	last := uint64(0)
	for e, err := range export.Entries(f) {
		switch {
		case err != nil:
		case e.Journal != gone.Journal:
			err = fmt.Errorf("it holds %s", e.Journal)
		case e.Seq > gone.Head.Seq:
			err = fmt.Errorf("it goes on behind entry %d", gone.Head.Seq)
		case e.Seq == gone.Head.Seq && e.Hash != gone.Head.Hash:
			err = fmt.Errorf("entry %d has the hash %s, the store has kept %s", e.Seq, e.Hash.Short(), gone.Head.Hash.Short())
		}
		if err != nil {
			yield(storage.Entry{}, misfit(gone.Journal, f.Name(), err))
			return
		}
		if last = e.Seq; !yield(e, nil) {
			return
		}
	}
	if last != gone.Head.Seq {
		yield(storage.Entry{}, misfit(gone.Journal, f.Name(), fmt.Errorf("it ends at entry %d of %d", last, gone.Head.Seq)))
	}
}

// check reads a whole file and demands that it is the export of a journal up to
// head. It returns the file's SHA-256.
func check(path, journal string, head storage.Head) (sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	digest := sha256.New()
	report, err := export.Verify(io.TeeReader(f, digest), export.VerifyOptions{})
	switch {
	case errors.As(err, new(*export.BrokenError)):
		return "", misfit(journal, path, err)
	case err != nil:
		return "", err
	case report.Journal != journal, report.Count != head.Seq, report.Head != head.Hash.String():
		return "", misfit(journal, path, fmt.Errorf("it is %s up to entry %d (%.12s), expected entry %d (%s)",
			report.Journal, report.Count, report.Head, head.Seq, head.Hash.Short()))
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}
