// Package gittest is a true git repository for tests, written by git and served
// by its own daemon on a port of the kernel's choice.
package gittest

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Origin is a bare repository, and a work tree in which commits are made.
type Origin struct {
	t    testing.TB
	Bare string // its folder
	Work string // the folder of the work tree
}

// New begins a repository whose branch main holds nothing yet.
func New(t testing.TB) *Origin {
	t.Helper()
	root := t.TempDir()
	o := &Origin{t: t, Bare: filepath.Join(root, "plan.git"), Work: filepath.Join(root, "work")}
	o.run(root, "init", "--quiet", "--bare", "--initial-branch=main", o.Bare)
	o.run(root, "init", "--quiet", "--initial-branch=main", o.Work)
	o.Git("remote", "add", "origin", o.Bare)
	return o
}

// Git runs git in the work tree and returns what it prints.
func (o *Origin) Git(args ...string) string {
	o.t.Helper()
	return o.run(o.Work, args...)
}

func (o *Origin) run(dir string, args ...string) string {
	o.t.Helper()
	cmd := exec.CommandContext(o.t.Context(), "git", args...)
	cmd.Dir = dir
	// Nothing of the machine's own settings, and nobody's real name.
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=Priya", "GIT_AUTHOR_EMAIL=priya@northbridge.example", "GIT_COMMITTER_NAME=Priya", "GIT_COMMITTER_EMAIL=priya@northbridge.example")
	out, err := cmd.CombinedOutput()
	if err != nil {
		o.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Fill copies a folder over the work tree.
func (o *Origin) Fill(dir string) {
	o.t.Helper()
	if err := os.CopyFS(o.Work, os.DirFS(dir)); err != nil {
		o.t.Fatal(err)
	}
}

// Write writes one file of the work tree.
func (o *Origin) Write(name, text string) {
	o.t.Helper()
	path := filepath.Join(o.Work, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		o.t.Fatal(err)
	}
}

// Commit commits all of the work tree, pushes it to main, and returns its hash.
func (o *Origin) Commit(message string) string {
	o.t.Helper()
	o.Git("add", "--all")
	o.Git("commit", "--quiet", "--allow-empty", "-m", message)
	o.Git("push", "--quiet", "--force", "origin", "HEAD:main")
	return o.Git("rev-parse", "HEAD")
}

// Daemon serves the repository by `git daemon`.
type Daemon struct {
	t        testing.TB
	origin   *Origin
	Address  string // host:port
	listener net.Listener
	calls    sync.WaitGroup
}

// Serve begins to serve; the test's end ends it.
func (o *Origin) Serve() *Daemon {
	o.t.Helper()
	d := &Daemon{t: o.t, origin: o, Address: "127.0.0.1:0"}
	d.Up()
	o.t.Cleanup(d.Down)
	return d
}

// URL is where the repository is.
func (d *Daemon) URL() string { return "git://" + d.Address + "/plan.git" }

// Up serves again, at the same address.
func (d *Daemon) Up() {
	d.t.Helper()
	l, err := new(net.ListenConfig).Listen(d.t.Context(), "tcp", d.Address)
	if err != nil {
		d.t.Fatal(err)
	}
	d.Address, d.listener = l.Addr().String(), l
	d.calls.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			d.calls.Go(func() { d.answer(conn) })
		}
	})
}

// Down ends the service; who calls then is refused.
func (d *Daemon) Down() {
	d.listener.Close()
	d.calls.Wait()
}

// answer has git answer one call, as inetd would.
func (d *Daemon) answer(conn net.Conn) {
	defer conn.Close()
	ctx, done := context.WithCancel(context.Background())
	defer done()
	cmd := exec.CommandContext(ctx, "git", "daemon", "--inetd", "--export-all", "--enable=receive-pack",
		"--base-path="+filepath.Dir(d.origin.Bare), filepath.Dir(d.origin.Bare))
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	cmd.Stdout, cmd.Stderr = conn, io.Discard
	in, err := cmd.StdinPipe()
	if err != nil || cmd.Start() != nil {
		return
	}
	go func() {
		_, _ = io.Copy(in, conn) // until either hangs up
		in.Close()
	}()
	_ = cmd.Wait() // a caller that hangs up early is no failure
}
