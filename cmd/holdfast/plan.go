package main

import (
	"context"
	"maps"
	"slices"

	"holdfast/bot/console"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/templates"
)

type planCommand struct {
	Check planCheckCommand `cmd:"" help:"Read a plan's folder and report everything that is wrong with it."`
}

type planCheckCommand struct {
	Dir  string `arg:"" help:"The plan's folder."`
	JSON bool   `help:"Print the findings as JSON."`
}

func (c *planCheckCommand) run(_ context.Context, env func(string) string, io stdio) (int, error) {
	_, found := checkPlan(c.Dir)
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
