package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

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
	northbridge, err := filepath.Abs("../../examples/northbridge")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: func(env *testscript.Env) error {
		env.Setenv("NORTHBRIDGE", northbridge)
		return nil
	}})
}
