package file

import (
	"errors"
	"fmt"
	"os"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
)

const lockName = "LOCK"

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
	m, fresh, err := readMarker(s.fs, s.dir)
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
		if m, fresh, err = readMarker(s.fs, s.dir); err != nil { // it may have moved before the lock was ours
			return err
		}
		if fresh {
			if err := writeWhole(s.fs, ".", markerName, writing([]byte(markerText))); err != nil {
				return err
			}
		}
	}
	s.marker, s.logs = m, logFolder(s.fs, m.log)
	if err := s.loadFrozen(); err != nil {
		return err
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
	if s.log.last == 0 && s.state.why() == nil {
		return s.roll(0)
	}
	return nil
}

// loadFrozen reads which journals are frozen and ends a repair that was
// interrupted after its log had come into force.
func (s *Store) loadFrozen() error {
	if s.marker.layout < 2 {
		return nil
	}
	err := s.ice.load(s.logs)
	if errors.Is(err, errFrozen) {
		s.note(Finding{Kind: Damage, File: frozenName, What: err.Error()})
		return nil
	}
	if err != nil || s.readOnly {
		return err
	}
	return tidy(s.fs, s.ice.list)
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
