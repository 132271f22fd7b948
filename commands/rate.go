package commands

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"holdfast/bot"
	"holdfast/engine"
	"holdfast/internal/fault"
	"holdfast/journal"
	"holdfast/plan"
	"holdfast/readiness"
	"holdfast/templates"
)

// The parameters of what rates a service.
var (
	rated    = Param{Name: "service", In: word, Label: "Service", Required: true}
	tierOf   = Param{Name: "tier", In: key, Label: "Tier", Options: []string{"0", "1", "2", "3", "4"}, Required: true, Hint: "0 is the foundation, 4 waits longest"}
	rtoOf    = Param{Name: "rto", In: key, Label: "RTO", Reads: length, Required: true, Hint: "such as 45m, 4h, 1d"}
	whyRated = Param{Name: "because", In: because, Label: "Why", Long: true, Required: true}
	cardOf   = Param{Name: "card", In: key, Label: "Card of plan", Hint: "the card that is answered; filled by its button"}
)

var rate = Command{
	Verb: "rate", Usage: `rate SERVICE tier:2 rto:4h because "..." [side:it|business]`, Says: "say how grave a service's absence is and how soon it has to be back", Anywhere: true,
	Who:      "the business owners of the service and of the processes that need it, and the team that runs it",
	Examples: []string{`rate reporting tier:2 rto:4h because "orders stop without it"`},
	Params:   []Param{rated, tierOf, rtoOf, whyRated, {Name: "side", In: key, Label: "Side", Options: []string{readiness.IT, readiness.Business}}, cardOf},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		x, standard, err := c.rating()
		if err != nil {
			return bot.Reply{}, err
		}
		side := c.Arg("side")
		if side != "" {
			side, _ = pickOption(side, []string{readiness.IT, readiness.Business}) // complete has accepted it
		}
		return c.rate(ctx, readiness.Rate{Standard: standard, Because: c.args.Because, Side: side, Card: c.Arg("card"), Subject: x})
	}),
}

// rating reads a service of the plan and what is demanded of it.
func (c *Call) rating() (x readiness.Subject, standard readiness.Standard, err error) {
	if x, err = c.subject("service"); err != nil {
		return x, standard, err
	}
	standard, err = c.standard()
	return x, standard, err
}

// subject is the service that a parameter names, as the plan has it.
func (c *Call) subject(param string) (readiness.Subject, error) {
	s, err := c.plan.FindService(strings.ToLower(c.Arg(param)))
	return c.subjectOf(s.ID), err
}

func (c *Call) subjectOf(service string) readiness.Subject {
	x := readiness.SubjectOf(c.plan, service, c.request.Platform)
	x.Proposes = c.bot.Proposes
	return x
}

func (c *Call) standard() (readiness.Standard, error) {
	tier, err := strconv.Atoi(strings.TrimLeft(strings.ToLower(c.Arg("tier")), "t"))
	if err != nil {
		return readiness.Standard{}, fault.Newf(fault.Range, "0 is the foundation, 4 waits longest.", "There is no tier %q: it is 0 to 4.", c.Arg("tier"))
	}
	rto, err := c.length("rto")
	return readiness.Standard{Tier: tier, RTO: journal.Dur(rto)}, err
}

// rate decides an action on the journal of ratings and reviews and renders what
// was recorded.
func (c *Call) rate(ctx context.Context, a readiness.Action) (bot.Reply, error) {
	cmd := c.engineCommand(nil)
	if c.args.Flags[dryRun] {
		result, err := c.bot.Engine.PreviewRate(ctx, cmd, a)
		if err != nil {
			return bot.Reply{}, err
		}
		v := c.planView()
		v.Entries, v.Lines = result.Entries, c.redactions()
		return c.render("dry-run", v)
	}
	result, err := c.bot.Engine.Rate(ctx, cmd, a)
	if err != nil {
		return bot.Reply{}, err
	}
	return c.noted(result)
}

// noted renders what was recorded about ratings and reviews.
func (c *Call) noted(r engine.ResultOf[readiness.State]) (bot.Reply, error) {
	v := c.planView()
	v.Ref, v.Entries, v.Lines = r.Ref(), r.Entries, slices.Concat(c.redactions(), c.stillRules(r), c.byHand(r))
	reply, err := c.render("recorded", v)
	reply.Ref, reply.Journal = r.Ref(), r.Journal
	return reply, err
}

// stillRules says what rules where a rating was stated that is too near to the
// one before it for a dispute.
func (c *Call) stillRules(r engine.ResultOf[readiness.State]) []string {
	for _, e := range r.Entries {
		f, ok := e.Fact.(*readiness.RatingStated)
		if !ok {
			continue
		}
		_, disputed := r.State.OpenDispute(f.Service)
		s, known := readiness.InForce(c.plan, r.State, c.now).Service(f.Service)
		if rules := (readiness.Standard{Tier: s.Tier, RTO: journal.Dur(s.RTO)}); known && !disputed && rules != f.Standard {
			return []string{templates.StillRules(rules.String())}
		}
	}
	return nil
}

// byHand says what somebody has to change in the plan for a decision to be in
// it, where nothing proposes it.
func (c *Call) byHand(r engine.ResultOf[readiness.State]) []string {
	if c.bot.Proposes {
		if slices.ContainsFunc(r.Entries, func(e journal.Entry) bool {
			f, ok := e.Fact.(*journal.Requested)
			return ok && f.Type == journal.Propose
		}) {
			return []string{templates.OnItsWay}
		}
		return nil
	}
	service, to, ok := settledBy(r)
	if !ok {
		return nil
	}
	planned, _ := c.plan.Service(service)
	return c.edits(service, planned, to)
}

// settledBy is the rating that a command has settled, a decision's or that of a
// review without a dispute.
func settledBy(r engine.ResultOf[readiness.State]) (service string, to readiness.Standard, ok bool) {
	for _, e := range r.Entries {
		switch f := e.Fact.(type) {
		case *readiness.DisputeDecided:
			service, to, ok = f.Service, f.Standard, true
		case *readiness.ReviewChanged:
			service, to, ok = f.Service, f.Standard, true
		case *readiness.DisputeOpened:
			return "", to, false
		}
	}
	if _, disputed := r.State.OpenDispute(service); disputed {
		return "", to, false
	}
	return service, to, ok
}

// edits names the lines of the plan that a rating changes.
func (c *Call) edits(service string, planned plan.Service, to readiness.Standard) []string {
	line := func(key, value string) string {
		at := c.plan.Where("service/" + service + "." + key)
		if at.File == "" {
			at.File = "services/" + service + ".yaml"
		}
		return templates.ByHand(key, value, at)
	}
	var lines []string
	if planned.Tier != to.Tier {
		lines = append(lines, line("tier", strconv.Itoa(to.Tier)))
	}
	if journal.Dur(planned.RTO) != to.RTO {
		lines = append(lines, line("rto", to.RTO.String()))
	}
	return lines
}

// ruled is the plan with the tiers and RTOs that rule now. Without the journal of
// ratings it is the plan itself: nobody's declaration waits for that.
func (c *Call) ruled(ctx context.Context) *plan.Plan {
	s, err := c.bot.Engine.RecentReadiness(ctx)
	if err != nil {
		return c.plan
	}
	return readiness.InForce(c.plan, s, c.now)
}

// ratings is the journal of ratings and reviews as the store has it.
func (c *Call) ratings(ctx context.Context) (readiness.State, templates.View, error) {
	s, err := c.bot.Engine.Readiness(ctx)
	return s, c.planView(), err
}
