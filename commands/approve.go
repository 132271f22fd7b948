package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

const whoApproves = "members of the approvers group, but for who asked"

var approvalID = Param{Name: "approval", In: word, Label: "Approval", Required: true, Hint: "A1"}

var approve = Command{
	Verb: "approve", Usage: "approve A1", Says: "let the text go out that an approval is about, to the letter", Who: whoApproves,
	Examples: []string{"approve A1"},
	Params:   []Param{approvalID},
	Run: ifWaiting(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.Approve{ID: strings.ToUpper(c.Arg("approval"))})
	}),
}

var deny = Command{
	Verb: "deny", Usage: `deny A1 because "..."`, Says: "keep the text from going out that an approval is about", Who: whoApproves,
	Examples: []string{`deny A1 because "we do not know yet that it is the database"`},
	Params:   []Param{approvalID, {Name: "because", In: because, Label: "Why", Required: true, Long: true}},
	Run: ifWaiting(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.Deny{ID: strings.ToUpper(c.Arg("approval")), Because: c.args.Because})
	}),
}

// ifWaiting opens no form while there is nothing to answer.
func ifWaiting(run func(context.Context, *Call) (bot.Reply, error)) func(context.Context, *Call) (bot.Reply, error) {
	run = filled(run)
	return func(ctx context.Context, c *Call) (bot.Reply, error) {
		if c.incident != "" && c.Arg("approval") == "" {
			if err := c.admitted(ctx); err != nil {
				return bot.Reply{}, err
			}
			waits := slices.ContainsFunc(c.seen.Approvals, func(p incident.Approval) bool { return p.State == incident.Waiting })
			if c.seen.ID != "" && !waits {
				return bot.Reply{}, fault.Newf(fault.NotOpen, "`/incident update \"...\" audience:customer` asks for one.", "No approval waits in %s.", c.seen.ID)
			}
		}
		return run(ctx, c)
	}
}

// approvers are all people who may say whether something goes out.
func (c *Call) approvers() []string {
	var all []string
	for _, p := range c.plan.People {
		if !p.Guest && slices.Contains(bot.GroupsOf(p, c.bot.Standing), incident.Approvers) {
			all = append(all, p.ID)
		}
	}
	return all
}

// internal are the ids of all services.
func (c *Call) internal() []string {
	var all []string
	for _, s := range c.plan.Services {
		all = append(all, s.ID)
	}
	return all
}

// components are the services that the status page shows.
func (c *Call) components() map[string]incident.Component {
	if len(c.plan.Policy.StatusComponents) == 0 {
		return nil
	}
	all := map[string]incident.Component{}
	for service, id := range c.plan.Policy.StatusComponents {
		s, _ := c.plan.Service(service)
		all[service] = incident.Component{ID: id, Name: s.Name}
	}
	return all
}
