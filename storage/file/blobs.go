package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"holdfast/storage"
)

const blobDir = "blobs"

// Put implements storage.Blobs. The blob is durable when it returns.
func (s *Store) Put(_ context.Context, data []byte) (string, error) {
	digest := sha256.Sum256(data)
	sum := hex.EncodeToString(digest[:])
	doing := "keep blob " + sum
	if err := s.state.refusal(doing); err != nil {
		return "", err
	}
	s.blobs.Lock() // one temporary name for each sum
	defer s.blobs.Unlock()
	if err := writeWhole(s.fs, blobDir, blobDir+"/"+sum, writing(data)); err != nil {
		return "", &storage.UnavailableError{Doing: doing, Err: err}
	}
	if err := s.fs.SyncDir("."); err != nil { // the folder may be new
		return "", &storage.UnavailableError{Doing: doing, Err: err}
	}
	return sum, nil
}

// Get implements storage.Blobs.
func (s *Store) Get(_ context.Context, sum string) ([]byte, error) {
	if !isSum(sum) {
		return nil, storage.ErrNoBlob
	}
	doing := "fetch blob " + sum
	if s.state.isClosed() {
		return nil, closedError(doing)
	}
	data, err := readWhole(s.fs, blobDir+"/"+sum)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, storage.ErrNoBlob
	}
	if err != nil {
		return nil, &storage.UnavailableError{Doing: doing, Err: err}
	}
	if err := checkBlob(sum, data); err != nil {
		return nil, &storage.UnavailableError{Doing: doing, Remedy: "Take the file from a backup.", Err: err}
	}
	return data, nil
}

func checkBlob(sum string, data []byte) error {
	if digest := sha256.Sum256(data); hex.EncodeToString(digest[:]) != sum {
		return fmt.Errorf("the bytes of blob %s have another sum", sum)
	}
	return nil
}

// BlobSums implements storage.BlobLister.
func (s *Store) BlobSums(context.Context) ([]string, error) {
	const doing = "list the blobs"
	if s.state.isClosed() {
		return nil, closedError(doing)
	}
	names, err := s.fs.List(blobDir)
	if err != nil {
		return nil, &storage.UnavailableError{Doing: doing, Err: err}
	}
	sums := slices.DeleteFunc(names, func(name string) bool { return !isSum(name) })
	slices.Sort(sums)
	return sums, nil
}

// isSum says whether a name is a SHA-256 in lower-case hex.
func isSum(name string) bool {
	digest, err := hex.DecodeString(name)
	return err == nil && len(digest) == sha256.Size && hex.EncodeToString(digest) == name
}
