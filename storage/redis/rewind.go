package redis

import (
	"context"
	"fmt"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

// lost says whether Redis, standing at now, is back behind the entry of head
// or stands at another entry of its number.
func lost(head, now storage.Head) bool {
	return now.Seq < head.Seq || now.Seq == head.Seq && now.Hash != head.Hash
}

// stands says whether a journal that stands at now still holds the entry of
// head, where found is what Redis holds under its number: a journal may have
// gone back and grown past it.
func stands(journal string, head, now storage.Head, found []goredis.XMessage) (bool, error) {
	switch {
	case head.Seq == 0:
		return true, nil
	case now.Seq <= head.Seq:
		return now == head, nil
	case len(found) == 0:
		return false, missing(journal, head.Seq)
	}
	return found[0].Values["h"] == head.Hash.String(), nil
}

// holds is stands with a look into Redis.
func (s *Store) holds(ctx context.Context, journal string, head, now storage.Head) (bool, error) {
	var found []goredis.XMessage
	if head.Seq > 0 && now.Seq > head.Seq {
		var err error
		if found, err = s.client.XRange(ctx, s.keys.journal(journal), entryID(head.Seq), entryID(head.Seq)).Result(); err != nil {
			return false, err
		}
	}
	return stands(journal, head, now, found)
}

// gone judges a journal that stands at now and no longer holds the entry of
// head. If all is there that was acknowledged to this process, a failover has
// taken what was only seen: that is forgotten, and told once.
func (s *Store) gone(ctx context.Context, doing, journal string, k known, head, now storage.Head) error {
	there, err := s.holds(ctx, journal, k.acked, now)
	if err != nil {
		return s.readError(doing, err)
	}
	if !there {
		return lostError(doing, journal, k.acked, now)
	}
	s.heads.forget(journal, k)
	return &storage.RewoundError{Journal: journal, Had: head, Has: now}
}

// lostError says that Redis no longer holds what this process was promised. It
// stays until a restart: what was computed from the lost entries is wrong, and
// people were told of them.
func lostError(doing, journal string, acked, now storage.Head) error {
	return &storage.UnavailableError{
		Doing: doing,
		Remedy: "Redis has lost entries that were there. Keep its files as they are and look for a backup; " +
			"start Holdfast again to go on from what is left.",
		Lasting: true,
		Err:     fmt.Errorf("%s stood at %d (%s) and stands at %d (%s)", journal, acked.Seq, acked.Hash.Short(), now.Seq, now.Hash.Short()),
	}
}
