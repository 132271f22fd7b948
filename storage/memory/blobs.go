package memory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"holdfast/storage"
)

// Put implements storage.Blobs.
func (s *Store) Put(_ context.Context, data []byte) (string, error) {
	digest := sha256.Sum256(data)
	sum := hex.EncodeToString(digest[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return "", &storage.UnavailableError{Doing: "keep a blob", Err: errClosed}
	}
	s.blobs[sum] = bytes.Clone(data)
	return sum, nil
}

// Get implements storage.Blobs.
func (s *Store) Get(_ context.Context, sum string) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, &storage.UnavailableError{Doing: "fetch a blob", Err: errClosed}
	}
	data, found := s.blobs[sum]
	if !found {
		return nil, storage.ErrNoBlob
	}
	return bytes.Clone(data), nil
}

// BlobSums implements storage.BlobLister.
func (s *Store) BlobSums(context.Context) ([]string, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.blobs)), nil
}
