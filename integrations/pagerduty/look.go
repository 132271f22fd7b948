package pagerduty

import (
	"context"
	"fmt"
	"net/http"

	api "github.com/PagerDuty/go-pagerduty"

	"holdfast/plan"
)

// Finding is one thing that a look at the account has shown; Problem is empty
// where it is as it should be.
type Finding struct{ About, Problem, Next string }

// Look asks PagerDuty for everything that pages depend on: the key, the user
// Holdfast acts as, and each service, escalation policy, schedule and priority
// that is named. It calls nobody. The error ends it: PagerDuty could not be
// asked.
func (p *Pager) Look(ctx context.Context) ([]Finding, error) {
	var all []Finding
	c := p.call()
	users, err := c.ListUsersWithContext(ctx, api.ListUsersOptions{Query: p.o.From})
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return nil, err
	}
	from := Finding{About: "the user " + p.o.From, Problem: "PagerDuty has no user with this login", Next: "Set pagerduty.from to the login mail of a user who may open incidents."}
	for _, u := range users.Users {
		if u.Email == p.o.From {
			from.Problem, from.Next = "", ""
		}
	}
	all = append(all, from)
	if err := p.lookAtIDs(ctx, &all); err != nil {
		return nil, err
	}
	return all, p.lookAtPriorities(ctx, &all)
}

// lookAtIDs asks for what the configuration and the plan name.
func (p *Pager) lookAtIDs(ctx context.Context, all *[]Finding) error {
	seen := map[plan.InPagerDuty]bool{}
	ask := func(of string, in plan.InPagerDuty) error {
		if !in.Given() || seen[in] {
			return nil
		}
		seen[in] = true
		path := map[string]string{plan.EscalationPolicy: "/escalation_policies/", plan.PagerDutyService: "/services/", plan.PagerDutySchedule: "/oncalls?limit=1&schedule_ids[]="}[in.Kind]
		c := p.call()
		var nothing struct{}
		err := c.send(ctx, http.MethodGet, path+in.ID, "", nil, &nothing, http.StatusOK)
		f := Finding{About: fmt.Sprintf("the %s %s of %s", in.Kind, in.ID, of)}
		switch {
		case c.isMissing():
			f.Problem, f.Next = "PagerDuty does not have it (any more): whoever is to be called by it is not", "Give the id of one that is there."
		case err != nil:
			return err
		}
		*all = append(*all, f)
		return nil
	}
	if err := ask("pagerduty.service", plan.InPagerDuty{Kind: plan.PagerDutyService, ID: p.o.Service}); err != nil {
		return err
	}
	now := p.o.Plan()
	for _, t := range now.Teams {
		if err := ask("team "+t.ID, t.PagerDuty); err != nil {
			return err
		}
		if !t.PagerDuty.Given() && p.o.RoutingKey == "" {
			*all = append(*all, Finding{"team " + t.ID, "nobody is called for it", "Give it a pagerduty id in the plan's teams.yaml, or set pagerduty.routing_key."})
		}
	}
	for _, s := range now.Services {
		if err := ask("service "+s.ID, s.PagerDuty); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pager) lookAtPriorities(ctx context.Context, all *[]Finding) error {
	c := p.call()
	answer, err := c.ListPrioritiesWithContext(ctx, api.ListPrioritiesOptions{})
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return err
	}
	there, list := map[string]bool{}, ""
	for _, x := range answer.Priorities {
		there[x.ID] = true
		list += " " + x.Name + " is " + x.ID + "."
	}
	if len(p.o.Priorities) == 0 && len(there) > 0 {
		*all = append(*all, Finding{"pagerduty.priorities", "incidents are opened without a priority", "Name four, from SEV1 to SEV4." + list})
	}
	for _, id := range p.o.Priorities {
		if !there[id] {
			*all = append(*all, Finding{"the priority " + id, "PagerDuty does not have it", "Name those there are." + list})
		}
	}
	return nil
}
