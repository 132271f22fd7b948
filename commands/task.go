package commands

import (
	"context"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/incident"
)

var taskAdd = Command{
	Verb: "task add", Usage: `task add "x" @u due:+30m`, Says: "give somebody work", Who: "anyone", Once: true,
	Examples: []string{`task add "check replica lag" @dan due:+10m`},
	Params: []Param{
		{Name: "text", In: text, Label: "Task", Required: true},
		{Name: "owner", In: person, Label: "Who"},
		{Name: "due", In: key, Label: "Due", Reads: deadline, Hint: "+30m"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		owner, due, err := c.ownerAndDue(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.AddTask{Text: c.Arg("text"), Owner: owner, Due: due})
	}),
}

func (c *Call) ownerAndDue(ctx context.Context) (owner *incident.Person, due time.Time, err error) {
	if owner, err = c.someone("owner"); err != nil {
		return nil, due, err
	}
	s, err := c.recent(ctx, c.incident)
	if err != nil {
		return nil, due, err
	}
	due, err = c.due("due", c.zone(s))
	return owner, due, err
}

// byID is a verb about one task or follow-up.
func byID(verb, label, usage, says string, action func(c *Call, id string) (incident.Action, error), more ...Param) Command {
	return Command{
		Verb: verb, Usage: usage, Says: says, Who: "anyone", Examples: []string{strings.ReplaceAll(usage, "...", "waiting for the vendor")},
		Params: append([]Param{{Name: "id", In: word, Label: label, Required: true}}, more...),
		Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
			a, err := action(c, strings.ToUpper(c.Arg("id")))
			if err != nil {
				return bot.Reply{}, err
			}
			return c.do(ctx, a)
		}),
	}
}

var (
	taskDone = byID("task done", "Task", "task done T1", "say that a task is done",
		func(_ *Call, id string) (incident.Action, error) { return incident.FinishTask{ID: id}, nil })
	taskBlock = byID("task block", "Task", `task block T1 because "..."`, "say that a task cannot go on, and why",
		func(c *Call, id string) (incident.Action, error) {
			return incident.BlockTask{ID: id, Because: c.args.Because}, nil
		}, Param{Name: "because", In: because, Label: "Why", Required: true, Long: true})
)
