package redis_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/clock"
	"holdfast/storage/redis"
)

// server is a real redis-server of the test's own, on a socket in a directory
// of its own.
type server struct {
	t       *testing.T
	dir     string
	socket  string
	args    []string
	ready   string // what the process says once it takes connections
	process *exec.Cmd
}

// always are the settings of class D2.
var always = []string{"--appendonly", "yes", "--appendfsync", "always"}

// start starts a redis-server with settings and kills it when the test ends.
func start(t *testing.T, settings ...string) *server {
	t.Helper()
	s := newServer(t)
	s.ready = "ready to accept connections"
	s.args = append(s.args, "--port", "0", "--unixsocket", s.socket, "--dir", s.dir, "--save", "", "--logfile", "")
	s.args = append(s.args, settings...)
	s.run()
	return s
}

// startSentinel starts a sentinel that watches the primary at a port.
func startSentinel(t *testing.T, port, primary string) {
	t.Helper()
	s := newServer(t)
	s.ready = "sentinel id is"
	config := filepath.Join(s.dir, "sentinel.conf")
	text := "port " + port + "\nbind 127.0.0.1\ndir " + s.dir + "\nsentinel monitor holdfast 127.0.0.1 " + primary + " 1\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = append(s.args, config, "--sentinel")
	s.run()
}

func newServer(t *testing.T) *server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is missing; install the Debian package redis-server")
		}
		t.Skip("redis-server is missing; install the Debian package redis-server")
	}
	dir, err := os.MkdirTemp("", "holdfast") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, dir: dir, socket: filepath.Join(dir, "redis.sock"), args: []string{binary}}
	t.Cleanup(func() {
		s.kill()
		_ = os.RemoveAll(dir)
	})
	return s
}

// run starts the process and waits until it takes connections.
func (s *server) run() {
	s.t.Helper()
	// Killed by a clean-up, which comes after the test's own context has ended.
	s.process = exec.CommandContext(context.WithoutCancel(s.t.Context()), s.args[0], s.args[1:]...)
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	var said strings.Builder
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(strings.ToLower(lines.Text()), s.ready) {
				ready <- true
				break
			}
			said.WriteString(lines.Text() + "\n")
		}
		for lines.Scan() { // so that it never waits for its output to be read
		}
		close(ready)
	}()
	select {
	case up := <-ready:
		if !up {
			s.t.Fatalf("redis-server ended early:\n%s", said.String())
		}
	case <-time.After(20 * time.Second):
		s.kill()
		s.t.Fatal("redis-server does not start")
	}
}

// kill ends the process as a crash would: SIGKILL.
func (s *server) kill() {
	if s.process == nil {
		return
	}
	_ = s.process.Process.Kill() // it may have ended by itself
	_ = s.process.Wait()
	s.process = nil
}

func (s *server) url() string { return "unix://" + s.socket }

// admin is a plain client, to look and to meddle.
func (s *server) admin() *goredis.Client {
	c := goredis.NewClient(&goredis.Options{Network: "unix", Addr: s.socket})
	s.t.Cleanup(func() { c.Close() })
	return c
}

// do runs one command as the administrator.
func (s *server) do(words ...any) {
	s.t.Helper()
	if err := s.admin().Do(context.Background(), words...).Err(); err != nil {
		s.t.Fatalf("%v: %v", words, err)
	}
}

// open opens a store that is closed when the test ends.
func open(t *testing.T, url string, o redis.Options) *redis.Store {
	t.Helper()
	s, err := redis.Open(t.Context(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// workspaces names them apart, for tests that share a server.
type workspaces struct{ n int }

func (w *workspaces) next(c clock.Clock) redis.Options {
	w.n++
	return redis.Options{Clock: c, Workspace: fmt.Sprintf("w-%d", w.n)}
}
