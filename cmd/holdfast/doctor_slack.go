package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"holdfast/bot/slack"
	"holdfast/plan"
)

// slack asks Slack who the bot is and what it may do, and looks for people of
// the plan whom it could not reach there.
func (d *doctor) slack(p *plan.Plan) {
	w, err := slackWorkspace(d.ctx, d.config, d.env, func() *plan.Plan { return p }, slog.New(slog.DiscardHandler))
	if err != nil {
		d.refused("slack", "slack.token", err)
		return
	}
	if w == nil {
		return
	}
	ctx, done := context.WithTimeout(d.ctx, askLimit)
	defer done()
	me, err := w.Me(ctx)
	if err != nil {
		d.refused("slack", "token", err)
		return
	}
	d.pass("slack", "token", "the bot of the workspace %s (%s)", me.Name, me.Team)
	var missing []string
	for _, s := range slack.Scopes() {
		if !slices.Contains(me.Scopes, s) {
			missing = append(missing, s)
		}
	}
	switch {
	case len(me.Scopes) == 0:
		d.warn("slack", "scopes", "Compare them with `holdfast slack-manifest`.", "Slack does not say what the token allows")
	case len(missing) > 0:
		d.fail("slack", "scopes", "Install the app again with the manifest that `holdfast slack-manifest` prints.", "the app lacks %s", strings.Join(missing, ", "))
	default:
		d.pass("slack", "scopes", "all that is needed")
	}
	if p == nil {
		return
	}
	d.slackGroups(ctx, w, p)
	var unknown []string
	for _, person := range p.People {
		if person.Slack == "" {
			unknown = append(unknown, "@"+person.ID)
		}
	}
	if len(unknown) > 0 {
		d.warn("slack", "people", "Add `slack:` with their member id to people.yaml.", "%d of %d people have no account: %s", len(unknown), len(p.People), someOf(unknown))
		return
	}
	d.pass("slack", "people", "everybody of the plan has an account")
}

// slackGroups looks whether the user groups are there that the plan names, and
// whether anybody in them is somebody to the plan.
func (d *doctor) slackGroups(ctx context.Context, w *slack.Workspace, p *plan.Plan) {
	for _, group := range slices.Sorted(maps.Keys(p.Policy.SlackGroups)) {
		id := p.Policy.SlackGroups[group]
		members, err := w.UserGroup(ctx, id)
		if err != nil {
			d.refused("slack", "groups."+group, err)
			continue
		}
		known := 0
		for _, m := range members {
			if _, ok := p.PersonOfSlack(m); ok {
				known++
			}
		}
		if known == 0 {
			d.warn("slack", "groups."+group, "Add people to it in Slack, and their member ids to people.yaml.", "nobody of the plan is in the user group %s", id)
			continue
		}
		d.pass("slack", "groups."+group, "%d of the %d people in %s are in the plan", known, len(members), id)
	}
}

// someOf names at most five.
func someOf(all []string) string {
	if len(all) > 5 {
		return strings.Join(all[:5], ", ") + " ..."
	}
	return strings.Join(all, ", ")
}
