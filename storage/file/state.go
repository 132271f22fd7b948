package file

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"sync"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// state says whether a store still takes writes and, if not, why. The first
// reason stays.
type state struct {
	mu       sync.Mutex
	closed   bool
	reason   *fault.Error
	findings []Finding
}

var errClosed = errors.New("the store is closed")

func closedError(doing string) *storage.UnavailableError {
	return &storage.UnavailableError{Doing: doing, Lasting: true, Err: errClosed}
}

// refusal returns why no batch is accepted, or nil.
func (s *state) refusal(doing string) error {
	if s.isClosed() {
		return closedError(doing)
	}
	return s.broken(doing)
}

// broken returns why nothing can be written, or nil. A store that is closing
// is not broken: it still writes what it has accepted.
func (s *state) broken(doing string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reason == nil {
		return nil
	}
	return &storage.UnavailableError{Doing: doing, Remedy: s.reason.Next, Lasting: true, Err: s.reason}
}

// why returns the reason of refuse, or nil.
func (s *state) why() *fault.Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason
}

// refuse lets the store take no write any more.
func (s *state) refuse(reason *fault.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reason == nil {
		s.reason = reason
	}
}

// note adds a finding; damage lets the store take no write any more. The same
// place is noted once.
func (s *state) note(dir string, f Finding) {
	s.mu.Lock()
	known := slices.ContainsFunc(s.findings, func(g Finding) bool {
		return g.Kind == f.Kind && g.File == f.File && g.Offset == f.Offset
	})
	if !known {
		s.findings = append(s.findings, f)
	}
	s.mu.Unlock()
	if f.Kind == Damage {
		s.refuse(damagedFault(dir, f))
	}
}

// placed names the finding's file from the store's directory.
func (s *Store) placed(f Finding) Finding {
	f.File = path.Join(s.marker.log, f.File)
	return f
}

// note adds a finding in the log and returns it as it is told.
func (s *Store) note(f Finding) Finding {
	f = s.placed(f)
	s.state.note(s.dir, f)
	return f
}

func (s *state) list() []Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.findings)
}

// close reports false when the store was closed before.
func (s *state) close() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.closed
	s.closed = true
	return !before
}

func (s *state) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func damagedFault(dir string, f Finding) *fault.Error {
	return fault.New(fault.Store,
		fmt.Sprintf("The store %s is damaged and takes no new entries (%s).", dir, f),
		fmt.Sprintf("`holdfast verify %s` names all that is damaged. Stop Holdfast; then `holdfast repair --store file:%s` goes on with what is intact and keeps the rest, or a backup takes its place.", dir, dir))
}

func poisonedFault(dir string, err error) *fault.Error {
	return fault.Wrap(err, fault.Store,
		fmt.Sprintf("The disk under %s did not confirm a write, so nothing more is written there.", dir),
		"Look at the disk (space, kernel log), then start Holdfast again; what was acknowledged is kept.")
}

func readOnlyFault(dir string) *fault.Error {
	return fault.New(fault.Store, "The store "+dir+" was opened for reading only.", "Write through the Holdfast that runs on it.")
}

func noRoomFault(dir string, err error) *fault.Error {
	return fault.Wrap(err, fault.Store,
		"The store "+dir+" could not begin a new segment; nothing was written.",
		"Look at the disk (free space, permissions), then try again.")
}
