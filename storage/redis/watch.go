package redis

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

const (
	watchBlock = 5 * time.Second        // one wait for the feed
	watchPause = 200 * time.Millisecond // before a failed wait is begun again
	watchCount = 1000                   // pointers of one answer
)

// Watch implements storage.Store. Each watch waits on a connection of its own,
// which is closed to end the wait, and begins again after errors. Pointers of
// the feed are numbered; where some are missing, because the feed was trimmed
// or Redis went back in time, every journal is told of.
func (s *Store) Watch(ctx context.Context) (<-chan storage.Growth, error) {
	const doing = "watch for change"
	asking, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer done()
	last, err := s.newest(asking)
	if err != nil {
		return nil, s.readError(doing, err)
	}
	waiting, err := s.another()
	if err != nil {
		return nil, s.readError(doing, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = waiting.Close() // it has no connection yet
		return nil, &storage.UnavailableError{Doing: doing, Lasting: true, Err: errClosed}
	}
	ctx, stop := context.WithCancel(ctx)
	unlink := context.AfterFunc(s.life, stop)
	interrupt := context.AfterFunc(ctx, func() { _ = waiting.Close() })
	feed := &storage.Feed{}
	growths := feed.Watch(ctx)
	s.running.Go(func() {
		defer feed.Close()
		defer interrupt()
		defer unlink()
		defer stop()
		s.follow(ctx, waiting, feed, last)
	})
	return growths, nil
}

// follow tells feed of every pointer after last until ctx ends.
func (s *Store) follow(ctx context.Context, waiting goredis.UniversalClient, feed *storage.Feed, last pointer) {
	for ctx.Err() == nil {
		next, err := s.await(ctx, waiting, feed, last)
		if err == nil {
			last = next
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchPause):
		}
		if next, err := s.catchUp(ctx, feed, last); err == nil {
			last = next
		}
	}
}

// await waits for pointers after last, tells of them, and returns the newest.
func (s *Store) await(ctx context.Context, waiting goredis.UniversalClient, feed *storage.Feed, last pointer) (pointer, error) {
	answer, err := waiting.XRead(ctx, &goredis.XReadArgs{
		Streams: []string{s.keys.feed, last.id()}, Count: watchCount, Block: watchBlock,
	}).Result()
	if errors.Is(err, goredis.Nil) {
		return last, nil // nothing grew
	}
	if err != nil {
		return last, err
	}
	var grown []storage.Growth
	missing := false
	for _, stream := range answer {
		for _, m := range stream.Messages {
			p, err := parsePointer(m)
			if err != nil {
				return last, err
			}
			missing = missing || p.number != last.number+1
			last = p
			grown = append(grown, p.grown...)
		}
	}
	if missing {
		if grown, err = s.all(ctx); err != nil {
			return last, err
		}
	}
	feed.Grew(grown...)
	return last, nil
}

// catchUp looks, after a wait has failed, whether the feed still holds the
// pointer that was told last. If not, Redis has lost its newest entries, or
// more has grown than the feed remembers: every journal is told of.
func (s *Store) catchUp(ctx context.Context, feed *storage.Feed, last pointer) (pointer, error) {
	asking, done, err := s.begin(ctx, "watch for change")
	if err != nil {
		return last, err
	}
	defer done()
	found, err := s.client.XRange(asking, s.keys.feed, last.id(), last.id()).Result()
	if err != nil {
		return last, err
	}
	if len(found) == 1 {
		if same, err := parsePointer(found[0]); err == nil && same.is(last) {
			return last, nil
		}
	}
	end, err := s.newest(asking) // before the names: what grows meanwhile is told again
	if err != nil {
		return last, err
	}
	grown, err := s.all(asking)
	if err != nil {
		return last, err
	}
	feed.Grew(grown...)
	return end, nil
}

// all says of every journal that only a look tells how far it goes.
func (s *Store) all(ctx context.Context) ([]storage.Growth, error) {
	names, err := s.Journals(ctx)
	grown := make([]storage.Growth, len(names))
	for i, name := range names {
		grown[i].Journal = name
	}
	return grown, err
}

// newest returns the last pointer of the feed.
func (s *Store) newest(ctx context.Context) (pointer, error) {
	found, err := s.client.XRevRangeN(ctx, s.keys.feed, "+", "-", 1).Result()
	if err != nil || len(found) == 0 {
		return pointer{}, err
	}
	return parsePointer(found[0])
}

// pointer is one entry of the feed: journals grew to positions. One more field
// tells two pointers apart that got one number, before and after Redis lost the
// first.
type pointer struct {
	number uint64
	fields map[string]any // positions by journal, as ids
	grown  []storage.Growth
}

func (p pointer) id() string { return entryID(p.number) }

func (p pointer) is(other pointer) bool {
	return p.number == other.number && maps.Equal(p.fields, other.fields)
}

func parsePointer(m goredis.XMessage) (pointer, error) {
	number, err := parseID(m.ID)
	if err != nil {
		return pointer{}, fmt.Errorf("not a pointer of the feed: %q: %w", m.ID, err)
	}
	p := pointer{number: number, fields: m.Values}
	for journal, id := range m.Values {
		if journal == "" {
			continue
		}
		seq, err := parseID(fmt.Sprint(id))
		if err != nil {
			seq = 0 // only a look tells
		}
		p.grown = append(p.grown, storage.Growth{Journal: journal, Seq: seq})
	}
	return p, nil
}

func parseID(id string) (uint64, error) {
	digits, _, _ := strings.Cut(id, "-")
	return strconv.ParseUint(digits, 10, 64)
}
