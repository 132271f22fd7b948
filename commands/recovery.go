package commands

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/plan"
	"holdfast/plan/order"
	"holdfast/templates"
)

// recovery is the order in which a plan's services come back, with what the
// deadlines in force make of it.
type recovery struct {
	plan     *plan.Plan
	graph    *order.Graph
	list     []order.Times // by id
	times    map[string]order.Times
	schedule order.Schedule
	jobs     map[string]order.Job
}

// recovery works out the order of the plan in force, with the tiers and RTOs
// that rule now.
func (c *Call) recovery(ctx context.Context) (recovery, error) {
	return recoveryOf(c.ruled(ctx), nil)
}

// askedOf is what asks about one service and its place in the order of recovery.
// The template draws the answer.
func askedOf(template string, answer func(context.Context, *Call, plan.Service, recovery) any) func(context.Context, *Call) (bot.Reply, error) {
	return asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		s, err := c.service()
		if err != nil {
			return bot.Reply{}, err
		}
		r, err := c.recovery(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.planView()
		v.Answer = answer(ctx, c, s, r)
		return c.render(template, v)
	})
}

func recoveryOf(p *plan.Plan, d order.Deadlines) (recovery, error) {
	g, err := order.New(p.Services)
	if err != nil {
		return recovery{}, fmt.Errorf("work out the order of recovery: %w", err)
	}
	r := recovery{plan: p, graph: g, list: g.Times(d), times: map[string]order.Times{}, schedule: g.Schedule(order.LimitsOf(p.Policy), d), jobs: map[string]order.Job{}}
	for _, t := range r.list {
		r.times[t.ID] = t
	}
	for _, j := range r.schedule.Jobs {
		r.jobs[j.ID] = j
	}
	return r, nil
}

// step is where a service stands in the recovery.
func (r recovery) step(id string) templates.Step {
	s, _ := r.plan.Service(id)
	t, j := r.times[id], r.jobs[id]
	step := templates.Step{ID: id, Team: s.Team, Tier: s.Tier, RTO: incident.Dur(t.Deadline), Work: incident.Dur(t.Work),
		Within: incident.Dur(t.Latest), Earliest: incident.Dur(t.Finish), Finish: incident.Dur(j.Finish), Hard: t.Hard, Through: t.Through}
	if t.Through != "" {
		by := r.times[t.Through]
		step.ThroughWithin, step.ThroughWork = incident.Dur(by.Latest), incident.Dur(by.Work)
	}
	step.Slack, step.Late = incident.Dur(max(j.Left(), 0)), incident.Dur(max(-j.Left(), 0))
	if t.Inverted {
		step.Marks = append(step.Marks, "INVERSION")
	}
	if t.Infeasible {
		step.Marks = append(step.Marks, "INFEASIBLE")
	}
	if j.Verdict == order.Breach || j.Verdict == order.Tight {
		step.Marks = append(step.Marks, string(j.Verdict))
	}
	return step
}

// How much of an order of recovery an answer shows.
const (
	mostWaves  = 10
	mostOfWave = 6
)

// ranks puts services into their waves, and leaves out what is too much to
// read: first what has no mark, and what is far from the one that is asked about.
func (r recovery) ranks(ids []string, own string) (all []templates.Rank, more int) {
	waves := map[int][]templates.Step{}
	for _, id := range ids {
		step := r.step(id)
		step.Own = id == own
		waves[r.times[id].Wave] = append(waves[r.times[id].Wave], step)
	}
	for _, wave := range slices.Sorted(maps.Keys(waves)) {
		steps := waves[wave]
		if len(steps) > mostOfWave {
			slices.SortStableFunc(steps, func(a, b templates.Step) int { return shown(b) - shown(a) })
		}
		rank := templates.Rank{Wave: wave}
		rank.Steps, rank.More = capped(steps, mostOfWave)
		all = append(all, rank)
	}
	if at := r.times[own].Wave; own != "" && len(all) > mostWaves+1 {
		here := slices.IndexFunc(all, func(x templates.Rank) bool { return x.Wave == at })
		all, more = all[min(max(here-mostWaves/2, 0), len(all)-mostWaves):], len(all)-mostWaves
		return all[:mostWaves], more
	}
	return capped(all, mostWaves)
}

// shown weighs what a reader must not miss.
func shown(s templates.Step) int {
	n := len(s.Marks)
	if s.Own {
		n += 10
	}
	return n
}
