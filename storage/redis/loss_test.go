package redis_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

func TestALostReplyIsDoubtfulAndFoundByItsCommandID(t *testing.T) {
	for sentence, lose := range map[string]func(p *proxy) (mend func()){
		"one reply is lost": func(p *proxy) func() { p.losing.Store(true); return func() {} },
		"Redis hangs":       func(p *proxy) func() { p.silent.Store(true); return func() { p.silent.Store(false) } },
	} {
		t.Run(sentence, func(t *testing.T) {
			server := start(t, always...)
			p := newProxy(t, server)
			// Nobody can ask the library to repeat what was lost.
			s := open(t, p.url()+"?max_retries=5", redis.Options{Timeout: 300 * time.Millisecond})
			if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
				t.Fatal(err)
			}
			mend := lose(p)
			_, err := s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "b"))
			wantUnavailable(t, err, true)
			mend()
			_, err = s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "b"))
			var duplicate *storage.DuplicateError
			if !errors.As(err, &duplicate) || !slices.Equal(duplicate.Spans, []storage.Span{{Journal: "INC-1", First: 2, Last: 2}}) {
				t.Errorf("the second attempt: %v, want the span of the first", err)
			}
			if _, err := s.Append(t.Context(), "c3", storagetest.To("INC-1", 2, "c")); err != nil {
				t.Error(err)
			}
			if n := len(storagetest.Chained(t, s, "INC-1")); n != 3 {
				t.Errorf("%d entries, want 3", n)
			}
		})
	}
}

func TestTwoClientsOnOneJournalConflict(t *testing.T) {
	server := start(t, always...)
	one, other := open(t, server.url(), redis.Options{}), open(t, server.url(), redis.Options{})
	clients := []storage.Store{one, other}
	for n := range uint64(20) {
		winner, loser := clients[n%2], clients[1-n%2]
		if _, err := winner.Append(t.Context(), "", storagetest.To("INC-1", n, "won")); err != nil {
			t.Fatal(err)
		}
		_, err := loser.Append(t.Context(), "", storagetest.To("register", 0, "x"), storagetest.To("INC-1", n, "lost"))
		var conflict *storage.ConflictError
		if !errors.As(err, &conflict) || *conflict != (storage.ConflictError{Journal: "INC-1", Want: n, Have: n + 1}) {
			t.Fatalf("entry %d: the loser got %v", n+1, err)
		}
	}
	if got := len(storagetest.Chained(t, other, "INC-1")); got != 20 {
		t.Errorf("%d entries, want 20", got)
	}
}

func TestWhatRedisLosesIsNoticed(t *testing.T) {
	for sentence, lose := range map[string][]any{
		"the whole":         {"FLUSHALL"},
		"a journal":         {"DEL", "holdfast:{main}:j:INC-1"},
		"an entry":          {"XDEL", "holdfast:{main}:j:INC-1", "2-0"},
		"where it stood":    {"HDEL", "holdfast:{main}:heads", "INC-1"},
		"its marker":        {"DEL", "holdfast:{main}:store"},
		"its newest entry":  {"XDEL", "holdfast:{main}:j:INC-1", "3-0"},
		"its oldest entry":  {"XTRIM", "holdfast:{main}:j:INC-1", "MAXLEN", "2"},
		"its kind of value": {"SET", "holdfast:{main}:j:INC-1", "x"},
	} {
		t.Run(sentence, func(t *testing.T) {
			server := start(t, always...)
			s := open(t, server.url(), redis.Options{})
			if _, err := s.Append(t.Context(), "", storagetest.To("INC-1", 0, "a", "b", "c")); err != nil {
				t.Fatal(err)
			}
			server.do(lose...)
			_, err := s.Append(t.Context(), "", storagetest.To("register", 0, "r"), storagetest.To("INC-1", 3, "d"))
			var down *storage.UnavailableError
			if !errors.As(err, &down) || down.Remedy == "" {
				t.Errorf("append: got %v, want a refusal with a remedy", err)
			}
			if n, err := server.admin().Exists(t.Context(), "holdfast:{main}:j:register").Result(); err != nil || n != 0 {
				t.Errorf("half of the batch was written (%v)", err)
			}
			if sentence == "its marker" {
				return // its journals can be read
			}
			var read error
			for _, err := range s.Read(t.Context(), "INC-1", 0) {
				read = err
			}
			if !errors.As(read, &down) || down.Remedy == "" {
				t.Errorf("read: got %v, want a refusal with a remedy", read)
			}
		})
	}
}

func TestAWatchOutlivesItsRedis(t *testing.T) {
	server := start(t, always...)
	s := open(t, server.url(), redis.Options{})
	growths, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(2) {
		if _, err := s.Append(t.Context(), "", storagetest.To("INC-1", n, "a")); err != nil {
			t.Fatal(err)
		}
		ctx, done := context.WithTimeout(t.Context(), 20*time.Second)
		defer done()
		select {
		case g := <-growths:
			if g.Journal != "INC-1" {
				t.Errorf("heard of %v", g)
			}
		case <-ctx.Done():
			t.Fatalf("round %d: nothing was heard", n)
		}
		server.kill()
		server.run()
	}
}

func TestAWatchTellsEveryJournalWhenRedisWentBack(t *testing.T) {
	server := start(t, always...)
	watcher, other := open(t, server.url(), redis.Options{}), open(t, server.url(), redis.Options{})
	if _, err := other.Append(t.Context(), "", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	growths, err := watcher.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// The newest pointer is gone and its number comes again, as after a failover
	// to a replica that had not received it; then the connections break.
	newest, err := server.admin().XRevRangeN(t.Context(), "holdfast:{main}:feed", "+", "-", 1).Result()
	if err != nil || len(newest) != 1 {
		t.Fatal(newest, err)
	}
	server.do("DEL", "holdfast:{main}:feed")
	server.do("XADD", "holdfast:{main}:feed", newest[0].ID, "INC-1", "another past")
	server.kill()
	server.run()
	select {
	case g := <-growths:
		if g != (storage.Growth{Journal: "INC-1"}) {
			t.Errorf("heard of %v; only a look tells how far it goes now", g)
		}
	case <-time.After(20 * time.Second):
		t.Error("nothing was heard")
	}
}

func wantUnavailable(t *testing.T, err error, doubtful bool) {
	t.Helper()
	var down *storage.UnavailableError
	if !errors.As(err, &down) || down.Doubtful != doubtful || down.Remedy == "" {
		t.Fatalf("got %v, want an UnavailableError with a remedy, doubtful: %t", err, doubtful)
	}
}
