package redis_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

func TestEveryFaultOfARedisIsNamedWithItsRemedy(t *testing.T) {
	on := func(settings ...string) func(t *testing.T) *server {
		return func(t *testing.T) *server { return start(t, settings...) }
	}
	for _, r := range []struct {
		sentence string
		server   func(t *testing.T) *server
		prepare  [][]any // commands of the administrator
		spoil    func(x *trouble)
		userinfo string
		options  redis.Options
		want     []redis.Finding // Says and Remedy hold what must be part of them
	}{
		{sentence: "one that is set badly throughout", server: on("--appendonly", "no", "--appendfsync", "no", "--no-appendfsync-on-rewrite", "yes",
			"--maxmemory-policy", "allkeys-lru", "--maxmemory", "1250000"), prepare: [][]any{{"SET", "session:42", "x"}},
			want: []redis.Finding{
				{"appendonly", redis.Bad, "a restart loses", "appendonly yes"},
				{"appendfsync", redis.Bad, "power cut", "appendfsync always"},
				{"no-appendfsync-on-rewrite", redis.Bad, "without flushing", "no-appendfsync-on-rewrite no"},
				{"durability", redis.Bad, "class D0", "relaxed"},
				{"eviction", redis.Bad, "allkeys-lru", "noeviction"},
				{"memory", redis.Doubtful, "maxmemory", "more memory"},
				{"replicas", redis.Doubtful, "none", "Connect one"},
				{"user", redis.Doubtful, "default", "docs/redis.md"},
				{"workspace main", redis.Bad, "another application", "a Redis of its own"},
			}},
		{sentence: "one whose losses are accepted", server: on("--appendonly", "yes"), options: redis.Options{Durability: redis.Relaxed},
			want: []redis.Finding{
				{"appendfsync", redis.Doubtful, "last second", "appendfsync always"},
				{"durability", redis.Doubtful, "class D1", "relaxed"},
			}},
		{sentence: "one that nothing is wrong with", server: on(always...), prepare: [][]any{documentedUser(t, "holdfast")}, userinfo: "holdfast:" + secret + "@",
			want: []redis.Finding{
				{"durability", redis.Good, "class D2", ""},
				{"disk", redis.Good, "succeeded", ""},
				{"eviction", redis.Good, "none", ""},
				{"memory", redis.Good, "MiB of", ""},
				{"user", redis.Good, "few permissions", ""},
				{"clock", redis.Good, "within", ""},
				{"workspace main", redis.Good, "not there yet", ""},
			}},
		{sentence: "one that does not tell", server: on(always...), userinfo: "quiet:" + secret + "@",
			prepare: [][]any{{"ACL", "SETUSER", "quiet", "on", ">" + secret, "~*", "+@all", "-config"}},
			want:    []redis.Finding{{"durability", redis.Bad, "unproven", "declared-always"}}},
		{sentence: "one that does not tell, whose owner vouches", server: on(always...), userinfo: "quiet:" + secret + "@", options: redis.Options{Durability: redis.DeclaredAlways},
			prepare: [][]any{{"ACL", "SETUSER", "quiet", "on", ">" + secret, "~*", "+@all", "-config"}},
			want:    []redis.Finding{{"durability", redis.Good, "unproven", ""}}},
		{sentence: "a replica", server: on(append([]string{"--replicaof", "127.0.0.1 1"}, always...)...),
			want: []redis.Finding{{"role", redis.Bad, "127.0.0.1:1", "primary"}}},
		{sentence: "one that cannot dump", server: on(always...), spoil: (*trouble).blockSave,
			want: []redis.Finding{{"dump", redis.Bad, "failed", "disk of Redis"}}},
		{sentence: "one without a replica that must have one", server: on(always...), options: redis.Options{Durability: redis.Replicated},
			want: []redis.Finding{{"replicas", redis.Bad, "nothing is acknowledged", "Connect a replica"}}},
		{sentence: "one that answers everybody over the network", server: func(t *testing.T) *server { return startOnPort(t, always...) },
			want: []redis.Finding{{"password", redis.Doubtful, "whoever reaches it", "requirepass"}}},
		{sentence: "one that is full", server: on(append([]string{"--maxmemory", "100000"}, always...)...),
			want: []redis.Finding{{"memory", redis.Bad, "about to refuse", "more memory"}}},
		{sentence: "a damaged workspace", server: on(always...), prepare: [][]any{{"HSET", "holdfast:{main}:store", "format", "x"}},
			want: []redis.Finding{{"workspace main", redis.Bad, "not a Holdfast store", "backup"}}},
	} {
		t.Run(r.sentence, func(t *testing.T) {
			t.Parallel()
			x := &trouble{t: t, server: r.server(t)}
			for _, words := range r.prepare {
				x.server.do(words...)
			}
			if r.spoil != nil {
				r.spoil(x)
			}
			url := "unix://" + r.userinfo + x.server.socket
			if x.server.port != "" {
				url = "redis://" + r.userinfo + "127.0.0.1:" + x.server.port
			}
			found, err := redis.Examine(t.Context(), url, r.options)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range r.want {
				wantFinding(t, found, want)
			}
			for _, f := range found {
				if strings.Contains(f.Says+f.Remedy, secret) || (f.Remedy == "") != (f.Grade == redis.Good) {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

func wantFinding(t *testing.T, found []redis.Finding, want redis.Finding) {
	t.Helper()
	for _, f := range found {
		if f.Check == want.Check && f.Grade == want.Grade && strings.Contains(f.Says, want.Says) && strings.Contains(f.Remedy, want.Remedy) {
			return
		}
	}
	t.Errorf("no finding like %+v in\n%+v", want, found)
}

func TestALookAtAWorkspaceTriesWhatAnAppendNeedsAndBeginsNone(t *testing.T) {
	server := start(t, always...)
	look := func() []redis.Finding {
		t.Helper()
		found, err := redis.Examine(t.Context(), server.url(), redis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	look()
	if n := server.admin().DBSize(t.Context()).Val(); n != 0 {
		t.Errorf("the look has left %d keys", n)
	}
	s := open(t, server.url(), redis.Options{})
	if _, err := s.Append(t.Context(), "c", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	wantFinding(t, look(), redis.Finding{Check: "workspace main", Grade: redis.Good, Says: "1 journals, and every permission"})
	server.do("ACL", "SETUSER", "default", "-xadd")
	wantFinding(t, look(), redis.Finding{Check: "workspace main", Grade: redis.Bad, Says: "refuses Holdfast", Remedy: "docs/redis.md"})
}

func TestReplicasAreJudgedByTheirOwnSettings(t *testing.T) {
	primary := startOnPort(t, always...)
	startReplica(t, primary, always...)
	careless := startReplica(t, primary, "--appendonly", "yes", "--appendfsync", "everysec")
	found, err := redis.Examine(t.Context(), primary.url(), redis.Options{Durability: redis.Replicated})
	if err != nil {
		t.Fatal(err)
	}
	wantFinding(t, found, redis.Finding{Check: "durability", Grade: redis.Good, Says: "class D3"})
	wantFinding(t, found, redis.Finding{Check: "appendfsync of replica 127.0.0.1:" + careless.port, Grade: redis.Bad, Says: "last second", Remedy: "always"})
	wantFinding(t, found, redis.Finding{Check: "replicas", Grade: redis.Doubtful, Says: "min-replicas-to-write", Remedy: "min-replicas-to-write 1"})
}

func TestARedisThatCannotBeLookedAtIsAFault(t *testing.T) {
	server := start(t, append([]string{"--requirepass", secret}, always...)...)
	_, err := redis.Examine(t.Context(), server.url(), redis.Options{})
	wantFault(t, err, "refuses Holdfast", "Give the user and password")
	_, err = redis.Examine(t.Context(), "unix://"+filepath.Join(t.TempDir(), "none"), redis.Options{})
	wantFault(t, err, "cannot be reached", "Start it")
}

func TestAnOldRedisAndOneWhoseDiskFailsAreFound(t *testing.T) {
	p := newProxy(t, start(t, always...))
	p.change = func(reply []byte) []byte {
		reply = bytes.ReplaceAll(reply, []byte("redis_version:7"), []byte("redis_version:5"))
		return bytes.ReplaceAll(reply, []byte("aof_last_write_status:ok"), []byte("aof_last_write_status:no"))
	}
	found, err := redis.Examine(t.Context(), p.url(), redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantFinding(t, found, redis.Finding{Check: "version", Grade: redis.Bad, Says: "6.2 or newer", Remedy: "Upgrade"})
	wantFinding(t, found, redis.Finding{Check: "log", Grade: redis.Bad, Says: "last write failed", Remedy: "disk of Redis"})
}

func TestEachSentinelIsAskedWhetherAFailoverIsPossible(t *testing.T) {
	primary := startOnPort(t, always...)
	sentinel := startSentinel(t, primary.port, 2) // two must agree, and it is alone
	url := "redis+sentinel://127.0.0.1:" + sentinel.port + "/?master_name=holdfast&addr=127.0.0.1:1"
	found, err := redis.Examine(t.Context(), url, redis.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantFinding(t, found, redis.Finding{Check: "sentinel 127.0.0.1:" + sentinel.port, Grade: redis.Bad, Says: "NOQUORUM", Remedy: "missing sentinels"})
	wantFinding(t, found, redis.Finding{Check: "sentinel 127.0.0.1:1", Grade: redis.Doubtful, Says: "does not answer", Remedy: "Start it"})
	wantFinding(t, found, redis.Finding{Check: "sentinels", Grade: redis.Doubtful, Says: "the URL names 2", Remedy: "at least three"})
	wantFinding(t, found, redis.Finding{Check: "durability", Grade: redis.Good, Says: "class D2"})
}
