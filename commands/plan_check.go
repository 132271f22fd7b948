package commands

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"holdfast/bot"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/plan/lint"
	"holdfast/templates"
)

var planCheck = Command{
	Verb: "plan check", Usage: "plan check", Says: "show what is wrong with the plan or worth knowing about it", Who: insiders, Anywhere: true,
	Examples: []string{"plan check"},
	Run: asked(func(_ context.Context, c *Call) (bot.Reply, error) {
		found, err := c.findings()
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.planView()
		v.Answer = checked(c.plan.Commit, found)
		return c.render("plan-check", v)
	}),
}

// findings looks at the plan's files again, where they lie in a folder: they may
// have changed since. The plan in force is in force for having no errors.
func (c *Call) findings() ([]plan.Finding, error) {
	p := c.plan
	var found []plan.Finding
	switch {
	case p.Dir != "":
		_, found = lint.Load(p.Dir)
	case len(p.Services) == 0:
		return nil, fault.New(fault.NotOpen, "No plan is in force that could be checked.", "Start Holdfast with a plan; `holdfast init` begins one.")
	default:
		found = lint.Check(p)
	}
	found = append(found, plan.Stale(p, c.now)...)
	return append(found, lint.Ahead(p, c.now)...), nil
}

// mostFindings is how many findings an answer names.
const mostFindings = 12

var gravity = map[plan.Level]int{plan.Error: 0, plan.Warning: 1, plan.Note: 2}

func checked(commit string, found []plan.Finding) templates.Checked {
	slices.SortStableFunc(found, func(a, b plan.Finding) int { return cmp.Compare(gravity[a.Level], gravity[b.Level]) })
	all := templates.Checked{Commit: commit}
	for _, f := range found {
		switch f.Level {
		case plan.Error:
			all.Errors++
		case plan.Warning:
			all.Warnings++
		default:
			all.Notes++
		}
	}
	found, all.More = capped(found, mostFindings)
	for _, f := range found {
		at := f.File
		if f.Line > 0 {
			at = fmt.Sprintf("%s:%d", at, f.Line)
		}
		all.Findings = append(all.Findings, templates.Found{Level: string(f.Level), Code: f.Code, At: at, Message: f.Message, Fix: f.Fix})
	}
	return all
}
