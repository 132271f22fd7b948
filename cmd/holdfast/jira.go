package main

import (
	"context"
	"log/slog"
	"net/http"

	"holdfast/cmd/holdfast/config"
	"holdfast/integrations/jira"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
	"holdfast/web"
)

// jiraTracker returns who keeps tickets in Jira, without calling it.
func jiraTracker(ctx context.Context, c config.Config, env func(string) string, out *outbound.Client) (*jira.Tracker, error) {
	token, err := c.JiraToken.Fetch(ctx, env)
	if err != nil {
		return nil, err
	}
	o := jira.Options{URL: c.JiraURL, User: c.JiraUser, Token: token, HTTP: out, Clock: clock.System{},
		Type: c.JiraType, SubType: c.JiraSubType, Resolution: c.JiraResolution, Instance: c.Workspace}
	if c.PublicURL != "" {
		o.Page = func(incident string) string { return c.PublicURL + web.PageOf(incident) }
	}
	return jira.New(o)
}

// jiraDoor returns where Jira calls; nil where it does not.
func jiraDoor(ctx context.Context, c config.Config, env func(string) string, d *desk, refused func(string), log *slog.Logger) (http.Handler, error) {
	if !c.JiraHook.Given() || d == nil {
		return nil, nil
	}
	r := jira.Receiving{Heard: d.heard, Refused: refused, Log: log}
	for _, s := range []config.Secret{c.JiraHook, c.JiraHookOld} {
		if !s.Given() {
			continue
		}
		secret, err := s.Fetch(ctx, env)
		if err != nil {
			return nil, err
		}
		r.Secrets = append(r.Secrets, secret)
	}
	return jira.NewDoor(r)
}
