package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/storage/redis"
)

// redisServer is a real redis-server of the benchmark's own, on a socket.
type redisServer struct {
	process *exec.Cmd
	dir     string
	socket  string
}

var errNoRedis = errors.New("redis-server is not installed; on Debian: apt-get install redis-server")

// startRedis starts a server whose log is flushed as fsync says: always,
// everysec or no. Its files lie where all that is measured does.
func startRedis(ctx context.Context, dir, fsync string) (*redisServer, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, errNoRedis
	}
	data, err := os.MkdirTemp(dir, "redis-")
	if err != nil {
		return nil, err
	}
	short, err := os.MkdirTemp("", "hf") // a socket's path must be short
	if err != nil {
		return nil, err
	}
	s := &redisServer{dir: data, socket: filepath.Join(short, "s")}
	s.process = exec.CommandContext(ctx, path, "--port", "0", "--unixsocket", s.socket, "--save", "", "--dir", data,
		"--appendonly", "yes", "--appendfsync", fsync, "--auto-aof-rewrite-percentage", "0")
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
				ready <- true
			}
		}
		close(ready)
	}()
	select {
	case up := <-ready:
		if up {
			return s, nil
		}
	case <-time.After(20 * time.Second):
	}
	s.stop()
	return nil, errors.New("redis-server does not start")
}

// stop ends the server and removes what it has left.
func (s *redisServer) stop() {
	_ = s.process.Process.Kill() // nothing of it is needed any more
	_ = s.process.Wait()
	os.RemoveAll(s.dir)
	os.RemoveAll(filepath.Dir(s.socket))
}

func (s *redisServer) open(ctx context.Context, workspace string) (*redis.Store, error) {
	return redis.Open(ctx, "unix://"+s.socket, redis.Options{Workspace: workspace, Durability: redis.Relaxed, Timeout: 2 * time.Second})
}

// plain is a client that is set as the store's own is, for a control; it has a
// database of its own, since a store takes none that others use.
func (s *redisServer) plain(callers int) *goredis.Client {
	return goredis.NewClient(&goredis.Options{Network: "unix", Addr: s.socket, DB: 1, Protocol: 2, MaxRetries: -1, DisableIdentity: true,
		PoolSize: max(callers, 20), PipelinePoolSize: -1, ContextTimeoutEnabled: true, ReadTimeout: 2 * time.Second, WriteTimeout: 2 * time.Second})
}
