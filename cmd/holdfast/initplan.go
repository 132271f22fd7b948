package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"holdfast/plan"
)

//go:embed all:planskeleton
var planSkeleton embed.FS

// runPlan writes a plan with an example and an explanation of each kind of
// file, and reads it back. It writes over nothing.
func (c *initCommand) runPlan(env func(string) string, std stdio) (int, error) {
	if err := refuseFilled(c.Plan); err != nil {
		return unusable, err
	}
	files, err := drawSkeleton(planSkeleton, "planskeleton", c.values(env))
	if err != nil {
		return unusable, err
	}
	for _, f := range files {
		path := filepath.Join(c.Plan, f.name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return unusable, cannotWrite(path, err)
		}
		if err := writeNew(path, f.text); err != nil {
			return unusable, cannotWrite(path, err)
		}
		fmt.Fprintln(std.out, "wrote", path)
	}
	found := checkPlanAt(c.Plan, time.Now())
	if err := plan.WriteFindings(std.out, found, false); err != nil {
		return unusable, err
	}
	fmt.Fprintf(std.out, `Next: put your first service in the place of services/example.yaml, then
  holdfast plan check %[1]s
  holdfast plan picture %[1]s --out waves.svg
  holdfast rehearse %[2]s
`, c.Plan, filepath.Join(c.Plan, "scenarios", "first.txt"))
	return plan.ExitCode(found), nil
}
