package redis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

// pageSize is how many entries are fetched at once: of the largest ones 4 MiB.
const pageSize = 256

// Read implements storage.Store. The end and the first page are fetched by the
// call itself, in one round trip; the others as they are asked for.
func (s *Store) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	doing := "read " + journal
	page, last, err := s.firstPage(ctx, doing, journal, after)
	return func(yield func(storage.Entry, error) bool) {
		page, err, at := page, err, after
		for {
			if err != nil {
				yield(storage.Entry{}, err)
				return
			}
			if at >= last {
				return
			}
			if len(page) == 0 {
				yield(storage.Entry{}, missingError(doing, journal, at+1))
				return
			}
			for _, m := range page {
				if at >= last {
					return
				}
				e, err := entryOf(journal, at+1, m)
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					yield(storage.Entry{}, &storage.UnavailableError{Doing: doing, Remedy: remedyOf(err), Err: err})
					return
				}
				if !yield(e, nil) {
					return
				}
				at = e.Seq
			}
			if at < last {
				page, err = s.nextPage(ctx, doing, journal, at)
			}
		}
	}
}

func (s *Store) firstPage(ctx context.Context, doing, journal string, after uint64) ([]goredis.XMessage, uint64, error) {
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, 0, err
	}
	defer done()
	if after == math.MaxUint64 {
		return nil, 0, nil
	}
	seen := s.heads.at(journal)
	// The head is read before the entries, so that each entry up to it is there.
	p := s.client.Pipeline()
	standing := p.HGet(ctx, s.keys.heads, journal)
	page := p.XRangeN(ctx, s.keys.journal(journal), startID(after), "+", pageSize)
	if _, err := p.Exec(ctx); err != nil && !errors.Is(err, goredis.Nil) {
		return nil, 0, s.readError(doing, err)
	}
	var now storage.Head
	if text, err := standing.Result(); err == nil {
		if now, err = parseHead(text); err != nil {
			return nil, 0, &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged, Err: err}
		}
	}
	if lost(seen, now) {
		return nil, 0, lostError(doing, journal, seen, now)
	}
	s.heads.saw(journal, now)
	return page.Val(), now.Seq, nil
}

func (s *Store) nextPage(ctx context.Context, doing, journal string, after uint64) ([]goredis.XMessage, error) {
	ctx, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer done()
	page, err := s.client.XRangeN(ctx, s.keys.journal(journal), startID(after), "+", pageSize).Result()
	if err != nil {
		return nil, s.readError(doing, err)
	}
	return page, nil
}

func startID(after uint64) string { return fmt.Sprintf("%d-0", after+1) }

var errDamaged = errors.New("the journal is damaged")

// entryOf reads an entry that must have the position seq.
func entryOf(journal string, seq uint64, m goredis.XMessage) (storage.Entry, error) {
	if m.ID != startID(seq-1) {
		return storage.Entry{}, fmt.Errorf("%w: entry %d of %s is missing, %s follows", errDamaged, seq, journal, m.ID)
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

func missingError(doing, journal string, seq uint64) error {
	return &storage.UnavailableError{Doing: doing, Remedy: remedyDamaged,
		Err: fmt.Errorf("%w: entry %d of %s is missing", errDamaged, seq, journal)}
}

func remedyOf(err error) string {
	if errors.Is(err, errDamaged) {
		return remedyDamaged
	}
	return ""
}
