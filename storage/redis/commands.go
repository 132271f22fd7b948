package redis

import (
	"context"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
)

// Which commands have landed is kept in a hash for each span of some days, since
// hundreds of thousands of keys that expire one by one would be a quarter of the
// cost of an append, and every hash looked into is a twentieth of it.
const (
	// span is as long as commands count, and the day in which the next one can
	// have begun for a Redis whose successor's clock is behind.
	span = storage.CommandLife + 24*time.Hour
	// spansForgotten is how many spans that no longer count are dropped, for when
	// nobody was there to do it.
	spansForgotten = 16
)

// remembered are the two spans whose commands count at an instant of Redis, in
// microseconds; the one that it lies in first.
func (k keys) remembered(at int64) []string {
	n := spanOf(at)
	if since := at - n*span.Microseconds(); since > storage.CommandLife.Microseconds() {
		return []string{k.commands(n), k.commands(n + 1)}
	}
	return []string{k.commands(n), k.commands(n - 1)}
}

// spanOf counts the spans since 1970.
func spanOf(at int64) int64 { return at / span.Microseconds() }

// forgetCommands drops the spans that no longer count. The bot's user may not
// delete; it overwrites them with what is gone after a millisecond. What fails
// is tried again in the next span, or when a store is opened.
func (s *Store) forgetCommands(ctx context.Context, n int64) {
	home, err := s.home(ctx)
	if err != nil {
		return
	}
	_, _ = home.Pipelined(ctx, func(p goredis.Pipeliner) error {
		for back := range int64(spansForgotten) {
			p.Set(ctx, s.keys.commands(n-2-back), "", time.Millisecond)
		}
		return nil
	})
}
