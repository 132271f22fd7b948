package main

import (
	"context"

	"holdfast/integrations/pagerduty"
	"holdfast/plan"
)

// pagerDuty asks PagerDuty for everything that pages depend on. It calls
// nobody.
func (d *doctor) pagerDuty(p *plan.Plan) {
	if p == nil {
		p = plan.Empty()
	}
	pager, err := pagerDuty(d.ctx, d.config, d.env, func() *plan.Plan { return p })
	if err != nil {
		d.refused("pagerduty", "settings", err)
		return
	}
	if pager == nil {
		return
	}
	ctx, done := context.WithTimeout(d.ctx, 2*askLimit)
	defer done()
	found, err := pager.Look(ctx)
	if err != nil {
		d.fail("pagerduty", "key", "Look at pagerduty.key, pagerduty.region and the way there.", "%v", err)
		return
	}
	d.pass("pagerduty", "key", "PagerDuty answers and accepts it")
	for _, f := range found {
		if f.Problem == "" {
			d.pass("pagerduty", f.About, "is there")
			continue
		}
		d.fail("pagerduty", f.About, f.Next, "%s", f.Problem)
	}
	d.pagerDutyHook()
}

// pagerDutyHook looks at the secret of the webhooks. Without one PagerDuty is
// asked every minute all the same.
func (d *doctor) pagerDutyHook() {
	if !d.config.PagerDutyHook.Given() {
		d.warn("pagerduty", "webhook", "Subscribe "+pagerDutyPath+" in PagerDuty and set pagerduty.webhook_secret.", "none: who answers a page is known up to a minute later")
		return
	}
	secrets, err := hookSecrets(d.ctx, d.config, d.env)
	if err == nil {
		_, err = pagerduty.NewDoor(pagerduty.DoorOptions{Secrets: secrets})
	}
	if err != nil {
		d.refused("pagerduty", "webhook", err)
		return
	}
	d.pass("pagerduty", "webhook", "taken in at %s", pagerDutyPath)
}
