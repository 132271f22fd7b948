package main

import (
	"context"

	"holdfast/cmd/holdfast/config"
	"holdfast/integrations"
	"holdfast/integrations/webhook"
	"holdfast/internal/clock"
	"holdfast/internal/outbound"
)

// wayOut is how every call to the outside is made.
func wayOut(c config.Config) (*outbound.Client, error) {
	return outbound.New(outbound.Options{Version: version, Allow: c.OutboundAllow, Roots: c.OutboundRoots, Proxy: c.OutboundProxy, Clock: clock.System{}})
}

// properNames says what messages call who is configured.
func properNames(c config.Config) map[string]string {
	names := map[string]string{}
	if c.JiraURL != "" {
		names["the tracker"] = "Jira"
	}
	if c.PagerDutyKey.Given() {
		names["the pager"] = "PagerDuty"
	}
	return names
}

// providers returns who pages people and who keeps tickets; nil where nobody is
// configured.
func providers(ctx context.Context, c config.Config, env func(string) string) (pager integrations.Pager, tracker integrations.Tracker, err error) {
	http, err := wayOut(c)
	if err != nil {
		return nil, nil, err
	}
	hook := func(url string, current, old config.Secret) (webhook.Options, error) {
		o := webhook.Options{URL: url, HTTP: http, Clock: clock.System{}}
		for _, s := range []config.Secret{current, old} {
			if !s.Given() {
				continue
			}
			secret, err := s.Fetch(ctx, env)
			if err != nil {
				return o, err
			}
			o.Secrets = append(o.Secrets, secret)
		}
		return o, nil
	}
	if c.PagerURL != "" {
		o, err := hook(c.PagerURL, c.PagerSecret, c.PagerSecretOld)
		if err != nil {
			return nil, nil, err
		}
		if pager, err = webhook.NewPager(o); err != nil {
			return nil, nil, err
		}
	}
	if c.TrackerURL != "" {
		o, err := hook(c.TrackerURL, c.TrackerSecret, c.TrackerSecretOld)
		if err != nil {
			return nil, nil, err
		}
		if tracker, err = webhook.NewTracker(o); err != nil {
			return nil, nil, err
		}
	}
	if c.JiraURL != "" {
		if tracker, err = jiraTracker(ctx, c, env, http); err != nil {
			return nil, nil, err
		}
	}
	return pager, tracker, nil
}
