package memory

import (
	"context"
	"fmt"
	"iter"

	"holdfast/storage"
)

// shut returns why one of the journals takes no entries.
func (s *Store) shut(writes []storage.Write) error {
	for _, w := range writes {
		if gone, found := s.archived[w.Journal]; found {
			return gone
		}
		if cold, found := s.frozen[w.Journal]; found {
			return cold
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
	s.journals[f.Journal] = s.journals[f.Journal] // listed, also without entries
	s.frozen[f.Journal] = &storage.FrozenError{Frozen: f}
	return nil
}

// Archive implements storage.Archiver.
func (s *Store) Archive(_ context.Context, journal string, head storage.Head, note string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if gone, found := s.archived[journal]; found {
		return gone
	}
	if err := s.at(journal, head); err != nil {
		return err
	}
	s.archived[journal] = &storage.ArchivedError{Journal: journal, Head: head, Note: note}
	s.journals[journal] = nil
	return nil
}

// Unarchive implements storage.Archiver.
func (s *Store) Unarchive(_ context.Context, journal string, entries iter.Seq2[storage.Entry, error]) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone, found := s.archived[journal]
	if !found {
		return fmt.Errorf("%s is not archived", journal)
	}
	v := storage.NewVerifier(journal)
	var all []storage.Entry
	for e, err := range entries {
		if err == nil {
			err = v.Next(e)
		}
		if err != nil {
			return err
		}
		all = append(all, e)
	}
	if back := (storage.Head{Seq: v.Count(), Hash: v.Head()}); back != gone.Head {
		return fmt.Errorf("the entries end at %d (%s); %s was archived at %d (%s)", back.Seq, back.Hash.Short(), journal, gone.Head.Seq, gone.Head.Hash.Short())
	}
	delete(s.archived, journal)
	s.journals[journal] = all
	return nil
}
