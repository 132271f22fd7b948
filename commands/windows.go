package commands

import (
	"context"
	"regexp"
	"slices"
	"time"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/incident"
	"holdfast/internal/fault"
	"holdfast/plan"
	"holdfast/plan/order"
	"holdfast/plan/window"
	"holdfast/templates"
)

var windows = Command{
	Verb: "windows", Usage: "windows --at 2026-10-30T17:30:00Z", Says: "show which windows are open or come next, and the deadlines they bring forward", Who: insiders, Anywhere: true,
	Examples: []string{"windows", "windows --at 2026-10-30T17:30:00Z"},
	Params:   []Param{{Name: "at", In: key, Label: "At", Hint: "now when left out; a day means its begin"}},
	Run: asked(func(ctx context.Context, c *Call) (bot.Reply, error) {
		at, err := c.instantAsked()
		if err != nil {
			return bot.Reply{}, err
		}
		all, err := periods(c.ruled(ctx), at)
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.planView()
		v.Answer = all
		return c.render("windows", v)
	}),
}

// instantAsked is when the question is about: now, an instant, or the begin of
// a day in the plan's zone.
func (c *Call) instantAsked() (time.Time, error) {
	said := c.Arg("at")
	if said == "" {
		return c.now, nil
	}
	zone := c.zone(incident.State{})
	if day, err := time.ParseInLocation(time.DateOnly, said, zone); err == nil {
		return day, nil
	}
	if onlyDay.MatchString(said) {
		return time.Time{}, fault.Newf(fault.Range, "Write a day such as 2026-10-30.", "There is no day %s.", said)
	}
	return grammar.Time(said, c.now, zone)
}

var onlyDay = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// mostWindows is how many windows of each kind an answer names.
const mostWindows = 8

// periods says how the windows of a plan stand at an instant, and what they make
// of an outage of everything that begins then.
func periods(p *plan.Plan, at time.Time) (templates.Periods, error) {
	all := templates.Periods{At: at}
	for _, s := range window.At(p, at) {
		if !s.Known {
			continue
		}
		x := templates.Period{ID: s.Window.ID, Name: s.Window.Name, From: s.Span.Start, To: s.Span.End, Services: named(s.Window.Services), RTO: incident.Dur(s.Span.RTO),
			Authority: s.Window.Authority, Procedure: s.Window.Procedure}
		if s.Window.Cite != "" {
			x.Authority += " (" + s.Window.Cite + ")"
		}
		if s.Active {
			all.Active = append(all.Active, x)
		} else {
			all.Next = append(all.Next, x)
		}
		for _, u := range s.Uncovered {
			all.Notes = append(all.Notes, u.String()+".")
		}
	}
	slices.SortStableFunc(all.Next, func(a, b templates.Period) int { return a.From.Compare(b.From) })
	all.Active, all.MoreActive = capped(all.Active, mostWindows)
	all.Next, all.More = capped(all.Next, mostWindows)
	all.Notes, _ = capped(all.Notes, mostWindows)
	return all, tighten(p, at, &all)
}

// tighten adds the deadlines that windows bring forward, and what becomes of the
// recovery by them.
func tighten(p *plan.Plan, at time.Time, all *templates.Periods) error {
	usual, err := recoveryOf(p, nil)
	if err != nil {
		return err
	}
	effect := window.Tighten(p, usual.list, at)
	if len(effect.Tightened) == 0 {
		return nil
	}
	for _, t := range effect.Tightened {
		all.Tightened = append(all.Tightened, templates.Tightened{Service: t.Service, Window: t.By.Window, Due: t.Due, Within: incident.Dur(t.After), Instead: incident.Dur(usual.times[t.Service].Deadline)})
	}
	then, err := recoveryOf(p, effect.Deadlines())
	if err != nil {
		return err
	}
	for _, j := range then.schedule.Jobs {
		if j.Verdict != order.OK {
			step := then.step(j.ID)
			step.Marks = []string{string(j.Verdict)}
			all.Late = append(all.Late, step)
		}
	}
	for _, t := range then.list {
		if t.Inverted {
			all.Inverted = append(all.Inverted, then.step(t.ID))
		}
	}
	all.Tightened, all.MoreTightened = capped(all.Tightened, mostNames)
	all.Late, all.MoreLate = capped(all.Late, mostNames)
	all.Inverted, all.MoreInverted = capped(all.Inverted, mostNames)
	return nil
}

// reach is how far back the start of impact may be corrected without another
// window coming into sight.
const reach = 24 * time.Hour

// objectives is how soon the plan wants services back that are out since t0.
// What is written down needs no plan later. A plan that gives no order gives no
// deadline either: that keeps nobody from declaring.
func objectives(p *plan.Plan, services []string, t0, now time.Time) []incident.Objective {
	if len(services) == 0 {
		return nil
	}
	g, err := order.New(p.Services)
	if err != nil {
		return nil
	}
	var all []incident.Objective
	for _, t := range g.Times(nil) {
		if !slices.Contains(services, t.ID) {
			continue
		}
		o := incident.Objective{Service: t.ID, RTO: incident.Dur(t.Deadline), Earliest: incident.Dur(t.Finish)}
		spans, _ := window.Of(p, t.ID, t0.Add(-reach), now.Add(max(t.Deadline, t.Finish)+1))
		for _, s := range spans {
			o.Windows = append(o.Windows, incident.Window{ID: s.Window, Start: s.Start.UTC(), End: s.End.UTC(), RTO: incident.Dur(s.RTO)})
		}
		all = append(all, o)
	}
	return all
}
