package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

// pageSize is how many entries are fetched at once: of the largest ones 4 MiB.
const pageSize = 256

// Read implements storage.Store. The end and the first page are fetched by the
// call itself, in one round trip; the others as they are asked for.
func (s *Store) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	doing := "read " + journal
	first, end, err := s.firstPage(ctx, doing, journal, after)
	return func(yield func(storage.Entry, error) bool) {
		page, err, at := first, err, storage.Head{Seq: after}
		for {
			if err != nil {
				yield(storage.Entry{}, err)
				return
			}
			if at.Seq >= end {
				return
			}
			if len(page) == 0 {
				yield(storage.Entry{}, s.readError(doing, missing(journal, at.Seq+1)))
				return
			}
			for _, m := range page {
				if at.Seq >= end {
					return
				}
				if err := ctx.Err(); err != nil {
					yield(storage.Entry{}, &storage.UnavailableError{Doing: doing, Err: err})
					return
				}
				e, err := entryOf(journal, at.Seq+1, m)
				if err != nil {
					yield(storage.Entry{}, s.readError(doing, err))
					return
				}
				if !yield(e, nil) {
					return
				}
				at = storage.Head{Seq: e.Seq, Hash: e.Hash}
			}
			if at.Seq < end {
				page, err = s.nextPage(ctx, doing, journal, at)
			}
		}
	}
}

func (s *Store) firstPage(ctx context.Context, doing, journal string, after uint64) (page []goredis.XMessage, end uint64, err error) {
	page, now, err := s.page(ctx, doing, journal, after, storage.Head{})
	if err != nil {
		return nil, 0, err
	}
	s.heads.saw(journal, now)
	return page, now.Seq, nil
}

// nextPage goes on behind the entry of a head.
func (s *Store) nextPage(ctx context.Context, doing, journal string, last storage.Head) ([]goredis.XMessage, error) {
	page, _, err := s.page(ctx, doing, journal, last.Seq, last)
	return page, err
}

// page fetches the entries after a position, and where the journal stands. A
// failover may have come before it: what was seen must still be there, and so
// must the entry of last, if it is not zero.
func (s *Store) page(ctx context.Context, doing, journal string, after uint64, last storage.Head) (page []goredis.XMessage, now storage.Head, err error) {
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, now, err
	}
	defer done()
	if after == math.MaxUint64 {
		return nil, now, nil
	}
	k, stream := s.heads.at(journal), s.keys.journal(journal)
	// Where it stands is read before the entries, so that each up to it is there.
	p := s.client.Pipeline()
	standing := p.HGet(ctx, s.keys.heads, journal)
	note := p.HGet(ctx, s.keys.archived, journal)
	must := []storage.Head{k.seen, last}
	var there []*goredis.XMessageSliceCmd
	for _, head := range must {
		there = append(there, p.XRange(ctx, stream, entryID(head.Seq), entryID(head.Seq)))
	}
	found := p.XRangeN(ctx, stream, entryID(after+1), "+", pageSize)
	if err := execAll(ctx, p); err != nil {
		return nil, now, s.readError(doing, err)
	}
	if text, err := standing.Result(); err == nil {
		if now, err = parseHead(text); err != nil {
			return nil, now, s.readError(doing, err)
		}
	}
	if text, err := note.Result(); err == nil {
		return nil, now, archivedError(doing, journal, k, now, text)
	}
	for i, head := range must {
		still, err := stands(journal, head, now, there[i].Val())
		if err != nil {
			return nil, now, s.readError(doing, err)
		}
		if !still {
			return nil, now, s.gone(ctx, doing, journal, k, head, now)
		}
	}
	return found.Val(), now, nil
}

// execAll sends what is queued and returns the first error that is more than
// an absent key.
func execAll(ctx context.Context, p goredis.Pipeliner) error {
	cmds, err := p.Exec(ctx)
	for _, cmd := range cmds {
		if err := cmd.Err(); err != nil && !errors.Is(err, goredis.Nil) {
			return err
		}
	}
	if errors.Is(err, goredis.Nil) {
		return nil
	}
	return err
}

// entryID is the id of an entry in its stream.
func entryID(seq uint64) string { return strconv.FormatUint(seq, 10) + "-0" }

var errDamaged = errors.New("the journal is damaged")

// entryOf reads an entry that must have the position seq.
func entryOf(journal string, seq uint64, m goredis.XMessage) (storage.Entry, error) {
	if m.ID != entryID(seq) {
		return storage.Entry{}, fmt.Errorf("%w, %s follows", missing(journal, seq), m.ID)
	}
	kind, isKind := m.Values["k"].(string)
	body, isBody := m.Values["b"].(string)
	hex, _ := m.Values["h"].(string)
	hash, err := storage.ParseHash(hex)
	if !isKind || !isBody || err != nil {
		return storage.Entry{}, fmt.Errorf("%w: entry %d of %s is not an entry", errDamaged, seq, journal)
	}
	return storage.Entry{Journal: journal, Seq: seq, Kind: kind, Body: []byte(body), Hash: hash}, nil
}

func missing(journal string, seq uint64) error {
	return fmt.Errorf("%w: entry %d of %s is missing", errDamaged, seq, journal)
}
