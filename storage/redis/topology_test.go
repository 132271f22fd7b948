package redis_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
	"holdfast/storage/redis"
	"holdfast/storage/storagetest"
)

// freePort returns a port that nothing listens on.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// until tries again until f is content; a cluster or a sentinel needs a moment.
func until(t *testing.T, f func() error) {
	t.Helper()
	tick, late := time.NewTicker(20*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal(err)
		}
	}
}

// journals hides that a store can archive, for a user who may not.
type journals struct {
	storage.Store
	storage.Lister
}

func TestAClusterKeepsTheContract(t *testing.T) {
	t.Parallel() // a cluster takes its time to begin
	server := startCluster(t)
	_, err := redis.Open(t.Context(), "redis+cluster://nobody:"+secret+"@127.0.0.1:"+server.port, redis.Options{})
	wantFault(t, err, "refuses Holdfast", "password")
	server.do(append(documentedUser(t, "holdfast"), clusterRights(t)...)...)
	names := &workspaces{}
	storagetest.Run(t, func(t *testing.T, c clock.Clock) storage.Store {
		o := names.next(c)
		server.do("ACL", "SETUSER", "holdfast", "~holdfast:{"+o.Workspace+"}:*")
		s := open(t, "redis+cluster://holdfast:"+secret+"@127.0.0.1:"+server.port, o)
		return journals{s, s}
	})
}

func TestNothingIsSentTwiceToACluster(t *testing.T) {
	t.Parallel() // a cluster takes its time to begin
	p := listen(t, "tcp", "127.0.0.1:0")
	_, port, err := net.SplitHostPort(p.address.String())
	if err != nil {
		t.Fatal(err)
	}
	// Its client asks for the slots when it likes; those replies are let through.
	p.loses = func(reply []byte) bool {
		return bytes.Contains(reply, []byte("landed")) || bytes.HasPrefix(reply, []byte("+OK"))
	}
	// The cluster names the proxy as its address, so that its client stays there.
	p.turn(startCluster(t, "--cluster-announce-port", port))
	s := open(t, "redis+cluster://127.0.0.1:"+port, redis.Options{})
	if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	for n, write := range []func() error{
		func() error { _, err := s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "b")); return err },
		func() error { _, err := s.Put(t.Context(), []byte("blob")); return err },
	} {
		p.losing.Store(true)
		if err := write(); err == nil || p.losing.Load() {
			t.Errorf("write %d: %v, and a reply was lost: %t", n, err, !p.losing.Load())
		} else {
			wantUnavailable(t, err, true)
		}
	}
	_, err = s.Append(t.Context(), "c2", storagetest.To("INC-1", 1, "b"))
	wantDuplicate(t, err, 2)
	if n := len(storagetest.Chained(t, s, "INC-1")); n != 2 {
		t.Errorf("%d entries, want 2", n)
	}
}

// startCluster starts a cluster of one.
func startCluster(t *testing.T, settings ...string) *server {
	t.Helper()
	server := startOnPort(t, slices.Concat([]string{"--cluster-enabled", "yes", "--cluster-port", freePort(t)}, always, settings)...)
	server.do("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	server.awaitCluster()
	return server
}

func (s *server) awaitCluster() {
	s.t.Helper()
	admin := s.admin()
	until(s.t, func() error {
		state, err := admin.ClusterInfo(context.Background()).Result()
		if err == nil && !strings.Contains(state, "cluster_state:ok") {
			err = fmt.Errorf("the cluster is not up: %s", state)
		}
		return err
	})
}

func TestSentinelsNameThePrimary(t *testing.T) {
	server := startOnPort(t, always...)
	sentinel := startSentinel(t, server.port, 1)
	s := open(t, "redis+sentinel://127.0.0.1:"+sentinel.port+"/?master_name=holdfast", redis.Options{})
	if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	if n := len(storagetest.Chained(t, open(t, server.url(), redis.Options{}), "INC-1")); n != 1 {
		t.Errorf("the primary holds %d entries, want 1", n)
	}
}

// startSentinel starts a sentinel that watches the primary at a port, one of
// so many that must agree.
func startSentinel(t *testing.T, primary string, quorum int, settings ...string) *server {
	t.Helper()
	s := newServer(t)
	s.ready = "sentinel id is"
	config := filepath.Join(s.dir, "sentinel.conf")
	s.runOnPort(func(port string) {
		text := fmt.Sprintf("port %s\nbind 127.0.0.1\nunixsocket %s\ndir %s\nsentinel monitor holdfast 127.0.0.1 %s %d\n%s\n",
			port, s.socket, s.dir, primary, quorum, strings.Join(settings, "\n"))
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s.args = []string{s.args[0], config, "--sentinel"}
	})
	return s
}
