package northbridge_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// root is the module's folder, seen from this one.
const root = "../.."

// built builds the program, once for all tests of this package.
var built = sync.OnceValues(func() (string, error) {
	dir, err := tempDir()
	if err != nil {
		return "", err
	}
	return build(dir, "./cmd/holdfast")
})

// program returns the path of the built program.
func program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// build builds a program into a folder. The arguments go to `go build`; the last
// is what is built.
func build(dir string, args ...string) (path string, err error) {
	path = filepath.Join(dir, "holdfast")
	args = append([]string{"build", "-o", path, "-ldflags=-s -w"}, args...)
	cmd := exec.CommandContext(context.Background(), "go", args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", errors.New("go " + strings.Join(args, " ") + ": " + string(out))
	}
	return path, nil
}

// rehearse runs the program on one scenario and returns its exit code and all
// it printed.
func rehearse(t *testing.T, program, scenario string, args ...string) (exit int, printed string) {
	t.Helper()
	return exitOf(t, program, append(append([]string{"rehearse"}, args...), scenarioFile(scenario))...)
}

func exitOf(t *testing.T, program string, args ...string) (exit int, printed string) {
	t.Helper()
	return exitWith(t, nil, program, args...)
}

// exitWith is exitOf with more in the environment.
func exitWith(t *testing.T, env []string, program string, args ...string) (exit int, printed string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	var ended *exec.ExitError
	if err == nil {
		return 0, string(out)
	}
	if !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return ended.ExitCode(), string(out)
}

func scenarioFile(name string) string { return filepath.Join("scenarios", name+".txt") }

// scenarios returns the names of all scenarios.
func scenarios(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(scenarioFile("*"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".txt"))
	}
	if len(names) < 24 {
		t.Fatalf("only %d scenarios were found", len(names))
	}
	return names
}
