package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"holdfast/internal/fault"
)

// Secret refers to a secret; it never holds one. The zero Secret is none.
type Secret struct{ ref string }

// SecretIn refers to the secret in a file.
func SecretIn(path string) Secret { return Secret{"file:" + path} }

// Given says whether there is one.
func (s Secret) Given() bool { return s.ref != "" }

// String names where the secret is, for messages.
func (s Secret) String() string { return s.ref }

type secret struct{ at *Secret }

func (v secret) expects() string { return "env:NAME, file:PATH or exec:COMMAND" }

func (v secret) set(s string, from source) error {
	for _, scheme := range []string{"env:", "file:", "exec:"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok && strings.TrimSpace(rest) != "" {
			v.at.ref = s
			return nil
		}
	}
	if from.fromEnv { // the variable holds the secret itself
		v.at.ref = "env:" + Variable(from.key)
		return nil
	}
	return refuse("Write "+v.expects()+". If it was a secret, change it where it is valid.", "a secret does not belong into the file; what stands there is masked here.")
}

// The limits of fetching a secret.
const (
	longestSecret = 64 << 10
	execLimit     = 10 * time.Second
)

// Fetch returns the secret without a final line break. The errors are
// *fault.Error and name the reference, never the secret.
func (s Secret) Fetch(ctx context.Context, env func(string) string) (string, error) {
	scheme, rest, _ := strings.Cut(s.ref, ":")
	var found string
	var err error
	switch scheme {
	case "env":
		found = env(rest)
	case "file":
		found, err = readSecret(rest)
	case "exec":
		found, err = runSecret(ctx, rest)
	default:
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if found = strings.TrimRight(found, "\r\n"); found == "" {
		return "", fault.Newf(fault.Usage, "Put the secret there.", "The secret %s is empty.", s.ref)
	}
	return found, nil
}

func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", unreadable(path, err)
	}
	defer f.Close()
	if err := OnlyOwner(f); err != nil {
		return "", err
	}
	data, err := io.ReadAll(io.LimitReader(f, longestSecret))
	if err != nil {
		return "", unreadable(path, err)
	}
	return string(data), nil
}

// OnlyOwner refuses a secret's file that everybody on the machine may read.
func OnlyOwner(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return unreadable(f.Name(), err)
	}
	// Windows keeps rights elsewhere; its mode bits say nothing.
	if mode := info.Mode().Perm(); mode&0o007 != 0 && runtime.GOOS != "windows" {
		return fault.Newf(fault.Usage, "Change the secret, since anybody may have read it, and then: chmod 600 "+f.Name(),
			"The secret in %s can be read by everybody (mode %04o).", f.Name(), mode)
	}
	return nil
}

func unreadable(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fault.Newf(fault.Usage, "Look at the file and its rights.", "The secret's file %s cannot be read: %v.", path, err)
}

// runSecret runs a command without a shell; its words are parted by blanks.
func runSecret(ctx context.Context, command string) (string, error) {
	ctx, done := context.WithTimeout(ctx, execLimit)
	defer done()
	words := strings.Fields(command)
	out, err := exec.CommandContext(ctx, words[0], words[1:]...).Output() // what it says on standard error may hold anything
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("no answer within %s", execLimit)
	case len(out) > longestSecret:
		err = errors.New("its output is too long")
	}
	if err != nil {
		return "", fault.Newf(fault.Usage, "Run it by hand and see.", "The secret's command %s failed: %v.", words[0], err)
	}
	return string(out), nil
}
