package redis_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

func TestARedisThatCannotWriteIsToldInTimeWithItsRemedy(t *testing.T) {
	set := func(name, value string) func(*trouble) {
		return func(x *trouble) { x.server.do("CONFIG", "SET", name, value) }
	}
	for _, r := range []struct {
		sentence    string
		spoil, mend func(*trouble)
		remedy      string
		doubtful    bool // it may have landed
		lasting     bool // only somebody who acts can end it
		readsGoOn   bool
		far         bool // there is a network between
	}{
		{sentence: "Redis is down", remedy: "Start Redis",
			spoil: func(x *trouble) { x.server.kill() }, mend: func(x *trouble) { x.server.run() }},
		{sentence: "Redis hangs", remedy: "Look at Redis", doubtful: true,
			spoil: func(x *trouble) { x.server.pause() }, mend: func(x *trouble) { x.server.wake() }},
		{sentence: "the network swallows what Redis answers", remedy: "Look at Redis", doubtful: true, far: true,
			spoil: func(x *trouble) { x.proxy.silent.Store(true) }, mend: func(x *trouble) { x.proxy.silent.Store(false) }},
		{sentence: "Redis has no memory left", remedy: "maxmemory", readsGoOn: true,
			spoil: set("maxmemory", "1"), mend: set("maxmemory", "0")},
		{sentence: "Redis has become a replica", remedy: "replica", readsGoOn: true,
			spoil: func(x *trouble) { x.server.do("REPLICAOF", "127.0.0.1", "1") },
			mend:  func(x *trouble) { x.server.do("REPLICAOF", "NO", "ONE") }},
		{sentence: "Redis lacks its replicas", remedy: "replicas", readsGoOn: true,
			spoil: set("min-replicas-to-write", "1"), mend: set("min-replicas-to-write", "0")},
		{sentence: "Redis cannot save", remedy: "disk of Redis", readsGoOn: true,
			spoil: (*trouble).blockSave, mend: (*trouble).unblockSave},
		{sentence: "Redis is in a script of somebody else", remedy: "script",
			spoil: (*trouble).keepBusy, mend: (*trouble).endBusy},
		{sentence: "the user may no longer write", remedy: "docs/redis.md", doubtful: true, lasting: true, readsGoOn: true,
			spoil: func(x *trouble) { x.server.do("ACL", "SETUSER", "default", "-xadd") },
			mend:  func(x *trouble) { x.server.do("ACL", "SETUSER", "default", "+xadd") }},
	} {
		t.Run(r.sentence, func(t *testing.T) {
			x := &trouble{t: t, server: start(t, always...)}
			x.proxy = newProxy(t, x.server)
			url := x.server.url()
			if r.far {
				url = x.proxy.url()
			}
			const timeout = 800 * time.Millisecond
			s := open(t, url, redis.Options{Timeout: timeout})
			if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
				t.Fatal(err)
			}
			again := func() error {
				_, err := s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "b"), storagetest.To("register", 0, "r"))
				return err
			}
			r.spoil(x)
			now := clock.System{}.Now
			begun := now()
			err := again()
			if took := now().Sub(begun); took > timeout+timeout/2 {
				t.Errorf("it took %s to say so", took)
			}
			wantUnavailable(t, err, r.doubtful)
			var down *storage.UnavailableError
			if errors.As(err, &down) && (!strings.Contains(down.Remedy, r.remedy) || down.Lasting != r.lasting) {
				t.Errorf("the remedy is %q, want one about %q; it is lasting: %t", down.Remedy, r.remedy, down.Lasting)
			}
			if r.readsGoOn && len(storagetest.Chained(t, s, "INC-1")) != 1 {
				t.Error("what was there cannot be read")
			}
			r.mend(x)
			var landed *storage.DuplicateError
			if err := again(); err != nil && !(r.doubtful && errors.As(err, &landed)) {
				t.Errorf("after it was mended: %v", err)
			}
			if n := len(storagetest.Chained(t, s, "INC-1")); n != 2 {
				t.Errorf("%d entries, want 2", n)
			}
		})
	}
}

// trouble is a server that is made to fail.
type trouble struct {
	t      *testing.T
	server *server
	proxy  *proxy
}

// blockSave puts a folder where the dump would be, so that no save succeeds.
func (x *trouble) blockSave() {
	if err := os.Mkdir(filepath.Join(x.server.dir, "dump.rdb"), 0o700); err != nil {
		x.t.Fatal(err)
	}
	x.server.do("CONFIG", "SET", "save", "3600 1")
	x.save("err")
}

func (x *trouble) unblockSave() {
	if err := os.Remove(filepath.Join(x.server.dir, "dump.rdb")); err != nil {
		x.t.Fatal(err)
	}
	x.save("ok")
}

// save saves and waits until that has ended in a way.
func (x *trouble) save(ends string) {
	x.t.Helper()
	admin := x.server.admin()
	until(x.t, func() error {
		if err := admin.BgSave(context.Background()).Err(); err != nil {
			return err
		}
		text, err := admin.Info(context.Background(), "persistence").Result()
		if err == nil && !strings.Contains(text, "rdb_last_bgsave_status:"+ends) {
			err = errors.New(text)
		}
		return err
	})
}

// keepBusy runs a script that does not end.
func (x *trouble) keepBusy() {
	x.server.do("CONFIG", "SET", "busy-reply-threshold", "10")
	var running sync.WaitGroup
	ctx, stop := context.WithCancel(context.WithoutCancel(x.t.Context()))
	running.Go(func() {
		busy := goredis.NewClient(&goredis.Options{Network: "unix", Addr: x.server.socket, ReadTimeout: -1, ContextTimeoutEnabled: true, MaxRetries: -1})
		defer busy.Close()
		_ = busy.Eval(ctx, "while true do end", nil).Err() // it is killed, or the server is
	})
	x.t.Cleanup(func() { stop(); running.Wait() })
	until(x.t, func() error {
		if err := x.server.admin().Ping(context.Background()).Err(); err == nil || !strings.HasPrefix(err.Error(), "BUSY") {
			return fmt.Errorf("not busy: %w", err)
		}
		return nil
	})
}

func (x *trouble) endBusy() {
	x.server.do("SCRIPT", "KILL")
	until(x.t, func() error { return x.server.admin().Ping(context.Background()).Err() })
}
