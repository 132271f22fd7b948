package main

import (
	"context"
	"time"

	"holdfast/integrations/jira"
	"holdfast/plan"
)

// askLimit bounds one question to a provider.
const askLimit = 5 * time.Second

// providers asks who pages and who keeps tickets for something that is not
// there: whoever can say so can be reached, and knows Holdfast.
func (d *doctor) providers(p *plan.Plan) {
	pager, tracker, err := providers(d.ctx, d.config, d.env)
	if err != nil {
		d.refused("providers", "pager and tracker", err)
		return
	}
	switch {
	case pager == nil && d.config.PagerDutyKey.Given(): // see pagerDuty
	case pager == nil:
		d.warn("providers", "pager", "Set pagerduty.key or pager.url; until then the room is asked to telephone.", "nobody is paged")
	default:
		d.ask("pager", pager.Find)
	}
	if p != nil && p.Policy.PageNotes != "" && !d.config.PagerDutyKey.Given() {
		d.warn("providers", "notes", "Set pagerduty.key, or leave page.notes out of the plan's policy.", "the plan has pages told of decisions and updates, and no pager here keeps notes")
	}
	d.mail(p)
	d.statusPage(p)
	if kept, isJira := tracker.(*jira.Tracker); isJira {
		d.jira(kept, p)
		return
	}
	if tracker == nil {
		d.warn("providers", "tracker", "Set jira.url or tracker.url, or leave ticket.project out of the plan's policy.", "no tickets are opened")
	} else {
		d.ask("tracker", tracker.Find)
	}
}

// probeKey is the key of nothing.
const probeKey = "holdfast-doctor/probe"

func (d *doctor) ask(check string, find func(context.Context, string) (string, bool, error)) {
	ctx, done := context.WithTimeout(d.ctx, askLimit)
	defer done()
	if _, _, err := find(ctx, probeKey); err != nil {
		d.fail("providers", check, "Look at the address, the secret and the way there.", "%v", err)
		return
	}
	d.pass("providers", check, "answers")
}
