package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
)

var followupAdd = Command{
	Verb: "followup add", Usage: `followup add "x" @u due:2026-12-10`, Says: "note work for after the incident; it must be owned before closing",
	Who: "anyone", Once: true, Examples: []string{`followup add "alert on replica lag" @dan due:2026-12-10`},
	Params: []Param{
		{Name: "text", In: text, Label: "Follow-up", Required: true},
		{Name: "owner", In: person, Label: "Who"},
		{Name: "due", In: key, Label: "Due", Reads: deadline, Hint: "2026-12-10"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		owner, due, err := c.ownerAndDue(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.AddFollowup{Text: c.Arg("text"), Owner: owner, Due: due})
	}),
}

var (
	followupDone = byID("followup done", "Follow-up", "followup done F1", "say that a follow-up is done",
		func(_ *Call, id string) (incident.Action, error) { return incident.FinishFollowup{ID: id}, nil })
	followupOwn = byID("followup own", "Follow-up", "followup own F1 @dan", "give a follow-up to somebody",
		func(c *Call, id string) (incident.Action, error) {
			p, err := c.someone("owner")
			if err != nil || p == nil {
				return nil, err
			}
			return incident.OwnFollowup{ID: id, Owner: *p}, nil
		}, Param{Name: "owner", In: person, Label: "Who", Required: true})
)
