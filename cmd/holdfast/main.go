// Command holdfast is the whole program: the demo in a terminal, the plan's
// checks, rehearsals, and reading, exporting and verifying journals.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // zones are known also where the system has none
)

// The exit codes of every subcommand.
const (
	clean    = 0
	findings = 1 // something was found or refused
	unusable = 2 // the command line or its input cannot be used
)

// stdio is where a subcommand reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, stdio{os.Stdin, os.Stdout, os.Stderr}))
}
