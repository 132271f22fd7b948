//go:build witness

package slack

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The witnesses are programs that others have written, run by `make witness`;
// docs/testing.md says what each can and cannot tell.

// witnessProgram returns a program of the installed ones, with its arguments behind
// Node. It ends with the test.
func witnessProgram(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	dir, node := os.Getenv("HOLDFAST_WITNESS"), os.Getenv("HOLDFAST_WITNESS_NODE")
	if dir == "" || node == "" {
		t.Fatal("there are no witnesses: run make witness")
	}
	ctx, end := context.WithCancel(context.Background())
	c := exec.CommandContext(ctx, node, append([]string{filepath.Join(dir, program)}, args...)...)
	c.Dir, c.Stderr = dir, os.Stderr
	t.Cleanup(func() {
		end()
		if c.Process != nil {
			_ = c.Wait() // it was killed, or has ended
		}
	})
	return c
}

// begin starts a program and returns the first line that it says with a word in
// it.
func begin(t *testing.T, c *exec.Cmd, word string) string {
	t.Helper()
	if c.Stdin == nil {
		if _, err := c.StdinPipe(); err != nil {
			t.Fatal(err)
		}
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), word) {
			return strings.TrimSpace(lines.Text())
		}
	}
	t.Fatalf("%s ended before it said %q", c.Path, word)
	return ""
}

// freePort is a port that nobody had a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
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
