package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/config"
	"holdfast/integrations/statuspage"
	"holdfast/internal/clock"
	"holdfast/plan"
)

// statusPage returns the page on which customers are told, without calling it;
// nil where none is configured.
func statusPage(ctx context.Context, c config.Config, env func(string) string) (*statuspage.Page, error) {
	if c.StatusPage == "" {
		return nil, nil
	}
	token, err := c.StatusPageToken.Fetch(ctx, env)
	if err != nil {
		return nil, err
	}
	out, err := wayOut(c)
	if err != nil {
		return nil, err
	}
	return statuspage.New(statuspage.Options{API: c.StatusPageAPI, Token: token, Page: c.StatusPage, Quiet: c.StatusPageQuiet, HTTP: out, Clock: clock.System{}})
}

// statusPage asks the page who it is, and whether it has the plan's components.
func (d *doctor) statusPage(p *plan.Plan) {
	const check = "status page"
	var wanted map[string]string // service -> component
	if p != nil {
		wanted = p.Policy.StatusComponents
	}
	page, err := statusPage(d.ctx, d.config, d.env)
	switch {
	case err != nil:
		d.refused("providers", check, err)
		return
	case page == nil && len(wanted) > 0:
		d.warn("providers", check, "Set statuspage.page and statuspage.token, or leave statuspage.components out of the plan's policy.", "the plan owes customers updates, and there is no page to put them on")
		return
	case page == nil:
		return
	}
	ctx, done := context.WithTimeout(d.ctx, askLimit)
	defer done()
	x, err := page.Examine(ctx)
	if err != nil {
		d.fail("providers", check, "Look at statuspage.page, statuspage.token and the way there.", "%v", err)
		return
	}
	d.pass("providers", check, "%q answers and lets Holdfast in; nothing was written", x.Name)
	if strings.HasPrefix(d.config.StatusPageAPI, "http:") {
		d.warn("providers", check, "Write https.", "the key travels in the open")
	}
	if p == nil {
		return
	}
	if len(wanted) == 0 {
		d.warn("providers", "components", "Set statuspage.components in the plan's policy.yaml; docs/statuspage.md says how.", "the plan shows no service on the page: customers are owed no updates")
	}
	for _, service := range slices.Sorted(maps.Keys(wanted)) {
		id := wanted[service]
		if name, has := x.Components[id]; has {
			d.pass("providers", "component of "+service, "%s, %q", id, name)
			continue
		}
		d.fail("providers", "component of "+service, "Mend statuspage.components in the plan's policy.yaml; the page has "+componentList(x.Components)+".", "the page has no component %s: what names it is refused", id)
	}
}

// componentList names a few components.
func componentList(all map[string]string) string {
	const most = 10
	var some []string
	for _, id := range slices.Sorted(maps.Keys(all)) {
		some = append(some, id+" ("+all[id]+")")
	}
	if n := len(some) - most; n > 0 {
		some = append(some[:most], "and more")
	}
	if len(some) == 0 {
		return "none"
	}
	return strings.Join(some, ", ")
}
