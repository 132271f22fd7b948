package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/alecthomas/kong"

	"holdfast/internal/fault"
)

// commandLine is what a person may type after holdfast.
type commandLine struct {
	Demo          demoCommand          `cmd:"" help:"Try Holdfast in this terminal: a chat, a sample plan, a store in ./.holdfast-demo."`
	Plan          planCommand          `cmd:"" help:"Work on a continuity plan."`
	Rehearse      rehearseCommand      `cmd:"" help:"Run scenario files on a virtual clock."`
	Init          initCommand          `cmd:"" help:"Begin: a configuration, a plan to grow from, a first token."`
	Serve         serveCommand         `cmd:"" help:"Answer people over HTTP and perform effects: one replica of a server."`
	Chat          chatCommand          `cmd:"" help:"A terminal against a running server, for the day chat is down."`
	Token         tokenCommand         `cmd:"" help:"Make a token that lets a person in over the API."`
	SlackManifest slackManifestCommand `cmd:"" help:"Print the manifest of the Slack app for this server."`
	Doctor        doctorCommand        `cmd:"" help:"Look at everything a server depends on, and say what to mend."`
	Status        statusCommand        `cmd:"" help:"Show where incidents stand."`
	Export        exportCommand        `cmd:"" help:"Write the record of an incident."`
	Verify        verifyCommand        `cmd:"" help:"Check an export, or a store, for damage."`
	Backup        backupCommand        `cmd:"" help:"Copy a store into a folder, and check the copy."`
	Restore       restoreCommand       `cmd:"" help:"Fill an empty store from a backup."`
	Repair        repairCommand        `cmd:"" help:"Let a damaged file store take new entries again; nothing old is lost."`
	Archive       archiveCommand       `cmd:"" help:"Move incidents that have been closed for long from Redis into files, or one back."`
	Version       versionCommand       `cmd:"" help:"Print the version."`
	Docs          docsCommand          `cmd:"" hidden:"" help:"Write the generated pages of the docs."`
}

// subcommand is one thing the program does. It returns the exit code.
type subcommand interface {
	run(ctx context.Context, env func(string) string, io stdio) (int, error)
}

// run is main without the process: testable, and done when it returns.
func run(ctx context.Context, args []string, env func(string) string, io stdio) int {
	var line commandLine
	code, exited := clean, false
	parser, err := kong.New(&line,
		kong.Name("holdfast"),
		kong.Description("ChatOps for the worst day: declare incidents, lead them, and prove what was decided."),
		kong.Writers(io.out, io.err),
		kong.Exit(func(c int) { code, exited = c, true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(io.err, "holdfast:", err)
		return unusable
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		fmt.Fprintln(io.err, "holdfast:", err)
		fmt.Fprintln(io.err, "`holdfast --help` lists what there is.")
		return unusable
	}
	command, ok := parsed.Selected().Target.Addr().Interface().(subcommand)
	if !ok {
		fmt.Fprintln(io.err, "holdfast: incomplete command; add one more word, see `holdfast --help`.")
		return unusable
	}
	code, err = command.run(ctx, env, io)
	if err != nil {
		complain(io, err)
	}
	return code
}

// complain prints an error as a person can use it: what is wrong, then what to
// do next.
func complain(io stdio, err error) {
	var f *fault.Error
	if !errors.As(err, &f) {
		fmt.Fprintln(io.err, "holdfast:", err)
		return
	}
	fmt.Fprintf(io.err, "holdfast: %s %s\n", f.Code, f.Text)
	if f.Next != "" {
		fmt.Fprintln(io.err, f.Next)
	}
	if f.Err != nil {
		fmt.Fprintln(io.err, "cause:", f.Err)
	}
}
