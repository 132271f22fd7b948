package main

import (
	"context"
	"log/slog"

	"holdfast/bot/slack"
	"holdfast/cmd/holdfast/config"
	"holdfast/internal/clock"
	"holdfast/plan"
)

// slackWorkspace returns the workspace that people talk in; nil where none is
// configured. Slack is not called.
func slackWorkspace(ctx context.Context, c config.Config, env func(string) string, people func() *plan.Plan, log *slog.Logger) (*slack.Workspace, error) {
	if !c.SlackToken.Given() {
		return nil, nil
	}
	token, err := c.SlackToken.Fetch(ctx, env)
	if err != nil {
		return nil, err
	}
	out, err := wayOut(c)
	if err != nil {
		return nil, err
	}
	return slack.New(slack.Options{Token: token, API: c.SlackAPI, HTTP: out.Standard(), People: people, Clock: clock.System{}, Log: log})
}
