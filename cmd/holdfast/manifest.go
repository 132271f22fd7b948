package main

import (
	"context"
	"fmt"
	"net/url"

	"holdfast/bot/slack"
	"holdfast/internal/fault"
)

type slackManifestCommand struct {
	URL        string   `name:"url" help:"Where Slack reaches the server; without it the server calls Slack (Socket Mode)." placeholder:"https://HOST"`
	Command    []string `help:"The slash commands that mean /incident." default:"incident,inc" placeholder:"NAME"`
	Continuity []string `help:"The slash commands that mean /continuity." default:"continuity,dr" placeholder:"NAME"`
}

func (c *slackManifestCommand) run(_ context.Context, _ func(string) string, std stdio) (int, error) {
	if u, err := url.Parse(c.URL); c.URL != "" && (err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Path != "" && u.Path != "/") {
		return unusable, fault.Newf(fault.Usage, "Write it such as https://holdfast.example.com.", "%q is no address that Slack can call.", c.URL)
	}
	_, err := fmt.Fprint(std.out, slack.Manifest(c.URL, c.Command, c.Continuity))
	return clean, err
}
