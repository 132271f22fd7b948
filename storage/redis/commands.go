package redis

import (
	"context"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// Which commands have landed is kept in a hash for each day of Redis, since
// hundreds of thousands of keys that expire one by one would be a quarter of
// the cost of an append.
const (
	// daysBack holds every command that counts: storage.CommandLife and the day
	// that has begun.
	daysBack = 3
	// daysAhead is for a Redis whose clock was ahead of that of its successor.
	daysAhead = 1
	// daysForgotten is how many days older than these are dropped, for when
	// nobody was there to do it.
	daysForgotten = 60
)

// remembered are the days whose commands count, today first.
func (k keys) remembered(today int64) []string {
	days := []string{k.commands(today), k.commands(today + daysAhead)}
	for back := range int64(daysBack) {
		days = append(days, k.commands(today-1-back))
	}
	return days
}

// forgetCommands drops the days that no longer count. The bot's user may not
// delete; it overwrites them with what is gone after a millisecond. What fails
// is tried again tomorrow, or when a store is opened.
func (s *Store) forgetCommands(ctx context.Context, today int64) {
	home, err := s.home(ctx)
	if err != nil {
		return
	}
	_, _ = home.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for back := range int64(daysForgotten) {
			p.Set(ctx, s.keys.commands(today-daysBack-1-back), "", time.Millisecond)
		}
		return nil
	})
}
