package redis_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/clock"
	"holdfast/storage/redis"
)

// server is a real redis-server of the test's own, on a socket in a directory
// of its own, and on a port if one is needed.
type server struct {
	t       *testing.T
	dir     string
	socket  string
	port    string
	args    []string
	env     []string
	ready   string // what the process says once it takes connections
	process *exec.Cmd
	plain   *goredis.Client
}

// always are the settings of class D2.
var always = []string{"--appendonly", "yes", "--appendfsync", "always"}

// start starts a redis-server with settings and kills it when the test ends.
func start(t *testing.T, settings ...string) *server {
	t.Helper()
	s := newServer(t)
	s.set(append([]string{"--port", "0"}, settings...)...)
	s.run()
	return s
}

// startOnPort is start with a port for replicas, sentinels and clusters.
func startOnPort(t *testing.T, settings ...string) *server {
	t.Helper()
	s := newServer(t)
	s.runOnPort(func(port string) {
		s.args = s.args[:1]
		s.set(append([]string{"--port", port, "--bind", "127.0.0.1"}, settings...)...)
	})
	return s
}

// startReplica starts a replica of a primary and waits until it confirms.
func startReplica(t *testing.T, of *server, settings ...string) *server {
	t.Helper()
	s := startOnPort(t, append([]string{"--replicaof", "127.0.0.1 " + of.port, "--repl-diskless-sync-delay", "0"}, settings...)...)
	of.awaitReplica(s)
	return s
}

// awaitReplica waits until a replica confirms what it receives.
func (s *server) awaitReplica(replica *server) {
	s.t.Helper()
	admin := s.admin()
	until(s.t, func() error {
		// So many replicas are never there; the question makes each of them confirm.
		if err := admin.Do(context.Background(), "WAIT", 100, 1).Err(); err != nil {
			return err
		}
		return s.replication(regexp.MustCompile(`port=` + replica.port + `,state=online,offset=[1-9]`))
	})
}

// bring waits until a replica has all that was written so far.
func (s *server) bring(replica *server) {
	s.t.Helper()
	text, err := s.admin().Info(context.Background(), "replication").Result()
	if err != nil {
		s.t.Fatal(err)
	}
	written := regexp.MustCompile(`master_repl_offset:(\d+)`).FindStringSubmatch(text)
	until(s.t, func() error {
		text, err := replica.admin().Info(context.Background(), "replication").Result()
		if err != nil {
			return err
		}
		got := regexp.MustCompile(`slave_repl_offset:(\d+)`).FindStringSubmatch(text)
		if len(got) < 2 || len(got[1]) < len(written[1]) || len(got[1]) == len(written[1]) && got[1] < written[1] {
			return fmt.Errorf("the replica has %v of %s bytes", got, written[1])
		}
		return nil
	})
}

// replication says whether INFO replication has a line.
func (s *server) replication(line *regexp.Regexp) error {
	text, err := s.admin().Info(context.Background(), "replication").Result()
	if err == nil && !line.MatchString(text) {
		err = fmt.Errorf("no line %s in:\n%s", line, text)
	}
	return err
}

func (s *server) set(settings ...string) {
	s.args = append(s.args, "--unixsocket", s.socket, "--dir", s.dir, "--save", "", "--logfile", "")
	s.args = append(s.args, settings...)
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
	s := &server{t: t, dir: dir, socket: filepath.Join(dir, "redis.sock"), args: []string{binary}, ready: "ready to accept connections"}
	t.Cleanup(func() {
		s.kill()
		_ = os.RemoveAll(dir)
	})
	return s
}

// run starts the process and waits until it takes connections.
func (s *server) run() {
	s.t.Helper()
	if err := s.launch(); err != nil {
		s.t.Fatal(err)
	}
}

// runOnPort runs on a free port. Another process may take it first; then the
// next one is tried.
func (s *server) runOnPort(prepare func(port string)) {
	s.t.Helper()
	for try := 1; ; try++ {
		s.port = freePort(s.t)
		prepare(s.port)
		err := s.launch()
		if err == nil {
			return
		}
		if try == 5 || !strings.Contains(err.Error(), "already in use") {
			s.t.Fatal(err)
		}
	}
}

func (s *server) launch() error {
	// Killed by a clean-up, which comes after the test's own context has ended.
	s.process = exec.CommandContext(context.WithoutCancel(s.t.Context()), s.args[0], s.args[1:]...)
	s.process.Env = append(os.Environ(), s.env...)
	out, err := s.process.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.process.Start(); err != nil {
		return err
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
			s.kill()
			return fmt.Errorf("redis-server ended early:\n%s", said.String())
		}
		return nil
	case <-time.After(20 * time.Second):
		s.kill()
		return errors.New("redis-server does not start")
	}
}

// pause stops the process where it is, as a machine that hangs; wake ends that.
func (s *server) pause() { s.signal(syscall.SIGSTOP) }
func (s *server) wake()  { s.signal(syscall.SIGCONT) }

func (s *server) signal(sig syscall.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		s.t.Fatal(err)
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
	if s.plain == nil {
		s.plain = goredis.NewClient(&goredis.Options{Network: "unix", Addr: s.socket})
		s.t.Cleanup(func() { s.plain.Close() })
	}
	return s.plain
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

// workspaces names them apart, for tests that share a server. The contract is
// kept on a slow disk as well.
type workspaces struct{ n int }

func (w *workspaces) next(c clock.Clock) redis.Options {
	w.n++
	return redis.Options{Clock: c, Workspace: fmt.Sprintf("w-%d", w.n), Timeout: 5 * time.Second}
}
