package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/web"
)

type tokenCommand struct {
	Person  string `arg:"" help:"Whose token: the person's id in the plan."`
	Expires string `help:"How long it is good for." default:"90d" placeholder:"DURATION"`
	File    string `help:"Add its line to this file of tokens." placeholder:"FILE"`
}

// run prints a token once: nobody keeps it but its person.
func (c *tokenCommand) run(_ context.Context, _ func(string) string, std stdio) (int, error) {
	life, err := plan.ParseDuration(c.Expires)
	if err != nil {
		return unusable, err
	}
	token, line, err := web.NewToken(c.Person, clock.System{}.Now().Add(life.Round(time.Second)))
	if err != nil {
		return unusable, err
	}
	if c.File == "" {
		fmt.Fprintln(std.out, token)
		fmt.Fprintln(std.err, "Give the token to its person, and add this line to the file that api.tokens names:")
		fmt.Fprintln(std.err, line)
		return clean, nil
	}
	f, err := os.OpenFile(c.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return unusable, fault.Wrap(err, fault.Usage, "The file of tokens "+c.File+" cannot be written.", "Look at the file and its rights.")
	}
	if _, err := f.WriteString(line + "\n"); err != nil {
		f.Close()
		return unusable, err
	}
	if err := f.Close(); err != nil {
		return unusable, err
	}
	fmt.Fprintln(std.out, token)
	fmt.Fprintf(std.err, "The token of @%s; its line is in %s, which a running server reads by itself.\n", c.Person, c.File)
	return clean, nil
}
