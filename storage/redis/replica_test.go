package redis_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

var replicated = redis.Options{Durability: redis.Replicated}

// startPair starts a primary and a replica that keeps up with it.
func startPair(t *testing.T) (primary, replica *server) {
	t.Helper()
	primary = startPrimary(t)
	return primary, startReplica(t, primary, always...)
}

func startPrimary(t *testing.T, settings ...string) *server {
	t.Helper()
	return startOnPort(t, slices.Concat([]string{"--repl-diskless-sync-delay", "0"}, always, settings)...)
}

// release makes a replica stand for itself.
func (s *server) release(replica *server) {
	s.t.Helper()
	replica.do("REPLICAOF", "NO", "ONE")
	gone := regexp.MustCompile(`port=` + replica.port + `,`)
	until(s.t, func() error {
		if s.replication(gone) == nil {
			return errors.New("the primary still counts on a replica that is gone")
		}
		return nil
	})
}

// take makes a server a replica of this one.
func (s *server) take(replica *server) {
	s.t.Helper()
	replica.do("REPLICAOF", "127.0.0.1", s.port)
	s.awaitReplica(replica)
}

func TestClassD3KeepsTheContract(t *testing.T) {
	primary, _ := startPair(t)
	names, used := &workspaces{}, map[storage.Store]redis.Options{}
	openWith := func(t *testing.T, o redis.Options) *redis.Store {
		o.Durability = redis.Replicated
		s := open(t, primary.url(), o)
		used[s] = o
		if s.Class() != string(redis.D3) {
			t.Errorf("class %s", s.Class())
		}
		return s
	}
	storagetest.Run(t,
		func(t *testing.T, c clock.Clock) storage.Store { return openWith(t, names.next(c)) },
		storagetest.WithReopen(func(t *testing.T, s storage.Store, _ clock.Clock) storage.Store {
			return openWith(t, used[s])
		}))
	storagetest.RunBlobs(t, func(t *testing.T) storage.Blobs { return openWith(t, names.next(nil)) })
}

func TestAClusterWaitsForTheReplicaOfItsSlot(t *testing.T) {
	t.Parallel() // a cluster takes its time to begin
	primary := startCluster(t, "--repl-diskless-sync-delay", "0")
	replica := startOnPort(t, slices.Concat([]string{"--cluster-enabled", "yes", "--cluster-port", freePort(t)}, always)...)
	nodes, err := primary.admin().ClusterMyID(t.Context()).Result()
	if err != nil {
		t.Fatal(err)
	}
	info, err := primary.admin().ConfigGet(t.Context(), "cluster-port").Result()
	if err != nil {
		t.Fatal(err)
	}
	replica.do("CLUSTER", "MEET", "127.0.0.1", primary.port, info["cluster-port"])
	until(t, func() error { return replica.admin().ClusterReplicate(t.Context(), nodes).Err() })
	primary.awaitReplica(replica)
	primary.do(append(documentedUser(t, "holdfast-archive"), clusterRights(t)...)...)
	names := &workspaces{}
	openWith := func(t *testing.T, o redis.Options) *redis.Store {
		primary.do("ACL", "SETUSER", "holdfast-archive", "~holdfast:{"+o.Workspace+"}:*")
		o.Durability = redis.Replicated
		return open(t, "redis+cluster://holdfast-archive:"+secret+"@127.0.0.1:"+primary.port, o)
	}
	storagetest.Run(t, func(t *testing.T, c clock.Clock) storage.Store { return openWith(t, names.next(c)) })

	s := openWith(t, redis.Options{Workspace: "last"})
	replica.pause()
	again := func() error {
		_, err := s.Append(context.Background(), "c1", storagetest.To("INC-1", 0, "a"))
		return err
	}
	wantDoubt(t, "replicas", again)
	replica.wake()
	primary.awaitReplica(replica)
	wantDuplicate(t, again(), 1)
}

func TestNothingIsAcknowledgedBeforeAReplicaHasIt(t *testing.T) {
	primary, replica := startPair(t)
	s := open(t, primary.url(), replicated)
	appends := func(command string, at uint64) func() error {
		return func() error {
			_, err := s.Append(context.Background(), command, storagetest.To("INC-1", at, command))
			return err
		}
	}
	put := func() error { _, err := s.Put(context.Background(), []byte("blob")); return err }
	if err := appends("c1", 0)(); err != nil {
		t.Fatal(err)
	}
	replica.pause()
	wantDoubt(t, "replicas", appends("c2", 1))
	// It has landed in the primary. To say so would be to acknowledge it.
	wantDoubt(t, "replicas", appends("c2", 1))
	wantDoubt(t, "replicas", put)
	if n := len(storagetest.Chained(t, s, "INC-1")); n != 2 {
		t.Errorf("read %d entries, want 2", n)
	}
	replica.wake()
	primary.awaitReplica(replica)
	wantDuplicate(t, appends("c2", 1)(), 2)
	for doing, do := range map[string]func() error{"append": appends("c3", 2), "put": put} {
		if err := do(); err != nil {
			t.Errorf("%s: %v", doing, err)
		}
	}
}

func TestADuplicateIsConfirmedByAWriteOfItsOwn(t *testing.T) {
	primary, _ := startPair(t)
	writes := func() string {
		text, err := primary.admin().Info(t.Context(), "commandstats").Result()
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(text, "cmdstat_hset:calls=")
		calls, _, _ := strings.Cut(rest, ",")
		return calls
	}
	for _, o := range []redis.Options{replicated, {}} {
		s := open(t, primary.url(), o)
		_, _ = s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")) // the second store finds it there
		before := writes()
		_, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a"))
		wantDuplicate(t, err, 1)
		if wrote := writes() != before; wrote != (o.Durability == redis.Replicated) {
			t.Errorf("class %s: a duplicate wrote: %t", s.Class(), wrote)
		}
	}
}

func TestADuplicateThatCannotBeConfirmedStaysInDoubt(t *testing.T) {
	primary, _ := startPair(t)
	s := open(t, primary.url(), replicated)
	again := func() error {
		_, err := s.Append(context.Background(), "c1", storagetest.To("INC-1", 0, "a"))
		return err
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
	primary.do("CONFIG", "SET", "maxmemory", "1")
	wantDoubt(t, "maxmemory", again)
	primary.do("CONFIG", "SET", "maxmemory", "0")
	wantDuplicate(t, again(), 1)
}

func TestAScriptThatRedisHasForgottenIsSentAgain(t *testing.T) {
	primary, _ := startPair(t)
	s := open(t, primary.url(), replicated)
	for n := range uint64(3) {
		primary.do("SCRIPT", "FLUSH")
		if _, err := s.Append(t.Context(), fmt.Sprint(n), storagetest.To("INC-1", n, "a")); err != nil {
			t.Fatal(err)
		}
	}
}

func TestReplicatedIsRefusedWithoutAReplicaThatConfirms(t *testing.T) {
	primary, replica := startPair(t)
	for _, r := range []struct {
		sentence   string
		spoil      func()
		mend       func()
		says, next string
	}{
		{sentence: "the replica hangs", spoil: replica.pause, mend: replica.wake,
			says: "No replica of the Redis at", next: "Connect a replica"},
		{sentence: "the replica is away", says: "No replica is connected", next: "Connect a replica",
			spoil: func() { primary.release(replica) }, mend: func() { primary.take(replica) }},
		{sentence: "the primary flushes once a second", says: "class D1", next: "appendfsync always",
			spoil: func() { primary.do("CONFIG", "SET", "appendfsync", "everysec") },
			mend:  func() { primary.do("CONFIG", "SET", "appendfsync", "always") }},
	} {
		t.Run(r.sentence, func(t *testing.T) {
			r.spoil()
			_, err := redis.Open(t.Context(), primary.url(), replicated)
			wantFault(t, err, r.says, r.next)
			r.mend()
			primary.awaitReplica(replica)
			until(t, func() error {
				s, err := redis.Open(t.Context(), primary.url(), replicated)
				if err != nil {
					return err
				}
				return s.Close()
			})
		})
	}
	t.Run("the user may not ask the replicas", func(t *testing.T) {
		primary.do("ACL", "SETUSER", "hasty", "on", ">"+secret, "~*", "+@all", "-wait")
		_, err := redis.Open(t.Context(), "unix://hasty:"+secret+"@"+primary.socket, replicated)
		wantFault(t, err, "refuses Holdfast", "docs/redis.md")
	})
}

func TestWithoutTheDemandNothingWaitsForReplicas(t *testing.T) {
	primary, replica := startPair(t)
	replica.pause()
	s := open(t, primary.url(), redis.Options{})
	if s.Class() != string(redis.D2) {
		t.Errorf("class %s", s.Class())
	}
	if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Error(err)
	}
	if _, err := s.Put(t.Context(), []byte("blob")); err != nil {
		t.Error(err)
	}
}

// wantDoubt demands an UnavailableError in doubt, in time, whose remedy has a
// word. A machine that is busy may give another answer first.
func wantDoubt(t *testing.T, remedy string, do func() error) {
	t.Helper()
	const timeout = 800 * time.Millisecond
	now := clock.System{}.Now
	var down *storage.UnavailableError
	for range 3 {
		begun := now()
		err := do()
		took := now().Sub(begun)
		wantUnavailable(t, err, true)
		if errors.As(err, &down) && strings.Contains(down.Remedy, remedy) && took < timeout+timeout/2 {
			return
		}
		t.Logf("after %s: %v: %s", took, err, down.Remedy)
	}
	t.Errorf("the remedy is %q, want one about %q", down.Remedy, remedy)
}

// wantDuplicate demands a DuplicateError of one entry of INC-1.
func wantDuplicate(t *testing.T, err error, at uint64) {
	t.Helper()
	var duplicate *storage.DuplicateError
	if !errors.As(err, &duplicate) || !slices.Equal(duplicate.Spans, []storage.Span{{Journal: "INC-1", First: at, Last: at}}) {
		t.Errorf("got %v, want a duplicate of entry %d", err, at)
	}
}
