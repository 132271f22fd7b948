package redis_test

import (
	"fmt"
	"net"
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

func TestAClusterKeepsTheContract(t *testing.T) {
	port := freePort(t)
	server := start(t, append([]string{"--port", port, "--bind", "127.0.0.1", "--cluster-enabled", "yes"}, always...)...)
	server.do("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	until(t, func() error {
		state, err := server.admin().ClusterInfo(t.Context()).Result()
		if err == nil && !strings.Contains(state, "cluster_state:ok") {
			err = fmt.Errorf("the cluster is not up: %s", state)
		}
		return err
	})
	_, err := redis.Open(t.Context(), "redis+cluster://nobody:"+secret+"@127.0.0.1:"+port, redis.Options{})
	wantFault(t, err, "refuses Holdfast", "password")
	server.do(append(documentedUser(t), clusterRights(t)...)...)
	names := &workspaces{}
	storagetest.Run(t, func(t *testing.T, c clock.Clock) storage.Store {
		o := names.next(c)
		server.do("ACL", "SETUSER", "holdfast", "~holdfast:{"+o.Workspace+"}:*")
		return open(t, "redis+cluster://holdfast:"+secret+"@127.0.0.1:"+port, o)
	})
}

func TestSentinelsNameThePrimary(t *testing.T) {
	port, sentinelPort := freePort(t), freePort(t)
	server := start(t, append([]string{"--port", port, "--bind", "127.0.0.1"}, always...)...)
	startSentinel(t, sentinelPort, port)
	s := open(t, "redis+sentinel://127.0.0.1:"+sentinelPort+"/?master_name=holdfast", redis.Options{})
	if _, err := s.Append(t.Context(), "c1", storagetest.To("INC-1", 0, "a")); err != nil {
		t.Fatal(err)
	}
	if n := len(storagetest.Chained(t, open(t, server.url(), redis.Options{}), "INC-1")); n != 1 {
		t.Errorf("the primary holds %d entries, want 1", n)
	}
}
