package redis_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

// documentedUser returns the words of the command in docs/redis.md.
func documentedUser(t *testing.T, name string) []any {
	t.Helper()
	return documented(t, `(?m)^(ACL SETUSER `+name+` .*)$`)
}

// clusterRights returns what that page adds for a Cluster.
func clusterRights(t *testing.T) []any {
	t.Helper()
	return documented(t, "In a Cluster add `([^`]+)`")
}

func documented(t *testing.T, pattern string) []any {
	t.Helper()
	page, err := os.ReadFile("../../docs/redis.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindStringSubmatch(string(page))
	if found == nil {
		t.Fatalf("docs/redis.md shows no %q", pattern)
	}
	var words []any
	for _, word := range strings.Fields(strings.Replace(found[1], "PASSWORD", secret, 1)) {
		words = append(words, word)
	}
	return words
}

func TestTheDocumentedUserCanDoAllThatIsNeededAndDestroyNothing(t *testing.T) {
	server := start(t, always...)
	server.do(documentedUser(t, "holdfast")...)
	s := open(t, "unix://holdfast:"+secret+"@"+server.socket, redis.Options{})
	if s.Class() != string(redis.D2) {
		t.Errorf("class %s", s.Class())
	}
	growths, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), "c1", storagetest.To("register", 0, "r"), storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-growths:
		case <-time.After(20 * time.Second):
			t.Fatal("the watch is silent")
		}
	}
	if n := len(storagetest.Chained(t, s, "INC-1")); n != 1 {
		t.Errorf("%d entries", n)
	}
	if has, err := s.Lease(t.Context(), "perform", "r1", time.Minute); !has || err != nil {
		t.Errorf("lease: %t, %v", has, err)
	}
	if holder, err := s.Holder(t.Context(), "perform"); holder != "r1" || err != nil {
		t.Errorf("held by %q, %v", holder, err)
	}
	if all, err := s.Journals(t.Context()); len(all) != 2 || err != nil {
		t.Errorf("journals %v, %v", all, err)
	}
	sum, err := s.Put(t.Context(), []byte("blob"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), sum); err != nil {
		t.Error(err)
	}

	head := storage.Head{Seq: 1, Hash: storagetest.Chained(t, s, "INC-1")[0].Hash}
	err = s.Archive(t.Context(), "INC-1", head, "elsewhere")
	var down *storage.UnavailableError
	if !errors.As(err, &down) || !strings.Contains(down.Remedy, "docs/redis.md") {
		t.Errorf("the user archives: %v", err)
	}

	user := goredis.NewClient(&goredis.Options{Network: "unix", Addr: server.socket, Username: "holdfast", Password: secret})
	defer user.Close()
	const journal = "holdfast:{main}:j:INC-1"
	for _, words := range [][]any{
		{"FLUSHALL"}, {"FLUSHDB"}, {"DEL", journal}, {"UNLINK", journal}, {"XTRIM", journal, "MAXLEN", "0"},
		{"XDEL", journal, "1-0"}, {"RENAME", journal, journal + "2"}, {"EXPIRE", journal, "1"}, {"CONFIG", "SET", "appendonly", "no"},
		{"EVAL", "return redis.call('DEL', KEYS[1])", "1", journal}, {"SHUTDOWN"}, {"SET", "session:42", "x"},
	} {
		if err := user.Do(context.Background(), words...).Err(); err == nil {
			t.Errorf("the user may %v", words)
		}
	}
	if n := len(storagetest.Chained(t, s, "INC-1")); n != 1 {
		t.Errorf("%d entries are left", n)
	}
	if _, err := s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "b")); err != nil {
		t.Error(err)
	}
}

func TestTheDocumentedArchiverCanArchiveAndPutBack(t *testing.T) {
	server := start(t, always...)
	server.do(documentedUser(t, "holdfast")...)
	server.do(documentedUser(t, "holdfast-archive")...)
	bot := open(t, "unix://holdfast:"+secret+"@"+server.socket, redis.Options{})
	archiver := open(t, "unix://holdfast-archive:"+secret+"@"+server.socket, redis.Options{})
	if _, err := bot.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a", "b")); err != nil {
		t.Fatal(err)
	}
	all := storagetest.Chained(t, archiver, "INC-1")
	if err := archiver.Archive(t.Context(), "INC-1", storage.Head{Seq: 2, Hash: all[1].Hash}, "elsewhere"); err != nil {
		t.Fatal(err)
	}
	wantKept := func() {
		t.Helper()
		for _, s := range []*redis.Store{bot, archiver} {
			var archived *storage.ArchivedError
			if err := drain(s.Read(t.Context(), "INC-1", 0)); !errors.As(err, &archived) || archived.Note != "elsewhere" {
				t.Errorf("got %v, want the note", err)
			}
		}
	}
	wantKept()
	if err := bot.Unarchive(t.Context(), "INC-1", oneByOne(all)); err == nil {
		t.Error("the bot puts back")
	}
	wantKept()
	if err := archiver.Unarchive(t.Context(), "INC-1", oneByOne(all)); err != nil {
		t.Fatal(err)
	}
	if n := len(storagetest.Chained(t, bot, "INC-1")); n != 2 {
		t.Errorf("%d entries came back", n)
	}

	user := goredis.NewClient(&goredis.Options{Network: "unix", Addr: server.socket, Username: "holdfast-archive", Password: secret})
	defer user.Close()
	for _, words := range [][]any{
		{"FLUSHALL"}, {"FLUSHDB"}, {"XTRIM", "holdfast:{main}:j:INC-1", "MAXLEN", "0"}, {"CONFIG", "SET", "appendonly", "no"}, {"SHUTDOWN"},
		{"UNLINK", "session:42"},
	} {
		if err := user.Do(context.Background(), words...).Err(); err == nil {
			t.Errorf("the archiver may %v", words)
		}
	}
}

func oneByOne(all []storage.Entry) iter.Seq2[storage.Entry, error] {
	return func(yield func(storage.Entry, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}
