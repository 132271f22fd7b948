package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"holdfast/bot/console"
	"holdfast/cmd/holdfast/config"
	"holdfast/internal/fault"
)

type doctorCommand struct {
	Config string `help:"The file of settings." env:"HOLDFAST_CONFIG" placeholder:"FILE" short:"c"`
	JSON   bool   `help:"Print the checks as JSON."`
}

// The verdicts of a check.
const (
	passed = "pass"
	warned = "warn"
	failed = "fail"
)

// examined is what one check has found.
type examined struct {
	Area    string `json:"area"` // configuration, plan, store ...
	Check   string `json:"check"`
	Verdict string `json:"verdict"`          // pass, warn, fail
	Found   string `json:"found"`            // what is so
	Remedy  string `json:"remedy,omitempty"` // what to do; empty when it passed
}

// doctor looks at everything a server depends on. It changes nothing.
type doctor struct {
	ctx    context.Context
	env    func(string) string
	config config.Config
	found  []examined
}

func (d *doctor) pass(area, check, format string, args ...any) {
	d.found = append(d.found, examined{area, check, passed, fmt.Sprintf(format, args...), ""})
}

func (d *doctor) warn(area, check, remedy, format string, args ...any) {
	d.found = append(d.found, examined{area, check, warned, fmt.Sprintf(format, args...), remedy})
}

func (d *doctor) fail(area, check, remedy, format string, args ...any) {
	d.found = append(d.found, examined{area, check, failed, fmt.Sprintf(format, args...), remedy})
}

// refused is fail with what an error says.
func (d *doctor) refused(area, check string, err error) {
	f := fault.From(err)
	if f.Code == fault.Internal {
		d.fail(area, check, "", "%v", err)
		return
	}
	text := strings.TrimSuffix(f.Text, ".")
	if f.Err != nil {
		text += ": " + f.Err.Error()
	}
	d.fail(area, check, f.Next, "%s", text)
}

func (c *doctorCommand) run(ctx context.Context, env func(string) string, std stdio) (int, error) {
	d := &doctor{ctx: ctx, env: env}
	if d.settings(c.Config) {
		plan := d.plan()
		d.secrets()
		d.store()
		d.archive()
		d.keys()
		d.doors(plan)
		d.slack(plan)
		d.providers(plan)
		d.pagerDuty(plan)
	}
	code := clean
	for _, e := range d.found {
		if e.Verdict == failed {
			code = findings
		}
	}
	if c.JSON {
		enc := json.NewEncoder(std.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return code, enc.Encode(d.found)
	}
	d.print(std, console.WantsColor(std.out, env))
	return code, nil
}

// settings reads the configuration; without one there is nothing to look at.
func (d *doctor) settings(path string) bool {
	var err error
	d.config, err = config.Load(path, d.env)
	var wrong config.Problems
	switch {
	case errors.As(err, &wrong):
		for _, p := range wrong {
			d.fail("configuration", p.Where, p.Fix, "%s", p.Message)
		}
		return false
	case err != nil:
		d.refused("configuration", path, err)
		return false
	case path == "":
		d.pass("configuration", "settings", "read from the environment")
	default:
		d.pass("configuration", "settings", "%s is in order", path)
	}
	return true
}

// secrets fetches every secret that the settings refer to, and forgets it.
func (d *doctor) secrets() {
	c := d.config
	for _, s := range []struct {
		key    string
		secret config.Secret
	}{
		{"store.password", c.StorePassword}, {"archive.password", c.ArchivePassword}, {"slack.token", c.SlackToken}, {"slack.signing_secret", c.SlackSigning}, {"slack.signing_secret_old", c.SlackSigningOld}, {"slack.app_token", c.SlackAppToken},
		{"pagerduty.key", c.PagerDutyKey}, {"pagerduty.routing_key", c.PagerDutyRouting}, {"pagerduty.webhook_secret", c.PagerDutyHook}, {"pagerduty.webhook_secret_old", c.PagerDutyHookOld},
		{"pager.secret", c.PagerSecret}, {"pager.secret_old", c.PagerSecretOld},
		{"tracker.secret", c.TrackerSecret}, {"tracker.secret_old", c.TrackerSecretOld},
		{"jira.token", c.JiraToken}, {"jira.webhook_secret", c.JiraHook}, {"jira.webhook_secret_old", c.JiraHookOld},
	} {
		if !s.secret.Given() {
			continue
		}
		if _, err := s.secret.Fetch(d.ctx, d.env); err != nil {
			d.refused("secrets", s.key, err)
			continue
		}
		d.pass("secrets", s.key, "%s gives one", s.secret)
	}
}

var signs = map[string]struct{ sign, ink string }{
	passed: {"ok  ", "32"}, warned: {"warn", "33"}, failed: {"FAIL", "1;31"},
}

// print writes a line a check, the remedy below it, and a closing line.
func (d *doctor) print(std stdio, color bool) {
	ink := func(code, text string) string {
		if !color {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
	count := map[string]int{}
	area := ""
	for _, e := range d.found {
		count[e.Verdict]++
		if e.Area != area {
			area = e.Area
			fmt.Fprintln(std.out, ink("1", area))
		}
		fmt.Fprintf(std.out, "  %s  %s: %s\n", ink(signs[e.Verdict].ink, signs[e.Verdict].sign), e.Check, e.Found)
		if e.Remedy != "" {
			fmt.Fprintf(std.out, "        %s %s\n", ink("2", "→"), e.Remedy)
		}
	}
	fmt.Fprintf(std.out, "%d checks: %d passed, %d warnings, %d failed\n", len(d.found), count[passed], count[warned], count[failed])
}
