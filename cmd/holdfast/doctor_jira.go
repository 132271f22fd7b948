package main

import (
	"context"
	"slices"
	"strings"

	"holdfast/incident"
	"holdfast/integrations/jira"
	"holdfast/plan"
)

// jira asks Jira who Holdfast is there, and whether the plan's project and
// transitions are.
func (d *doctor) jira(t *jira.Tracker, p *plan.Plan) {
	ctx, done := context.WithTimeout(d.ctx, 4*askLimit) // it is some twenty questions
	defer done()
	project := ""
	if p != nil {
		project = p.Policy.TicketProject
	}
	x, err := t.Examine(ctx, project)
	if x.Account != "" {
		d.pass("jira", "account", "%s knows Holdfast as %s", x.Kind, x.Account)
	}
	if err != nil {
		d.refused("jira", "jira.url", err)
		return
	}
	if strings.HasPrefix(d.config.JiraURL, "http:") {
		d.warn("jira", "jira.url", "Write https.", "the token travels in the open")
	}
	if d.config.JiraHook.Given() {
		d.pass("jira", "webhook", "taken at /webhooks/jira")
	} else {
		d.warn("jira", "webhook", "docs/jira.md says how to set one up, and jira.webhook_secret.", "what people do in Jira is seen within a minute, not at once")
	}
	if p == nil {
		return
	}
	if project == "" {
		d.warn("jira", "project", "Set ticket.project in the plan's policy.yaml.", "no tickets are opened")
		return
	}
	d.jiraTypes(x, p)
	d.jiraMoves(x, p)
	if p.Policy.TicketLink && d.config.PublicURL == "" {
		d.warn("jira", "links", "Set public_url.", "the links in tickets lead nowhere")
	}
}

func (d *doctor) jiraTypes(x jira.Examined, p *plan.Plan) {
	wanted := []string{d.config.JiraType}
	if p.Policy.TicketTasks {
		wanted = append(wanted, d.config.JiraSubType)
	}
	for _, kind := range wanted {
		if !slices.Contains(x.Types, kind) {
			d.fail("jira", "types", "Name others by jira.issue_type and jira.subtask_type.", "the project %s has no type %q; it has %s", p.Policy.TicketProject, kind, strings.Join(x.Types, ", "))
			return
		}
	}
	d.pass("jira", "project", "%s has the type %s", p.Policy.TicketProject, strings.Join(wanted, " and "))
}

// jiraMoves looks for the plan's transitions among those that tickets of the
// project are offered.
func (d *doctor) jiraMoves(x jira.Examined, p *plan.Plan) {
	for _, turn := range incident.Turns {
		step := p.Policy.TicketMoves[turn]
		check := "ticket.move." + turn
		switch {
		case step == "":
		case len(x.Looked) == 0:
			d.warn("jira", check, "Open a ticket there, then ask again.", "the project has no ticket whose workflow could be looked at")
		case x.Offers(step):
			d.pass("jira", check, "%q is offered", step)
		default:
			d.warn("jira", check, "Compare the name with the buttons of a ticket; open tickets in other states and ask again.",
				"%q is not offered from %s", step, strings.Join(x.Looked, ", "))
		}
	}
}
