package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/bot/slack"
	"holdfast/bot/slack/preview"
	"holdfast/cmd/holdfast/config"
	"holdfast/commands"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/plan/git"
	"holdfast/plan/lint"
	"holdfast/readiness"
)

// docsCommand writes the pages that are generated from the code.
type docsCommand struct {
	Dir string `arg:"" help:"The folder of the docs."`
}

func (c *docsCommand) run(_ context.Context, _ func(string) string, io stdio) (int, error) {
	pages := references()
	// The pictures are drawn from what the tests hold, so this one page needs the
	// repository around the folder.
	gallery, err := preview.Gallery(os.DirFS(filepath.Join(c.Dir, pictures)), pictured)
	if err != nil {
		return unusable, err
	}
	pages[galleryPage] = string(gallery)
	drawings, err := planPictures(filepath.Join(c.Dir, samplePlan))
	if err != nil {
		return unusable, err
	}
	maps.Copy(pages, drawings)
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		path := filepath.Join(c.Dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return unusable, err
		}
		if err := os.WriteFile(path, []byte(pages[name]), 0o644); err != nil {
			return unusable, err
		}
		fmt.Fprintln(io.out, path)
	}
	return clean, nil
}

const (
	galleryPage = "gallery/slack.html"
	pictures    = "../bot/slack/testdata/gallery" // from the folder of the docs
)

// samplePlan is the plan in the gallery, from the folder of the docs.
const samplePlan = "../examples/northbridge"

// planPictures draws the pages of the gallery that show a plan.
func planPictures(dir string) (map[string]string, error) {
	p, err := drawablePlan(dir)
	if err != nil {
		return nil, err
	}
	pages := map[string]string{}
	for _, what := range []string{"waves", "bia", "cost", "schedule"} {
		for suffix, narrow := range map[string]bool{"": false, "-phone": true} {
			c := planPictureCommand{What: what, Process: "payments", Narrow: narrow}
			s, err := c.draw(p)
			if err != nil {
				return nil, err
			}
			pages["gallery/plan-"+what+suffix+".svg"] = string(s.SVG())
		}
	}
	return pages, nil
}

// pictured are the people in the pictures, by what stands for their member ids.
var pictured = map[string]string{"U0ALICE": "alice", "U0BOB": "bob", "U0CAROL": "carol", "U0ERIN": "erin"}

// references are the generated pages by file name.
func references() map[string]string {
	pages := map[string]string{
		"commands.md":      commands.Reference(),
		"configuration.md": config.Reference(),
		"errors.md":        errorsReference(),
		"facts.md":         incident.FactsReference() + readiness.FactsReference(),
		"plan.md":          plan.Reference(),
		"policy.md":        plan.PolicyReference(),
		"state.md":         incident.StateReference() + readiness.StateReference(),

		"../deploy/slack/manifest.yaml":    slack.Manifest("https://holdfast.example.com", []string{"incident", "inc"}, []string{"continuity", "dr"}),
		"../deploy/slack/socket-mode.yaml": slack.Manifest("", []string{"incident", "inc"}, []string{"continuity", "dr"}),
	}
	for _, name := range partNames() {
		schema, _ := plan.Schema(name)
		pages["schema/"+name+".json"] = string(schema)
	}
	return pages
}

func errorsReference() string {
	var b strings.Builder
	b.WriteString("# Error codes\n\nGenerated from the code; `make docs` writes it anew. Codes are stable: scripts and scenario files match them.\n\n" +
		"## Answers to commands\n\n| Code | What it means | What to do |\n| --- | --- | --- |\n")
	for _, m := range fault.Codes {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m.Code, m.Means, m.DoNext)
	}
	b.WriteString("\n## Findings of `holdfast plan check`\n\n| Code | What it means |\n| --- | --- |\n")
	for _, m := range slices.Concat(plan.Codes, lint.Codes, git.Codes, []plan.CodeMeaning{badTemplate}) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", m.Code, m.Means)
	}
	return b.String()
}
