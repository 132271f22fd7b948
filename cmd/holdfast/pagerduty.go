package main

import (
	"context"
	"log/slog"
	"net/http"

	"holdfast/cmd/holdfast/config"
	"holdfast/integrations"
	"holdfast/integrations/pagerduty"
	"holdfast/internal/clock"
	"holdfast/plan"
)

// pagerDutyPath is where PagerDuty's webhooks are taken in.
const pagerDutyPath = "/webhooks/pagerduty"

// pagerDuty returns the pager that is configured; nil where none is. PagerDuty
// is not called.
func pagerDuty(ctx context.Context, c config.Config, env func(string) string, of func() *plan.Plan) (*pagerduty.Pager, error) {
	if !c.PagerDutyKey.Given() {
		return nil, nil
	}
	o := pagerduty.Options{From: c.PagerDutyFrom, Service: c.PagerDutyService, Priorities: c.PagerDutyPriorities, Further: c.PagerDutyFurther, Region: c.PagerDutyRegion,
		API: c.PagerDutyAPI, Events: c.PagerDutyEvents, Clock: clock.System{}, Plan: of}
	var err error
	if o.HTTP, err = wayOut(c); err != nil {
		return nil, err
	}
	if o.Key, err = c.PagerDutyKey.Fetch(ctx, env); err != nil {
		return nil, err
	}
	if o.RoutingKey, err = c.PagerDutyRouting.Fetch(ctx, env); err != nil {
		return nil, err
	}
	return pagerduty.New(o)
}

// withPagerDuty puts PagerDuty, where it is configured, above the pager there
// is.
func withPagerDuty(ctx context.Context, c config.Config, env func(string) string, of func() *plan.Plan, next integrations.Pager) (integrations.Pager, error) {
	first, err := pagerDuty(ctx, c, env, of)
	switch {
	case err != nil:
		return nil, err
	case first == nil:
		return next, nil
	case next == nil:
		return first, nil
	}
	return integrations.Rungs{First: first, Next: next}, nil
}

// openPagerDoor returns where PagerDuty calls this server; nil where it may not.
func openPagerDoor(ctx context.Context, c config.Config, env func(string) string, w *pageWatch, refused func(string), log *slog.Logger) (http.Handler, error) {
	if w == nil || !c.PagerDutyHook.Given() {
		return nil, nil
	}
	secrets, err := hookSecrets(ctx, c, env)
	if err != nil {
		return nil, err
	}
	return pagerduty.NewDoor(pagerduty.DoorOptions{Secrets: secrets, Refused: refused, Log: log, Look: func(ctx context.Context, h pagerduty.Hint) error {
		return w.hear(ctx, h.Key, h.Incident)
	}})
}

func hookSecrets(ctx context.Context, c config.Config, env func(string) string) (all []string, err error) {
	for _, s := range []config.Secret{c.PagerDutyHook, c.PagerDutyHookOld} {
		if !s.Given() {
			continue
		}
		secret, err := s.Fetch(ctx, env)
		if err != nil {
			return nil, err
		}
		all = append(all, secret)
	}
	return all, nil
}
