package file

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
)

// markerName is the file that tells a store from any other directory.
const markerName = "HOLDFAST"

const (
	markerText = "holdfast store 1\n"
	lockName   = "LOCK"
)

// defaultSegmentSize is the size of a large segment.
const defaultSegmentSize = 16 << 20

// Open opens the store in dir and makes one where there is nothing. It refuses
// with a *fault.Error of code E_STORE what is not a store, what a newer
// version wrote, and what another process writes. A damaged store opens: what
// can be read is read, writes are refused, and Findings names the damage.
func Open(dir string, o Options) (*Store, error) {
	s := &Store{
		dir: dir, fs: o.FS, clock: o.Clock, readOnly: o.ReadOnly, segmentSize: o.SegmentSize,
		catalog: newCatalog(), queue: newQueue(),
	}
	if s.clock == nil {
		s.clock = clock.System{}
	}
	if s.segmentSize == 0 {
		s.segmentSize = defaultSegmentSize
	}
	if s.fs == nil {
		if err := s.useDirectory(); err != nil {
			return nil, err
		}
	}
	if err := s.load(); err != nil {
		for _, seg := range s.log.all() {
			seg.close()
		}
		if s.lock != nil {
			s.lock.Close()
		}
		return nil, openFault(dir, err)
	}
	s.running.Go(s.run)
	return s, nil
}

func (s *Store) useDirectory() error {
	if info, err := os.Stat(s.dir); err == nil && !info.IsDir() {
		return fault.New(fault.Store, s.dir+" is a file, not a store.", "Name the directory of a store.")
	}
	d := disk{s.dir}
	if !s.readOnly {
		if err := d.makeRoot(); err != nil {
			return openFault(s.dir, err)
		}
	}
	s.fs = d
	return nil
}

// load takes the lock, checks that this is a store, and learns what it holds.
func (s *Store) load() error {
	fresh, err := checkMarker(s.fs, s.dir)
	if err != nil {
		return err
	}
	if fresh && s.readOnly {
		return fault.New(fault.Store, "There is no store in "+s.dir+".", "Name the directory of a store.")
	}
	if !s.readOnly {
		if s.lock, err = s.fs.Lock(lockName, os.Getpid()); err != nil {
			return lockFault(s.dir, err)
		}
		if fresh {
			if err := writeWhole(s.fs, ".", markerName, writing([]byte(markerText))); err != nil {
				return err
			}
		}
	}
	s.log.ledger = storage.NewLedger()
	s.log.ledger.Recall = s.recall
	if err := s.recover(); err != nil {
		return err
	}
	if s.readOnly {
		s.state.refuse(readOnlyFault(s.dir))
		return nil
	}
	for journal, sh := range s.catalog.journals {
		s.log.ledger.Restore(journal, sh.head)
	}
	if s.log.last == 0 {
		if err := s.roll(0); err != nil {
			return err
		}
	}
	return nil
}

// checkMarker says whether the directory is empty, so that a store may be made
// in it. What is neither empty nor a store is refused.
func checkMarker(fsys FS, dir string) (fresh bool, err error) {
	data, err := readWhole(fsys, markerName)
	if errors.Is(err, fs.ErrNotExist) {
		return checkFresh(fsys, dir)
	}
	if err != nil {
		return false, err
	}
	var v int
	switch text := string(data); {
	case text == markerText:
		return false, nil
	case len(text) < 100 && matches(text, &v) && v > 1:
		return false, newerFault(dir)
	}
	return false, fault.New(fault.Store,
		fmt.Sprintf("%s is not a Holdfast store, or its file %s is damaged.", dir, markerName),
		fmt.Sprintf("Name the directory of a store; of a damaged one, %s must hold the line %q.", markerName, strings.TrimSpace(markerText)))
}

func matches(text string, v *int) bool {
	n, err := fmt.Sscanf(text, "holdfast store %d\n", v)
	return err == nil && n == 1
}

func checkFresh(fsys FS, dir string) (bool, error) {
	names, err := fsys.List(".")
	if err != nil {
		return false, err
	}
	strange := slices.ContainsFunc(names, func(name string) bool {
		return name != lockName && name != "lost+found" && !strings.HasSuffix(name, tmpSuffix)
	})
	if strange {
		return false, fault.New(fault.Store,
			fmt.Sprintf("%s is not a Holdfast store: it holds other files and no %s.", dir, markerName),
			"Name the directory of a store, or an empty one to begin a new store in.")
	}
	return true, nil
}

func newerFault(dir string) *fault.Error {
	return fault.New(fault.Store, "The store "+dir+" was written by a newer version of Holdfast.", "Upgrade Holdfast to open it.")
}

func lockFault(dir string, err error) error {
	var held *HeldError
	if !errors.As(err, &held) {
		return err
	}
	holder := "another process"
	if held.PID > 0 {
		holder = fmt.Sprintf("process %d", held.PID)
	}
	return fault.Wrap(err, fault.Store,
		fmt.Sprintf("The store %s is written by %s.", dir, holder),
		"Stop that process first; status, export and verify work beside it.")
}

// openFault gives any error of opening a code and a sentence.
func openFault(dir string, err error) error {
	var newer newerError
	switch {
	case fault.CodeOf(err) != "":
		return err
	case errors.As(err, &newer):
		return newerFault(dir)
	}
	return fault.Wrap(err, fault.Store, "The store "+dir+" cannot be opened.", "Look at the directory (permissions, free space), then try again.")
}
