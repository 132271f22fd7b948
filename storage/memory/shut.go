package memory

import (
	"context"
	"fmt"
	"iter"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// shut returns why one of the journals takes no entries. A command that has
// landed before is told so first.
func (s *Store) shut(command string, writes []storage.Write) error {
	for _, w := range writes {
		if end := s.end(w.Journal); end != nil {
			if err := s.ledger.Landed(command, s.clock.Now()); err != nil {
				return err
			}
			return end
		}
	}
	return nil
}

// at says whether a journal stands at head.
func (s *Store) at(journal string, head storage.Head) error {
	if have := s.ledger.Head(journal); have != head {
		return &storage.ConflictError{Journal: journal, Want: head.Seq, Have: have.Seq}
	}
	return nil
}

// Freeze implements storage.Freezer.
func (s *Store) Freeze(_ context.Context, f storage.Frozen) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.at(f.Journal, f.Head); err != nil {
		return err
	}
	if _, found := s.journals[f.Journal]; !found {
		s.journals[f.Journal] = nil // listed, also without entries
	}
	s.frozen[f.Journal] = &storage.FrozenError{Frozen: f}
	return nil
}

// Archive implements storage.Archiver. Repeated with the same note it changes
// nothing.
func (s *Store) Archive(_ context.Context, journal string, head storage.Head, note string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if gone, found := s.archived[journal]; found {
		if gone.Head == head && gone.Note == note {
			return nil
		}
		return gone
	}
	if head.Seq == 0 {
		return fault.New(fault.Internal, "The store was to archive "+journal+", which has no entries.", "This is a defect in Holdfast; please report it.")
	}
	if err := s.at(journal, head); err != nil {
		return err
	}
	s.archived[journal] = &storage.ArchivedError{Journal: journal, Head: head, Note: note}
	s.journals[journal] = nil
	return nil
}

// Unarchive implements storage.Archiver. A journal that is not archived stays
// as it is.
func (s *Store) Unarchive(_ context.Context, journal string, entries iter.Seq2[storage.Entry, error]) error {
	s.mu.RLock()
	gone, found := s.archived[journal]
	s.mu.RUnlock()
	if !found {
		return nil
	}
	all, err := collect(gone, entries)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.archived, journal)
	s.journals[journal] = all
	return nil
}

// collect demands the entries that were given away.
func collect(gone *storage.ArchivedError, entries iter.Seq2[storage.Entry, error]) ([]storage.Entry, error) {
	v := storage.NewVerifier(gone.Journal)
	refused := func(why string) error {
		return fault.Newf(fault.Store, "Take those that its note names: "+gone.Note, "These are not the entries of %s: %s.", gone.Journal, why)
	}
	var all []storage.Entry
	for e, err := range entries {
		if err != nil {
			return nil, fmt.Errorf("unarchive %s after entry %d: %w", gone.Journal, v.Count(), err)
		}
		if err := v.Next(e); err != nil {
			return nil, refused(err.Error())
		}
		all = append(all, e)
	}
	if back := (storage.Head{Seq: v.Count(), Hash: v.Head()}); back != gone.Head {
		return nil, refused(fmt.Sprintf("they end at %d (%s), it ended at %d (%s)", back.Seq, back.Hash.Short(), gone.Head.Seq, gone.Head.Hash.Short()))
	}
	return all, nil
}
