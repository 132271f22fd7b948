package pagerduty

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	api "github.com/PagerDuty/go-pagerduty"

	"holdfast/integrations"
	"holdfast/internal/fault"
	"holdfast/plan"
)

// How long an answer about who is on call is good for, and for how long it is
// better than none.
const (
	onCallFresh = time.Minute
	onCallStale = 12 * time.Hour
)

// onCallCache keeps the last answer about each target.
type onCallCache struct {
	mu      sync.Mutex
	answers map[string]onCallAnswer
}

type onCallAnswer struct {
	at  time.Time
	who []integrations.OnCall
}

func (c *onCallCache) get(target string) (onCallAnswer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.answers[target]
	return a, ok
}

func (c *onCallCache) put(target string, a onCallAnswer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers[target] = a
}

// aged is the answer with its age.
func (a onCallAnswer) aged() []integrations.OnCall {
	all := slices.Clone(a.who)
	for i := range all {
		all[i].AsOf = a.at
	}
	return all
}

// OnCall implements integrations.OnCaller. An answer is kept for a minute; an
// older one is given, with its age, when PagerDuty does not answer.
func (p *Pager) OnCall(ctx context.Context, target string) ([]integrations.OnCall, error) {
	in, user := p.o.Plan().PagerDutyOf(target)
	if user != "" {
		x, _ := p.o.Plan().PersonOfPagerDuty(user)
		return []integrations.OnCall{{Person: x.ID, Name: x.Name, Phone: x.Phone}}, nil
	}
	if !in.Given() {
		return nil, fault.Newf(fault.UnknownID, "Give it a pagerduty id in the plan.", "The plan does not say what %s is in PagerDuty.", target)
	}
	now, slot := p.o.Clock.Now(), in.Kind+":"+in.ID
	kept, known := p.onCall.get(slot)
	if known && now.Sub(kept.at) < onCallFresh {
		return kept.aged(), nil
	}
	who, err := p.onCallOf(ctx, in)
	switch {
	case err == nil:
		p.onCall.put(slot, onCallAnswer{now, who})
		return who, nil
	case known && now.Sub(kept.at) < onCallStale:
		return kept.aged(), nil
	}
	return nil, err
}

// firstOf returns the user who is to be called for a schedule. It asks anew:
// who is called must be on call now.
func (p *Pager) firstOf(ctx context.Context, in plan.InPagerDuty) (user string, err error) {
	all, err := p.shifts(ctx, in)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", fmt.Errorf("%s: nobody is on call in the schedule %s", name, in.ID)
	}
	return all[0].User.ID, nil
}

func (p *Pager) onCallOf(ctx context.Context, in plan.InPagerDuty) ([]integrations.OnCall, error) {
	all, err := p.shifts(ctx, in)
	if err != nil {
		return nil, err
	}
	who := []integrations.OnCall{}
	for _, s := range all {
		o := integrations.OnCall{Name: personName(cmp.Or(s.User.Name, s.User.Summary)), Until: at(s.End)}
		if x, known := p.o.Plan().PersonOfPagerDuty(s.User.ID); known {
			o.Person = x.ID
		}
		who = append(who, o)
	}
	return who, nil
}

// shifts returns who is on call, those first who are called first, each once.
func (p *Pager) shifts(ctx context.Context, in plan.InPagerDuty) ([]api.OnCall, error) {
	o := api.ListOnCallOptions{Limit: perPage, Earliest: true, Includes: []string{"users"}}
	switch in.Kind {
	case plan.PagerDutySchedule:
		o.ScheduleIDs = []string{in.ID}
	case plan.PagerDutyService:
		policy, err := p.policyOf(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		o.EscalationPolicyIDs = []string{policy}
	default:
		o.EscalationPolicyIDs = []string{in.ID}
	}
	var all []api.OnCall
	for range mostPages {
		c := p.call()
		answer, err := c.ListOnCallsWithContext(ctx, o)
		if err := c.over(ctx, err, http.StatusOK); err != nil {
			return nil, err
		}
		if answer.OnCalls == nil {
			return nil, c.unreadable("has no list of who is on call")
		}
		all = append(all, answer.OnCalls...)
		if !answer.More || len(answer.OnCalls) == 0 {
			break
		}
		o.Offset = uint(len(all))
	}
	slices.SortStableFunc(all, func(x, y api.OnCall) int { return cmp.Compare(x.EscalationLevel, y.EscalationLevel) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(x api.OnCall) bool {
		again := seen[x.User.ID] || !thing.MatchString(x.User.ID)
		seen[x.User.ID] = true
		return again
	}), nil
}

// policyOf returns the escalation policy of a service.
func (p *Pager) policyOf(ctx context.Context, service string) (string, error) {
	c := p.call()
	s, err := c.GetServiceWithContext(ctx, service, nil)
	if err := c.over(ctx, err, http.StatusOK); err != nil {
		return "", err
	}
	if !thing.MatchString(s.EscalationPolicy.ID) {
		return "", c.unreadable("names no escalation policy")
	}
	return s.EscalationPolicy.ID, nil
}
