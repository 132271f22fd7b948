package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"holdfast/bot/console"
	"holdfast/internal/fault"
	"holdfast/internal/nearest"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/plan/lint"
	"holdfast/templates"
)

type planCommand struct {
	Import  planImportCommand  `cmd:"" help:"Read tables, CSV and XLSX, into a new plan, and say what was not understood."`
	Picture planPictureCommand `cmd:"" help:"Draw the order of recovery, an impact analysis, its costs, or the schedule."`
	Check   planCheckCommand   `cmd:"" help:"Read a plan's folder and report everything that is wrong with it."`
	Schema  planSchemaCommand  `cmd:"" help:"Print the JSON Schema of a kind of file, for editors."`
}

type planCheckCommand struct {
	Dir  string    `arg:"" help:"The plan's folder."`
	JSON bool      `help:"Print the findings as JSON."`
	At   time.Time `help:"The instant as of which it is checked; now when it is missing." placeholder:"2026-11-22T10:00:00Z"`
}

func (c *planCheckCommand) run(_ context.Context, env func(string) string, io stdio) (int, error) {
	found := checkPlanAt(c.Dir, cmp.Or(c.At, time.Now()))
	if differ, err := git.Uncommitted(c.Dir); err == nil { // a work tree that cannot be read is just a folder
		if dirty, is := git.Dirty(differ); is {
			found = append(found, dirty)
		}
	}
	if c.JSON {
		return plan.ExitCode(found), plan.WriteFindingsJSON(io.out, found)
	}
	return plan.ExitCode(found), plan.WriteFindings(io.out, found, console.WantsColor(io.out, env))
}

// checkPlanAt is all that is wrong with a plan in a folder as of an instant.
func checkPlanAt(dir string, at time.Time) []plan.Finding {
	p, found := checkPlan(dir)
	if p != nil {
		found = slices.Concat(found, plan.Stale(p, at), lint.Ahead(p, at))
	}
	return found
}

type planSchemaCommand struct {
	Name string `arg:"" optional:"" help:"The kind of file; all are listed when it is missing."`
}

func (c *planSchemaCommand) run(_ context.Context, _ func(string) string, io stdio) (int, error) {
	if c.Name == "" {
		for _, p := range plan.Parts() {
			fmt.Fprintf(io.out, "%-9s %-20s %s\n", p.Name, p.File, p.Holds)
		}
		return clean, nil
	}
	schema, ok := plan.Schema(c.Name)
	if !ok {
		names := partNames()
		return unusable, fault.Newf(fault.UnknownID, nearest.Sentence(c.Name, names, "There are "+strings.Join(names, ", ")+"."), "There is no kind of file %q in a plan.", c.Name)
	}
	_, err := io.out.Write(schema)
	return clean, err
}

func partNames() []string {
	var names []string
	for _, p := range plan.Parts() {
		names = append(names, p.Name)
	}
	return names
}

// badTemplate is found here and not by the plan's loader, which does not know
// the template language.
var badTemplate = plan.CodeMeaning{Code: "E_PLAN_TEMPLATE", Means: "A message template is not written as one: an unknown function or field, a button among words."}

// lintTemplates checks the messages a plan brings along.
func lintTemplates(p *plan.Plan) []plan.Finding {
	var found []plan.Finding
	for _, name := range slices.Sorted(maps.Keys(p.Templates)) {
		for _, problem := range templates.Lint(name, p.Templates[name]) {
			found = append(found, plan.Finding{Code: badTemplate.Code, Level: plan.Error, File: "templates/" + name + ".md",
				Line: problem.Line, Message: problem.Text, Fix: "templates/README.md describes the language."})
		}
	}
	return found
}
