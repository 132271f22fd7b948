package redis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

// long is more entries than are put back at once.
const long = 900

// filled appends a long journal and returns its entries and where it stands.
func filled(t *testing.T, s *redis.Store, journal string) ([]storage.Entry, storage.Head) {
	t.Helper()
	bodies := make([]string, long)
	for i := range bodies {
		bodies[i] = fmt.Sprint(i)
	}
	if _, err := s.Append(t.Context(), "", storagetest.To(journal, 0, bodies...)); err != nil {
		t.Fatal(err)
	}
	all := storagetest.Chained(t, s, journal)
	return all, storage.Head{Seq: long, Hash: all[long-1].Hash}
}

func wantArchived(t *testing.T, err error) {
	t.Helper()
	var archived *storage.ArchivedError
	if !errors.As(err, &archived) {
		t.Fatalf("got %v, want an ArchivedError", err)
	}
}

func TestPuttingBackGoesOnWhereItWasInterrupted(t *testing.T) {
	for _, o := range []redis.Options{{}, replicated} {
		primary, _ := startPair(t)
		p := newProxy(t, primary)
		var answers atomic.Int32 // to come before one is lost
		p.change = func(reply []byte) []byte {
			p.losing.Store(answers.Add(-1) == 0)
			return bytes.Clone(reply)
		}
		s := open(t, p.url(), o)
		all, head := filled(t, s, "INC-1")
		for range 2 { // the second time Redis knows the script
			if err := s.Unarchive(t.Context(), "INC-1", oneByOne(all)); err != nil {
				t.Fatal(err)
			}
			if err := s.Archive(t.Context(), "INC-1", head, "elsewhere"); err != nil {
				t.Fatal(err)
			}
		}
		admin := primary.admin()
		interrupted := 0
		for before := int64(0); before < long; {
			answers.Store(1) // the first tells what is kept, the next that some are back
			err := s.Unarchive(t.Context(), "INC-1", oneByOne(all))
			wantUnavailable(t, err, true)
			interrupted++
			after, err := admin.XLen(t.Context(), "holdfast:{main}:j:INC-1").Result()
			if err != nil || after < before || interrupted > 10 {
				t.Fatalf("attempt %d: from %d to %d entries, %v", interrupted, before, after, err)
			}
			if before = after; after < long {
				wantArchived(t, drain(s.Read(t.Context(), "INC-1", 0)))
				_, err := s.Append(t.Context(), "", storagetest.To("INC-1", uint64(after), "x"))
				wantArchived(t, err)
			}
		}
		if err := s.Unarchive(t.Context(), "INC-1", oneByOne(all)); err != nil {
			t.Fatal(err)
		}
		if interrupted < 3 {
			t.Errorf("void: it was interrupted %d times", interrupted)
		}
		back := storagetest.Chained(t, s, "INC-1")
		if len(back) != long || back[long-1].Hash != head.Hash {
			t.Errorf("%d entries came back of %d, or others", len(back), long)
		}
	}
}

func TestTwoWhoPutBackAtOnceDoItOnce(t *testing.T) {
	server := start(t, always...)
	stores := []*redis.Store{open(t, server.url(), redis.Options{}), open(t, server.url(), redis.Options{})}
	all, head := filled(t, stores[0], "INC-1")
	for range 5 {
		if err := stores[0].Archive(t.Context(), "INC-1", head, "elsewhere"); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for _, s := range stores {
			both.Go(func() {
				if err := s.Unarchive(context.Background(), "INC-1", oneByOne(all)); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if back := storagetest.Chained(t, stores[1], "INC-1"); len(back) != long || back[long-1].Hash != head.Hash {
			t.Fatalf("%d entries came back of %d, or others", len(back), long)
		}
	}
}

func TestOfAnAppendAndAnArchiveOneWins(t *testing.T) {
	server := start(t, always...)
	writer, archiver := open(t, server.url(), redis.Options{}), open(t, server.url(), redis.Options{})
	wins := map[string]int{}
	for round := range 60 {
		journal := fmt.Sprintf("INC-%d", round)
		if _, err := writer.Append(t.Context(), "", storagetest.To(journal, 0, "a")); err != nil {
			t.Fatal(err)
		}
		head := storage.Head{Seq: 1, Hash: storagetest.Chained(t, archiver, journal)[0].Hash}
		var both sync.WaitGroup
		var appended, archived error
		both.Go(func() { _, appended = writer.Append(context.Background(), "", storagetest.To(journal, 1, "b")) })
		both.Go(func() { archived = archiver.Archive(context.Background(), journal, head, "elsewhere") })
		both.Wait()
		var refused *storage.ArchivedError
		var moved *storage.ConflictError
		switch {
		case appended == nil && errors.As(archived, &moved):
			wins["append"]++
			if n := len(storagetest.Chained(t, archiver, journal)); n != 2 {
				t.Errorf("%s: %d entries", journal, n)
			}
		case archived == nil && errors.As(appended, &refused):
			wins["archive"]++
		default:
			t.Fatalf("append: %v, archive: %v", appended, archived)
		}
	}
	t.Logf("wins: %v", wins)
}

func TestWhatIsRefusedIsNeitherArchivedNorPutBack(t *testing.T) {
	server := start(t, always...)
	s := open(t, server.url(), redis.Options{})
	all, head := filled(t, s, "INC-1")
	for sentence, trouble := range map[string]struct {
		spoil, mend []any
		archives    bool
	}{
		"as a replica":     {spoil: []any{"REPLICAOF", "127.0.0.1", "1"}, mend: []any{"REPLICAOF", "NO", "ONE"}},
		"without replicas": {spoil: []any{"CONFIG", "SET", "min-replicas-to-write", "1"}, mend: []any{"CONFIG", "SET", "min-replicas-to-write", "0"}},
		// To archive is how memory is had.
		"without memory": {spoil: []any{"CONFIG", "SET", "maxmemory", "1"}, mend: []any{"CONFIG", "SET", "maxmemory", "0"}, archives: true},
	} {
		t.Run(sentence, func(t *testing.T) {
			server.do(trouble.spoil...)
			err := s.Archive(t.Context(), "INC-1", head, "elsewhere")
			if trouble.archives != (err == nil) {
				t.Errorf("archive: %v", err)
			}
			server.do(trouble.mend...)
			if !trouble.archives {
				wantUnavailable(t, err, false)
				if n := len(storagetest.Chained(t, s, "INC-1")); n != long {
					t.Fatalf("%d entries are left", n)
				}
				if err := s.Archive(t.Context(), "INC-1", head, "elsewhere"); err != nil {
					t.Fatal(err)
				}
			}
			server.do(trouble.spoil...)
			wantUnavailable(t, s.Unarchive(t.Context(), "INC-1", oneByOne(all)), false)
			server.do(trouble.mend...)
			if n := server.admin().XLen(t.Context(), "holdfast:{main}:j:INC-1").Val(); n != 0 {
				t.Errorf("%d entries were put back", n)
			}
			if err := s.Unarchive(t.Context(), "INC-1", oneByOne(all)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAReadThatIsOvertakenByTheArchiveSaysSo(t *testing.T) {
	server := start(t, always...)
	s := open(t, server.url(), redis.Options{})
	all, head := filled(t, s, "INC-1")
	reading := s.Read(t.Context(), "INC-1", 0)
	if err := s.Archive(t.Context(), "INC-1", head, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	var got []storage.Entry
	var last error
	for e, err := range reading {
		if last = err; err == nil {
			got = append(got, e)
		}
	}
	wantArchived(t, last)
	if !slices.EqualFunc(got, all[:len(got)], func(a, b storage.Entry) bool { return a.Hash == b.Hash }) {
		t.Error("what was read before is not the journal's beginning")
	}
}

func TestWhatAnArchiveDoesNotHoldIsNoticed(t *testing.T) {
	server := start(t, always...)
	s := open(t, server.url(), redis.Options{})
	if _, err := s.Append(t.Context(), "", storagetest.To("INC-1", 0, "a", "b")); err != nil {
		t.Fatal(err)
	}
	first := storagetest.Chained(t, s, "INC-1")[0]
	// Redis goes back to entry 1, and is archived there.
	server.do("XDEL", "holdfast:{main}:j:INC-1", "2-0")
	server.do("HSET", "holdfast:{main}:heads", "INC-1", fmt.Sprintf("1 %s", first.Hash))
	if err := open(t, server.url(), redis.Options{}).Archive(t.Context(), "INC-1", storage.Head{Seq: 1, Hash: first.Hash}, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	wantUnavailable(t, drain(s.Read(t.Context(), "INC-1", 0)), false)
	_, err := s.Append(t.Context(), "", storagetest.To("INC-1", 1, "c"))
	wantUnavailable(t, err, false)
}
