package main

import (
	"context"

	"holdfast/bot/console"
	"holdfast/plan"
)

type planCommand struct {
	Check planCheckCommand `cmd:"" help:"Read a plan's folder and report everything that is wrong with it."`
}

type planCheckCommand struct {
	Dir  string `arg:"" help:"The plan's folder."`
	JSON bool   `help:"Print the findings as JSON."`
}

func (c *planCheckCommand) run(_ context.Context, env func(string) string, io stdio) (int, error) {
	_, found := plan.Load(c.Dir)
	if c.JSON {
		return plan.ExitCode(found), plan.WriteFindingsJSON(io.out, found)
	}
	return plan.ExitCode(found), plan.WriteFindings(io.out, found, console.WantsColor(io.out, env))
}
