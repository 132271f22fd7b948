package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/config"
	"holdfast/integrations/jira"
)

// blocks returns the YAML of a page that begins with a comment.
func blocks(t *testing.T, page, comment string) []string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if strings.HasPrefix(m[1], "# "+comment) {
			all = append(all, m[1])
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s shows no %s", page, comment)
	}
	return all
}

func TestWhatThePageAboutJiraShowsCanBeUsed(t *testing.T) {
	for _, block := range blocks(t, "../../docs/jira.md", "holdfast.yaml") {
		path := filepath.Join(t.TempDir(), "holdfast.yaml")
		if err := os.WriteFile(path, []byte(block+"plan: {dir: plan}\napi: {tokens: tokens}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := config.Load(path, func(string) string { return "" })
		if err != nil || c.JiraURL != "https://example.atlassian.net" || !c.JiraToken.Given() || c.JiraSubType != "Sub-task" {
			t.Errorf("%v in\n%s", err, block)
		}
	}
	for _, block := range blocks(t, "../../docs/jira.md", "policy.yaml") {
		dir := filepath.Join(t.TempDir(), "plan")
		if err := os.CopyFS(dir, os.DirFS("../../examples/northbridge")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "policy.yaml"), []byte(block+"tier_rto_ceiling: {t1: 2h}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := readPlan(dir)
		if err != nil {
			t.Fatal(err)
		}
		if x := p.Policy; x.TicketProject != "OPS" || !x.TicketTasks || !x.TicketLink || x.TicketComments != "decisions" || len(x.TicketMoves) != 5 || x.TicketMoves["done"] != "Done" {
			t.Errorf("the policy is %+v", x)
		}
	}
}

func TestSettingsOfJiraThatContradictEachOtherAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"jira: {url: \"https://j.example.com\"}": "without a token",
		"jira: {token: env:T}":                   "not said where Jira is",
		"jira: {webhook_secret: env:T}":          "not said where Jira is",
		"jira: {url: \"https://j.example.com\", token: env:T, webhook_secret_old: env:T}":                    "Only the secret before is given",
		"jira: {url: \"https://j.example.com\", token: env:T}\ntracker: {url: \"https://t\", secret: env:T}": "name two",
		"jira: {url: \"https://j.example.com\", token: ATATT3xFfGF0abcdefghijklmnopqrstuvwxyz0123456789}":    "does not belong into the file",
		"jira: {url: \"https://me:sesame99@j.example.com\", token: env:T}":                                   "holds a user or password",
	} {
		path := filepath.Join(t.TempDir(), "holdfast.yaml")
		if err := os.WriteFile(path, []byte(text+"\nplan: {dir: plan}\napi: {tokens: tokens}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "sesame99") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestDoctorLooksAtJira(t *testing.T) {
	w := openInJira(t, jiraKinds["Data Center"])
	w.jira.Move(w.jira.Open("OPS", "an old one"), "Done", "Jana")
	w.jira.Open("OPS", "another")
	p, err := readPlan("../../examples/northbridge")
	if err != nil {
		t.Fatal(err)
	}
	p.Policy.TicketTasks, p.Policy.TicketLink = true, true
	p.Policy.TicketMoves = map[string]string{"done": "Done", "closed": "Close issue"}
	ctx := t.Context()
	look := func(project string, t *jira.Tracker) []string {
		p.Policy.TicketProject = project
		d := &doctor{ctx: ctx, config: config.Config{JiraURL: "http://jira", JiraType: "Task", JiraSubType: "Sub-task"}}
		d.jira(t, p)
		var lines []string
		for _, x := range d.found {
			lines = append(lines, x.Verdict+" "+x.Check+": "+x.Found)
		}
		return lines
	}
	got := look("OPS", w.tracker)
	for _, want := range []string{
		"pass account: Jira Data Center 9.12.4 knows Holdfast as Holdfast", "warn jira.url: the token travels in the open",
		"warn webhook: what people do in Jira is seen within a minute, not at once", "pass project: OPS has the type Task and Sub-task",
		`pass ticket.move.done: "Done" is offered`, `warn ticket.move.closed: "Close issue" is not offered from Done, To Do`, "warn links: the links in tickets lead nowhere",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
	if got := look("NOPE", w.tracker); !slices.Contains(got, `fail jira.url: The tracker has no project "NOPE"`) {
		t.Errorf("got %q", got)
	}
	w.jira.AnswerPages("<html>sign in</html>")
	fresh, err := jira.New(w.options)
	if err != nil {
		t.Fatal(err)
	}
	if got := look("OPS", fresh); len(got) != 1 || !strings.Contains(got[0], "is a web page and not Jira's") {
		t.Errorf("got %q", got)
	}
}
