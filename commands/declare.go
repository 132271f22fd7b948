package commands

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/plaintext"
	"holdfast/plan"
)

var health = Param{Name: "health", In: key, Label: "Health", Options: []string{"outage", "degraded"}}

var declare = Command{
	Verb: "declare", Synonyms: []string{"new", "open", "create", "start"},
	Usage: `declare "title" sev:1 service:a,b health:outage|degraded impact:"..." at:-15m --commander @u --comms @u --private --drill --retro`,
	Says:  "declare an incident", Who: "anyone", Once: true, Anywhere: true,
	Examples: []string{`declare "checkout failing" sev:1 service:payments-api`, `declare "login slow" service:idp health:degraded at:-15m`, `declare "failover drill" service:ledger --drill`},
	Params: []Param{
		{Name: "title", In: text, Label: "What is wrong", Required: true, Hint: "as users would say it"},
		{Name: "sev", In: key, Label: "Severity", Options: []string{"1", "2", "3", "4"}},
		{Name: "service", In: key, Label: "Services", List: true},
		health,
		{Name: "impact", In: key, Label: "Impact", Long: true},
		{Name: "at", In: key, Label: "Started at"},
		{Name: "commander", In: key, Label: "Commander"},
		{Name: "comms", In: key, Label: "Communications lead"},
		{Name: "private", In: flag}, {Name: "drill", In: flag}, {Name: "retro", In: flag},
	},
	Run: runDeclare,
}

func runDeclare(ctx context.Context, c *Call) (bot.Reply, error) {
	d, err := c.declaration(ctx)
	if err != nil {
		return bot.Reply{}, err
	}
	if form, err := c.complete(); form != nil || err != nil {
		return c.orAsk(ctx, form, err)
	}
	if c.args.Flags[dryRun] {
		result, err := c.bot.Engine.PreviewDeclare(ctx, c.engineCommand(nil), d)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.previewed(result)
	}
	result, err := c.bot.Engine.Declare(ctx, c.engineCommand(nil), d)
	if err != nil {
		return bot.Reply{}, err
	}
	reply, err := c.recorded(result, "declared")
	reply.MoveTo = result.State.Room
	return reply, err
}

// declaration completes what was typed from the plan. Unknown names are
// refused before any form opens.
func (c *Call) declaration(ctx context.Context) (incident.Declare, error) {
	p := c.plan
	d := incident.Declare{
		Title: strings.TrimSpace(c.Arg("title")), Impact: c.Arg("impact"),
		Private: c.args.Flags["private"], Drill: c.args.Flags["drill"], Retro: c.args.Flags["retro"],
		Zone: p.Policy.Zone, Terms: c.terms(), JoinWithin: p.Policy.JoinWindow,
	}
	var err error
	if d.Services, err = c.services("service"); err != nil {
		return d, err
	}
	if d.Commander, err = c.someone("commander"); err != nil {
		return d, err
	}
	if d.Comms, err = c.someone("comms"); err != nil {
		return d, err
	}
	if d.T0, err = c.past("at", c.zone(incident.State{})); err != nil {
		return d, err
	}
	if d.Severity, err = c.severity("sev"); err != nil {
		return d, err
	}
	if d.Severity != 0 { // SEV-1 and 1 are the same words
		c.args.Keys["sev"] = strconv.Itoa(d.Severity)
	}
	if v := c.Arg("health"); v != "" {
		if d.Health, err = option(health, v); err != nil {
			return d, err
		}
	}
	d.Slug = plaintext.Slug(d.Title)
	d.Owners = p.OwnersOf(d.Services)
	t0 := d.T0
	if t0.IsZero() {
		t0 = c.now
	}
	d.Objectives = objectives(c.ruled(ctx), d.Services, t0, c.now)
	d.Invite = p.Invited(d.Services)
	d.Proposed, _ = c.ruled(ctx).ProposeSeverity(d.Services, d.Health)
	sev := d.Severity
	if sev == 0 {
		sev = d.Proposed
	}
	d.Page = c.targets(p.Paged(d.Services, sev)...)
	if command := p.PagedForCommand(sev); command != "" {
		d.PageAlways = c.targets(command)
	}
	d.Ticket = p.TicketProject(sev) != ""
	return d, nil
}

// terms writes the plan's consequences down, so that replay never asks it.
func (c *Call) terms() incident.Terms {
	p := c.plan
	t := incident.Terms{
		Cadence: map[string][4]incident.Dur{}, Remind: incident.Dur(p.Policy.CadenceReminder), Grace: incident.Dur(p.Policy.CadenceMissed),
		OfferLife: incident.Dur(p.Policy.OfferExpiry), UnclaimedAfter: incident.Dur(p.Policy.CommandRemind), UnclaimedRed: incident.Dur(p.Policy.CommandRed),
		SilentAfter: incident.Dur(p.Policy.CommandSilent), SilentSeverity: p.Policy.CommandSilentSeverity, Repeat: incident.Dur(p.Policy.RepeatWindow),
		PageSeverity: p.Policy.PageSeverity, PageConfirm: incident.Dur(p.Policy.PageConfirm),
		Digest: incident.Dur(p.Policy.FollowDigest),
		Stuck:  incident.Dur(p.Policy.EffectStuck), Deadline: incident.Dur(p.Policy.EffectDeadline), Gap: incident.Dur(p.Policy.ChatGap),
		PageNotes: p.Policy.PageNotes,
		Project:   p.Policy.TicketProject, TaskTickets: p.Policy.TicketTasks, TicketLink: p.Policy.TicketLink, Comments: p.Policy.TicketComments, Moves: maps.Clone(p.Policy.TicketMoves),
		ExecRoom: p.Policy.RoomExec, ExecMail: p.Policy.MailExec, Unstaffed: bot.Unstaffed(p, c.bot.Standing), Archive: p.Policy.RoomArchive,
		TitleMax: p.Policy.TitleMax, TextMax: p.Policy.TextMax,
		Components: c.components(),
	}
	if t.Components != nil {
		t.ApprovalLife = incident.Dur(p.Policy.ApprovalExpiry)
		t.Lasting, t.Later = incident.Dur(p.Policy.CustomerLasting), incident.Dur(p.Policy.CustomerLater)
	}
	for audience, every := range p.Cadences() {
		if audience != incident.Customer || t.Components != nil { // who sees nothing waits for nothing
			t.Cadence[audience] = durs(every)
		}
	}
	if to := p.Policy.PageEscalate; to != "" {
		target := c.targets(to)[0]
		t.Escalate = &target
	}
	return t
}

func durs(d [4]time.Duration) (out [4]incident.Dur) {
	for i := range d {
		out[i] = incident.Dur(d[i])
	}
	return out
}

func (c *Call) targets(to ...string) []incident.Target {
	return targetsOf(c.plan, to...)
}

func targetsOf(p *plan.Plan, to ...string) []incident.Target {
	var all []incident.Target
	for _, t := range to {
		one := incident.Target{To: t, Fallback: p.Fallback(t)}
		if p.Policy.PageMail {
			one.Mail = p.Mailed(one.Fallback)
		}
		all = append(all, one)
	}
	return all
}
