package main

import (
	"slices"
	"strings"

	"holdfast/plan"
)

// plan looks whether the plan can be used, and whether it reaches anybody.
func (d *doctor) plan() *plan.Plan {
	p, _, err := readPlan(d.config.PlanDir)
	if err != nil {
		d.refused("plan", "check", err)
		return nil
	}
	d.pass("plan", "check", "%s, %d services, %d people", p.Commit, len(p.Services), len(p.People))
	for _, group := range []string{"commanders", "comms"} {
		if by := p.Policy.SlackGroups[group]; by != "" && slices.Contains(p.Unstaffed(), group) {
			d.pass("plan", group, "whoever is in the user group %s of Slack", by)
			continue
		}
		if slices.Contains(p.Unstaffed(), group) {
			d.warn("plan", group, "Put people into the group in people.yaml.", "nobody is in the group %s, so everybody may do what it may", group)
			continue
		}
		d.pass("plan", group, "staffed")
	}
	var alone, silent []string
	for _, t := range p.Teams {
		if len(t.OnCall) < 2 {
			alone = append(alone, t.ID)
		}
		if t.Phone == "" && !slices.ContainsFunc(t.OnCall, func(id string) bool { x, _ := p.Person(id); return x.Phone != "" }) {
			silent = append(silent, t.ID)
		}
	}
	if len(alone) > 0 {
		d.warn("plan", "on call", "Name a second person in on_call.", "one person or nobody is on call for %s", strings.Join(alone, ", "))
	} else {
		d.pass("plan", "on call", "every team has two people")
	}
	if len(silent) > 0 {
		d.warn("plan", "telephones", "Give the team, or who is on call, a phone: it is what is left when the pager fails.", "no number is known for %s", strings.Join(silent, ", "))
	} else {
		d.pass("plan", "telephones", "every team can be called")
	}
	return p
}
