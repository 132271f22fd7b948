package archive

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"holdfast/internal/fault"
	"holdfast/storage"
)

// Store is a store that reads archived journals from their files. Everything
// else is the store underneath.
type Store struct {
	storage.Store
	Dir string // where the files are; what is not there is looked for where it was written
}

// Over returns s with the archive files in dir behind it.
func Over(s storage.Store, dir string) *Store { return &Store{Store: s, Dir: dir} }

var (
	_ storage.Copyable   = (*Store)(nil)
	_ storage.Blobs      = (*Store)(nil)
	_ storage.BlobLister = (*Store)(nil)
)

// Read implements storage.Store. The entries of a file are checked as they are
// read; what does not fit the kept head is an error that names the file.
func (s *Store) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	read := s.Store.Read(ctx, journal, after)
	return func(yield func(storage.Entry, error) bool) {
		for e, err := range read {
			var gone *storage.ArchivedError
			if errors.As(err, &gone) {
				s.fromFile(ctx, gone, after, yield)
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (s *Store) fromFile(ctx context.Context, gone *storage.ArchivedError, after uint64, yield func(storage.Entry, error) bool) {
	if after >= gone.Head.Seq {
		return
	}
	f, err := open(gone, s.Dir)
	if err != nil {
		yield(storage.Entry{}, err)
		return
	}
	defer f.Close()
	entries(f, gone, func(e storage.Entry, err error) bool {
		switch {
		case err != nil:
			return yield(storage.Entry{}, err)
		case ctx.Err() != nil:
			yield(storage.Entry{}, &storage.UnavailableError{Doing: "read " + gone.Journal + " from " + f.Name(), Err: ctx.Err()})
			return false
		case e.Seq <= after:
			return true
		}
		return yield(e, nil)
	})
}

// Append implements storage.Store. An archived journal takes nothing: the
// *fault.Error says how to bring it back.
func (s *Store) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	spans, err := s.Store.Append(ctx, command, writes...)
	var gone *storage.ArchivedError
	if errors.As(err, &gone) {
		err = fault.Wrap(err, fault.Closed, fmt.Sprintf("NOT RECORDED: %s is closed and archived in %s.", gone.Journal, gone.Note),
			"`holdfast archive --restore "+gone.Journal+"` brings it back.")
	}
	return spans, err
}

var errCannot = errors.New("the store underneath cannot do this")

// Journals implements storage.Lister, where the store underneath does.
func (s *Store) Journals(ctx context.Context) ([]string, error) {
	if lister, ok := s.Store.(storage.Lister); ok {
		return lister.Journals(ctx)
	}
	return nil, fmt.Errorf("list the journals: %w", errCannot)
}

// Put implements storage.Blobs, where the store underneath does.
func (s *Store) Put(ctx context.Context, data []byte) (string, error) {
	if blobs, ok := s.Store.(storage.Blobs); ok {
		return blobs.Put(ctx, data)
	}
	return "", fmt.Errorf("keep a blob: %w", errCannot)
}

// Get implements storage.Blobs, where the store underneath does.
func (s *Store) Get(ctx context.Context, sum string) ([]byte, error) {
	if blobs, ok := s.Store.(storage.Blobs); ok {
		return blobs.Get(ctx, sum)
	}
	return nil, storage.ErrNoBlob
}

// BlobSums implements storage.BlobLister; a store that keeps no blobs has none.
func (s *Store) BlobSums(ctx context.Context) ([]string, error) {
	if lister, ok := s.Store.(storage.BlobLister); ok {
		return lister.BlobSums(ctx)
	}
	return nil, nil
}
