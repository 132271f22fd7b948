package redis

import (
	"context"
	"errors"
	"fmt"
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
// which is closed to end the wait, and begins again after errors. Pointers of the feed are numbered; where some
// are missing, because the feed was trimmed or Redis went back in time, every
// journal is told of.
func (s *Store) Watch(ctx context.Context) (<-chan string, error) {
	const doing = "watch for change"
	asking, done, err := s.begin(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer done()
	last, err := s.feedEnd(asking)
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
		return nil, &storage.UnavailableError{Doing: doing, Err: errClosed}
	}
	ctx, stop := context.WithCancel(ctx)
	unlink := context.AfterFunc(s.life, stop)
	interrupt := context.AfterFunc(ctx, func() { _ = waiting.Close() })
	feed := &storage.Feed{}
	names := feed.Watch(ctx)
	s.running.Go(func() {
		defer feed.Close()
		defer interrupt()
		defer unlink()
		defer stop()
		s.follow(ctx, waiting, feed, last)
	})
	return names, nil
}

// follow tells feed of every pointer after last until ctx ends.
func (s *Store) follow(ctx context.Context, waiting goredis.UniversalClient, feed *storage.Feed, last uint64) {
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
func (s *Store) await(ctx context.Context, waiting goredis.UniversalClient, feed *storage.Feed, last uint64) (uint64, error) {
	answer, err := waiting.XRead(ctx, &goredis.XReadArgs{
		Streams: []string{s.keys.feed, fmt.Sprintf("%d-0", last)}, Count: watchCount, Block: watchBlock,
	}).Result()
	if errors.Is(err, goredis.Nil) {
		return last, nil // nothing grew
	}
	if err != nil {
		return last, err
	}
	var names []string
	missing := false
	for _, stream := range answer {
		for _, m := range stream.Messages {
			n, err := pointerNumber(m.ID)
			missing = missing || err != nil || n != last+1
			if err == nil {
				last = n
			}
			if name, _ := m.Values["j"].(string); name != "" {
				names = append(names, name)
			}
		}
	}
	if missing {
		if names, err = s.Journals(ctx); err != nil {
			return last, err
		}
	}
	feed.Grew(names...)
	return last, nil
}

// catchUp looks, after a wait has failed, whether the feed ends before what
// was told: then Redis has lost its newest entries, and pointers come again
// under numbers that were told before.
func (s *Store) catchUp(ctx context.Context, feed *storage.Feed, last uint64) (uint64, error) {
	asking, done, err := s.begin(ctx, "watch for change")
	if err != nil {
		return last, err
	}
	defer done()
	end, err := s.feedEnd(asking)
	if err != nil || end >= last {
		return last, err
	}
	names, err := s.Journals(ctx)
	if err != nil {
		return last, err
	}
	feed.Grew(names...)
	return end, nil
}

// feedEnd returns the number of the newest pointer.
func (s *Store) feedEnd(ctx context.Context) (uint64, error) {
	n, err := s.client.HGet(ctx, s.keys.store, "feed").Uint64()
	if errors.Is(err, goredis.Nil) {
		return 0, nil
	}
	return n, err
}

func pointerNumber(id string) (uint64, error) {
	digits, _, _ := strings.Cut(id, "-")
	return strconv.ParseUint(digits, 10, 64)
}
