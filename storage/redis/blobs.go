package redis

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

// Put implements storage.Blobs. In class D3 a blob is kept when a replica has it.
func (s *Store) Put(ctx context.Context, data []byte) (string, error) {
	const doing = "keep a blob"
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return "", err
	}
	defer done()
	sum := sumOf(data)
	_, alone, err := s.send(ctx, func(p goredis.Pipeliner) *goredis.Cmd { return p.Do(ctx, "set", s.keys.blob(sum), data) })
	if err != nil {
		return "", s.appendError(doing, err)
	}
	if alone != nil {
		return "", aloneError(doing, alone)
	}
	return sum, nil
}

// Get implements storage.Blobs.
func (s *Store) Get(ctx context.Context, sum string) ([]byte, error) {
	const doing = "fetch a blob"
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer done()
	data, err := s.client.Get(ctx, s.keys.blob(sum)).Bytes()
	switch {
	case errors.Is(err, goredis.Nil):
		return nil, storage.ErrNoBlob
	case err != nil:
		return nil, s.readError(doing, err)
	case sumOf(data) != sum:
		return nil, &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged, Lasting: true,
			Err: fmt.Errorf("the blob %s no longer has this sum", sum)}
	}
	return data, nil
}

func sumOf(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}
