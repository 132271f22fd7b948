// Command witness asks those who know Slack and have not written Holdfast:
// Slack's Bolt, Slack's types and an emulator of its Web API. It installs them
// below .witness, runs the checks that are tagged witness, and says what came
// out as sentences. It exits 1 when a check failed or could not be made.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "witness:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	dir, err := filepath.Abs(".witness")
	if err != nil {
		return err
	}
	if err := install(ctx, dir, filepath.Join("internal", "witness", "npm")); err != nil {
		return err
	}
	node, version, err := runtime(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Asking with Node %s.\n", version)
	test := exec.CommandContext(ctx, goTool(), "test", "-json", "-count=1", "-tags=witness", "-run=^TestWitness", "./bot/slack")
	test.Env = append(os.Environ(), "HOLDFAST_WITNESS="+dir, "HOLDFAST_WITNESS_NODE="+node)
	test.Stderr = out
	said, err := test.StdoutPipe()
	if err != nil {
		return err
	}
	if err := test.Start(); err != nil {
		return err
	}
	passed, failed := tell(out, said)
	broken := test.Wait()
	fmt.Fprintf(out, "%d passed, %d failed\n", passed, failed)
	switch {
	case failed > 0:
		return fmt.Errorf("%d of the witnesses disagree", failed)
	case broken != nil:
		return broken
	case passed == 0:
		return errors.New("no check has run")
	}
	return nil
}

func goTool() string {
	if named := os.Getenv("GO"); named != "" {
		return named
	}
	return "go"
}
