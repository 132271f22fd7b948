package redis_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"holdfast/internal/fault"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

const secret = "s3cret-of-the-test"

func TestARedisThatCannotKeepAJournalIsRefused(t *testing.T) {
	with := func(settings ...string) []string { return append(append([]string{}, always...), settings...) }
	for _, r := range []struct {
		sentence string
		settings []string
		prepare  []any // one command of the administrator
		userinfo string
		options  redis.Options
		says     string
		next     string
	}{
		{sentence: "without a log", settings: []string{"--appendonly", "no"},
			says: "class D0", next: "appendonly yes and appendfsync always"},
		{sentence: "flushing once a second", settings: []string{"--appendonly", "yes", "--appendfsync", "everysec"},
			says: "class D1", next: "appendfsync always"},
		{sentence: "never flushing", settings: []string{"--appendonly", "yes", "--appendfsync", "no"},
			says: "class D0", next: "appendfsync always"},
		{sentence: "not flushing while it rewrites", settings: with("--no-appendfsync-on-rewrite", "yes"),
			says: "class D0", next: "no-appendfsync-on-rewrite no"},
		{sentence: "not telling", settings: always, userinfo: "quiet:" + secret + "@",
			prepare: []any{"ACL", "SETUSER", "quiet", "on", ">" + secret, "~*", "+@all", "-config"},
			says:    "refuses CONFIG", next: "declared-always"},
		{sentence: "evicting", settings: with("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"),
			says: "may evict keys (maxmemory-policy allkeys-lru)", next: "noeviction"},
		{sentence: "evicting and not telling", settings: with("--maxmemory-policy", "volatile-ttl"), userinfo: "quiet:" + secret + "@",
			prepare: []any{"ACL", "SETUSER", "quiet", "on", ">" + secret, "~*", "+@all", "-config"},
			options: redis.Options{Durability: redis.DeclaredAlways}, says: "may evict", next: "noeviction"},
		{sentence: "a replica", settings: with("--replicaof", "127.0.0.1 1"),
			says: "is a replica", next: "primary"},
		{sentence: "a wrong password", settings: with("--requirepass", "another"), userinfo: ":" + secret + "@",
			says: "refuses Holdfast", next: "password"},
		{sentence: "no password", settings: with("--requirepass", secret),
			says: "refuses Holdfast", next: "Give the user and password"},
		{sentence: "a user who may not write", settings: always, userinfo: "reader:" + secret + "@",
			prepare: []any{"ACL", "SETUSER", "reader", "on", ">" + secret, "~*", "+@all", "-xadd"},
			says:    "refuses Holdfast", next: "docs/redis.md"},
		{sentence: "another application's keys", settings: always, prepare: []any{"SET", "session:42", "x"},
			says: "keys of another application", next: "a Redis of its own"},
		{sentence: "another application's workspace", settings: always, prepare: []any{"SET", "holdfast:{main}:store", "x"},
			says: "not a Holdfast store", next: "another workspace"},
		{sentence: "a workspace without its marker", settings: always, prepare: []any{"HSET", "holdfast:{main}:heads", "INC-1", "x"},
			says: "not a Holdfast store", next: "backup"},
		{sentence: "a damaged marker", settings: always, prepare: []any{"HSET", "holdfast:{main}:store", "format", "x"},
			says: "not a Holdfast store", next: "backup"},
		{sentence: "a newer store", settings: always, prepare: []any{"HSET", "holdfast:{main}:store", "format", "2"},
			says: "newer version", next: "Upgrade Holdfast"},
		{sentence: "a workspace that is no name", settings: always, options: redis.Options{Workspace: "a}b"},
			says: "no workspace", next: "a-z"},
		{sentence: "a durability that is none", settings: always, options: redis.Options{Durability: "often"},
			says: `no durability "often"`, next: "relaxed"},
	} {
		t.Run(r.sentence, func(t *testing.T) {
			server := start(t, r.settings...)
			if r.prepare != nil {
				server.do(r.prepare...)
			}
			s, err := redis.Open(t.Context(), "unix://"+r.userinfo+server.socket, r.options)
			wantFault(t, err, r.says, r.next)
			if err == nil {
				s.Close()
			}
		})
	}
}

func TestAnOldRedisIsRefused(t *testing.T) {
	server := start(t, always...)
	p := newProxy(t, server)
	p.change = func(reply []byte) []byte {
		return bytes.ReplaceAll(reply, []byte("redis_version:7"), []byte("redis_version:5"))
	}
	_, err := redis.Open(t.Context(), p.url(), redis.Options{})
	wantFault(t, err, "6.2 or newer", "Upgrade")
}

func TestWhatIsNoRedisIsRefused(t *testing.T) {
	for url, says := range map[string]string{
		"unix:///nowhere/redis.sock?db=0":                                    "cannot be reached",
		"redis://:" + secret + "@127.0.0.1:1/0":                              "cannot be reached",
		"redis+sentinel://:" + secret + "@127.0.0.1:1/?master_name=holdfast": "cannot be reached",
		"redis+cluster://:" + secret + "@127.0.0.1:1":                        "cannot be reached",
		"http://:" + secret + "@localhost":                                   "cannot be read",
		"redis://:" + secret + "@local host":                                 "cannot be read",
		"":                                                                   "cannot be read",
	} {
		_, err := redis.Open(t.Context(), url, redis.Options{})
		wantFault(t, err, says, "")
	}
}

func TestLessIsTakenWhenItIsAskedFor(t *testing.T) {
	for _, r := range []struct {
		class    string
		settings []string
		config   string
		asked    redis.Durability
	}{
		{"D2", always, "+config", redis.Always},
		{"D2", always, "+config", redis.DeclaredAlways},
		{"D1", []string{"--appendonly", "yes"}, "+config", redis.Relaxed},
		{"D0", nil, "+config", redis.Relaxed},
		{"unproven", nil, "-config", redis.DeclaredAlways},
	} {
		server := start(t, r.settings...)
		server.do("ACL", "SETUSER", "holdfast", "on", ">"+secret, "~*", "+@all", r.config)
		s := open(t, "unix://holdfast:"+secret+"@"+server.socket, redis.Options{Durability: r.asked})
		if s.Class() != r.class {
			t.Errorf("%v under %s: class %s, want %s", r.settings, r.asked, s.Class(), r.class)
		}
		if _, err := s.Append(t.Context(), "c", storagetest.To("INC-1", 0, "a")); err != nil {
			t.Error(err)
		}
	}
}

func wantFault(t *testing.T, err error, says, next string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.Store || !strings.Contains(f.Text, says) || f.Next == "" || !strings.Contains(f.Next, next) {
		t.Errorf("got %v, want E_STORE that says %q and %q", err, says, next)
	}
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("the refusal shows a secret: %v", err)
	}
}
