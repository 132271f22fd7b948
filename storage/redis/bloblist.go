package redis

import (
	"context"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

var _ storage.BlobLister = (*Store)(nil)

// BlobSums implements storage.BlobLister. It goes over all keys of the Redis.
func (s *Store) BlobSums(ctx context.Context) ([]string, error) {
	var sums []string
	err := primaries(ctx, s.client, func(ctx context.Context, c *goredis.Client) error {
		for cursor := uint64(0); ; {
			page, next, err := s.blobPage(ctx, c, cursor)
			if err != nil {
				return err
			}
			for _, key := range page {
				sums = append(sums, strings.TrimPrefix(key, s.keys.blob("")))
			}
			if cursor = next; cursor == 0 {
				return nil
			}
		}
	})
	slices.Sort(sums)
	return slices.Compact(sums), err // a key may come twice
}

func (s *Store) blobPage(ctx context.Context, c *goredis.Client, cursor uint64) (page []string, next uint64, err error) {
	const doing = "list the blobs"
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, 0, err
	}
	defer done()
	if page, next, err = c.Scan(ctx, cursor, s.keys.blob("*"), 1000).Result(); err != nil {
		return nil, 0, s.readError(doing, err)
	}
	return page, next, nil
}
