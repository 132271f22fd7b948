package commands

import (
	"context"
	"strconv"
	"strings"
	"time"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

var decide = Command{
	Verb: "decide", Usage: `decide "fail over to B" because "..." alternatives "wait 20m" --reversible no`, Says: "record a decision with its reason",
	Who: "the commander or the deputy", Examples: []string{`decide "fail over to B" because "replica lag 2 s"`},
	Params: []Param{
		{Name: "text", In: text, Label: "Decision", Required: true, Long: true},
		{Name: "because", In: because, Label: "Why", Long: true, Hint: "asked once; left empty it is stored as: no reason given"},
		{Name: "alternatives", In: key, Bare: true, Label: "Alternatives", Hint: "separate several with ;"},
		{Name: "reversible", In: key, Label: "Reversible", Options: []string{"yes", "no"}},
	},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		// A decision's reason is asked for once: a form that comes back without
		// one is taken as it is.
		if c.request.Form == nil {
			form, err := c.complete()
			switch {
			case err != nil:
				return bot.Reply{}, err
			case form != nil || c.args.Because == "":
				return c.ask(c.form())
			}
		}
		var alternatives []string
		for _, a := range strings.Split(c.Arg("alternatives"), ";") {
			if a = strings.TrimSpace(a); a != "" {
				alternatives = append(alternatives, a)
			}
		}
		return c.do(ctx, incident.MakeDecision{Text: c.Arg("text"), Because: c.args.Because, Alternatives: alternatives,
			Reversible: choose(c.Arg("reversible"), []string{"yes", "no"})})
	},
}

var note = Command{
	Verb: "note", Synonyms: []string{"log"}, Usage: `note "text" at:14:05 tag:finding`, Says: "put a remark on the record", Who: "anyone",
	Examples: []string{`note "replica lag is 2 s" tag:finding`},
	Params: []Param{
		{Name: "text", In: text, Label: "Note", Required: true, Long: true},
		{Name: "at", In: key, Label: "When", Hint: "14:05, -10m or RFC 3339; now when left out"},
		{Name: "tag", In: key, Label: "Tag"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		t, err := c.when(ctx, "at")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.AddNote{Text: c.Arg("text"), Tag: c.Arg("tag"), At: t})
	}),
}

var correct = Command{
	Verb: "correct", Usage: `correct 41 "text" because "..."`, Says: "supersede the text of an entry; both stay on the record", Who: "anyone",
	Examples: []string{`correct 41 "lag was 12 s" because "misread the chart"`},
	Params: []Param{
		{Name: "entry", In: word, Label: "Entry number", Required: true},
		{Name: "text", In: text, Label: "Corrected text", Required: true, Long: true}, reason,
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		number := c.Arg("entry")
		if _, after, ok := strings.Cut(number, "#"); ok {
			number = after
		}
		seq, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return bot.Reply{}, fault.Newf(fault.UnknownID, "`/incident timeline` shows the numbers.", "%q is not the number of an entry.", c.Arg("entry"))
		}
		return c.do(ctx, incident.Correct{Seq: seq, Text: c.Arg("text"), Because: c.args.Because})
	}),
}

var taskAdd = Command{
	Verb: "task add", Usage: `task add "x" @u due:+30m`, Says: "give somebody work", Who: "anyone", Once: true,
	Examples: []string{`task add "check replica lag" @dan due:+10m`},
	Params: []Param{
		{Name: "text", In: text, Label: "Task", Required: true},
		{Name: "owner", In: person, Label: "Who"},
		{Name: "due", In: key, Label: "Due", Hint: "+30m"},
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
	s, err := c.state(ctx)
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

var followupAdd = Command{
	Verb: "followup add", Usage: `followup add "x" @u due:2026-12-10`, Says: "note work for after the incident; it must be owned before closing",
	Who: "anyone", Once: true, Examples: []string{`followup add "alert on replica lag" @dan due:2026-12-10`},
	Params: []Param{
		{Name: "text", In: text, Label: "Follow-up", Required: true},
		{Name: "owner", In: person, Label: "Who"},
		{Name: "due", In: key, Label: "Due", Hint: "2026-12-10"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		owner, due, err := c.ownerAndDue(ctx)
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, incident.AddFollowup{Text: c.Arg("text"), Owner: owner, Due: due})
	}),
}

var ticketOpen = Command{
	Verb: "ticket open", Usage: `ticket open ["title"]`, Says: "open a ticket in the tracker", Who: "any responder", Once: true,
	Examples: []string{`ticket open "replace the failed disk"`},
	Params:   []Param{{Name: "title", In: text, Label: "Title", Hint: "the incident's title when left out"}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.OpenTicket{Title: c.Arg("title")})
	}),
}

var ticketLink = Command{
	Verb: "ticket link", Usage: "ticket link OPS-311", Says: "tie an existing ticket to the incident", Who: "any responder", Examples: []string{"ticket link OPS-311"},
	Params: []Param{{Name: "key", In: word, Label: "Ticket", Required: true}},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.LinkTicket{Key: strings.ToUpper(c.Arg("key"))})
	}),
}
