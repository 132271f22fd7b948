package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	goredis "github.com/redis/go-redis/v9"
	"github.com/rogpeppe/go-internal/testscript"
)

// asProgram in the environment makes the test binary the program.
const asProgram = "HOLDFAST_TEST_AS_PROGRAM"

// TestMain makes the test binary the program as well, so that scripts run the
// true one.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Getenv, stdio{os.Stdin, os.Stdout, os.Stderr}))
	}
	testscript.Main(m, map[string]func(){
		"holdfast": func() {
			os.Exit(run(context.Background(), os.Args[1:], os.Getenv, stdio{os.Stdin, os.Stdout, os.Stderr}))
		},
	})
}

func TestTheProgram(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: withSamplePlan(t)})
}

func withSamplePlan(t *testing.T) func(*testscript.Env) error {
	t.Helper()
	northbridge, err := filepath.Abs("../../examples/northbridge")
	if err != nil {
		t.Fatal(err)
	}
	return func(env *testscript.Env) error {
		env.Setenv("NORTHBRIDGE", northbridge)
		env.Setenv("HOLDFAST_PLAN_DIR", northbridge)
		return nil
	}
}

// Scripts of testdata/redis have two words more: `redis NAME SETTINGS...` starts
// a server and puts its URL into a variable, `redis-set URL KEY VALUE` is another
// application.
func TestTheProgramOnRedis(t *testing.T) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		skipUnlessCI(t, "redis-server is not installed (Debian package redis-server)")
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/redis", Setup: withSamplePlan(t), Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"redis": func(ts *testscript.TestScript, _ bool, args []string) {
			ts.Setenv(args[0], startRedisWith(t, args[1:]...))
		},
		"redis-set": func(ts *testscript.TestScript, _ bool, args []string) {
			o, err := goredis.ParseURL(args[0])
			ts.Check(err)
			c := goredis.NewClient(o)
			defer c.Close()
			ts.Check(c.Set(t.Context(), args[1], args[2], 0).Err())
		},
	}})
}

// skipUnlessCI skips a test that lacks a program; where CI is true, that fails.
func skipUnlessCI(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}
