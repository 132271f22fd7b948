package redis_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

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
	names, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), "c1", storagetest.To("register", 0, "r"), storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case <-names:
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
}
