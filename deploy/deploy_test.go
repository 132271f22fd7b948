package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// tool returns the path of a program that a test needs.
func tool(t *testing.T, name, debian string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing; install the Debian package %s", name, debian)
		}
		t.Skipf("%s is missing; install the Debian package %s", name, debian)
	}
	return path
}

// program builds what is shipped: one file that needs nothing around it.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "holdfast")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", path, "../cmd/holdfast")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	output(t, cmd)
	return path
}

func output(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

func TestTheImageHoldsTheProgramAndNothingElse(t *testing.T) {
	buildah := tool(t, "buildah", "buildah")
	dir := t.TempDir()
	flags := []string{"--storage-driver", "vfs", "--root", filepath.Join(dir, "root"), "--runroot", filepath.Join(dir, "run")}
	build := exec.CommandContext(t.Context(), "./build-image", "localhost/holdfast:test")
	build.Env = append(os.Environ(), "HOLDFAST="+program(t), "BUILDAH_FLAGS="+strings.Join(flags, " "), "VERSION=test")
	if name := strings.TrimSpace(output(t, build)); name != "localhost/holdfast:test" {
		t.Fatalf("built %s", name)
	}
	in := func(words ...string) string {
		return strings.TrimSpace(output(t, exec.CommandContext(t.Context(), buildah, append(flags, words...)...)))
	}
	container := in("from", "localhost/holdfast:test")
	root := in("mount", container) // before it has run, which puts files of its own there
	var files []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, strings.TrimPrefix(path, root))
		}
		return err
	})
	if err != nil || strings.Join(files, " ") != "/etc/ssl/certs/ca-certificates.crt /holdfast" {
		t.Errorf("it holds %v, %v", files, err)
	}
	if said := in("run", "--isolation", "chroot", container, "--", "/holdfast", "version"); !strings.HasPrefix(said, "holdfast ") {
		t.Errorf("it says %q", said)
	}
	if user := in("inspect", "--format", "{{.OCIv1.Config.User}}", container); user != "65532:65532" {
		t.Errorf("it runs as %q", user)
	}
}

func TestTheUnitIsOneThatSystemdTakes(t *testing.T) {
	analyze := tool(t, "systemd-analyze", "systemd")
	text, err := os.ReadFile("systemd/holdfast.service")
	if err != nil {
		t.Fatal(err)
	}
	// Where the program will be it is not yet.
	unit := filepath.Join(t.TempDir(), "holdfast.service")
	if err := os.WriteFile(unit, bytes.ReplaceAll(text, []byte("/usr/local/bin/holdfast"), []byte(program(t))), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := output(t, exec.CommandContext(t.Context(), analyze, "verify", "--man=no", unit)); strings.TrimSpace(said) != "" {
		t.Errorf("systemd says: %s", said)
	}
}

// compose is what the tests read of compose.yaml.
type compose struct {
	Services map[string]struct {
		Image       string
		Command     []string
		Environment map[string]string
		User        string
		Secrets     []string
		ReadOnly    bool `yaml:"read_only"`
	}
	Secrets map[string]struct{ File string }
}

func readCompose(t *testing.T) (c compose) {
	t.Helper()
	text, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheComposedRedisIsOneThatHoldfastTrusts(t *testing.T) {
	c := readCompose(t)
	server, dir := tool(t, "redis-server", "redis-server"), t.TempDir()
	short, err := os.MkdirTemp("", "holdfast") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(short) })
	users, password, socket := filepath.Join(dir, "redis-users"), filepath.Join(dir, "redis-password"), filepath.Join(short, "s")
	write(t, users, documentedUsers(t))
	write(t, password, "correct-horse\n")

	command := c.Services["redis"].Command
	if len(command) == 0 || command[0] != "redis-server" {
		t.Fatalf("the Redis is started by %q", command)
	}
	var args []string
	for _, word := range command[1:] {
		args = append(args, strings.NewReplacer("/data", dir, "/run/secrets/redis-users", users).Replace(word))
	}
	redis := exec.CommandContext(t.Context(), server, append(args, "--port", "0", "--unixsocket", socket)...)
	if err := redis.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = redis.Wait() }) // killed with the test's context
	eventually(t, func() bool { _, err := os.Stat(socket); return err == nil })

	// The settings of a replica, on this machine.
	env := os.Environ()
	for name, value := range c.Services["first"].Environment {
		switch name {
		case "HOLDFAST_STORE_URL":
			value = strings.Replace(value, "redis://holdfast@redis:6379", "unix://holdfast@"+socket, 1)
		case "HOLDFAST_STORE_PASSWORD":
			value = "file:" + password
		case "HOLDFAST_PLAN_DIR":
			value = "../examples/northbridge"
		case "HOLDFAST_KEYS_DIR":
			value = filepath.Join(dir, "keys")
		case "HOLDFAST_API_TOKENS":
			value = filepath.Join(dir, "tokens")
		}
		env = append(env, name+"="+value)
	}
	path := program(t)
	token := exec.CommandContext(t.Context(), path, "token", "alice", "--file", filepath.Join(dir, "tokens"))
	output(t, token)
	doctor := exec.CommandContext(t.Context(), path, "doctor")
	doctor.Env = env
	said := output(t, doctor)
	for _, want := range []string{"class D2", " 0 failed"} {
		if !strings.Contains(said, want) {
			t.Errorf("doctor does not say %q:\n%s", want, said)
		}
	}
}

func TestEachReplicaIsNamedAndMayChangeNothingOfItsOwn(t *testing.T) {
	c := readCompose(t)
	names := map[string]bool{}
	for name, s := range c.Services {
		for _, secret := range s.Secrets {
			if c.Secrets[secret].File == "" {
				t.Errorf("%s has the secret %s from nowhere", name, secret)
			}
		}
		if name == "redis" {
			continue
		}
		names[s.Environment["HOLDFAST_REPLICA_NAME"]] = true
		if !s.ReadOnly || s.Command[0] != "serve" {
			t.Errorf("%s: read only %v, started by %q", name, s.ReadOnly, s.Command)
		}
	}
	if len(names) != len(c.Services)-1 {
		t.Errorf("the replicas are called %v", names)
	}
}

var aclUser = regexp.MustCompile(`(?m)^ACL SETUSER (holdfast reset on >PASSWORD .*)$`)

// documentedUsers is the file of users as docs/redis.md has it made.
func documentedUsers(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../docs/redis.md")
	if err != nil {
		t.Fatal(err)
	}
	m := aclUser.FindStringSubmatch(string(page))
	if m == nil {
		t.Fatal("docs/redis.md names no user")
	}
	return "user default off\nuser " + strings.Replace(m[1], ">PASSWORD", ">correct-horse", 1) + "\n"
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, so func() bool) {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), 20*time.Second)
	defer done()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("waited in vain: %w", ctx.Err()))
		}
	}
}
