package console_test

import (
	"context"
	"fmt"
	"strings"

	"holdfast/bot"
	"holdfast/bot/console"
	"holdfast/internal/fault"
	"holdfast/templates"
)

// desk is a small incident bot: one incident, a headline that is kept true, an
// offer by direct message. What it sets off outside happens in settle.
type desk struct {
	chat      *console.Chat
	title     string
	commander string
	notes     []string
	offered   string
	headline  string // its id, once posted
	drawn     string
	todo      []func(ctx context.Context) error
}

const inc1 = "#inc-1-checkout-failing"

func (d *desk) Handle(_ context.Context, r bot.Request) bot.Reply {
	if r.Form != nil {
		if len(r.Form.Fields[0].Value) > 20 {
			f := *r.Form
			f.Fields[0].Error = "longer than 20 characters"
			return bot.Reply{Message: says("Not yet."), Form: &f, Code: fault.Length}
		}
		return d.declare(r, r.Form.Fields[0].Value)
	}
	verb, rest, _ := strings.Cut(r.Text, " ")
	switch verb {
	case "declare":
		if rest != "" {
			return d.declare(r, strings.Trim(rest, `"`))
		}
		return bot.Reply{Form: &bot.Form{ID: r.Delivery, Title: "Declare an incident", Root: "incident", Verb: "declare", Submit: "Declare", Fields: []bot.Field{
			{Name: "title", Label: "What is wrong", Kind: "line", Required: true},
			{Name: "sev", Label: "Severity", Kind: "choice", Value: "3", Options: []string{"1", "2", "3"}},
			{Name: "impact", Label: "Impact", Kind: "text", Hint: "whom it hurts, and what they can no longer do while it lasts"},
		}}}
	case "claim":
		if d.commander != "" {
			return bot.Reply{Message: says("E_NOT_OPEN @" + d.commander + " is commander."), Code: fault.NotOpen}
		}
		d.commander = r.Person
		return d.done("@" + r.Person + " took command")
	case "note":
		d.notes = append(d.notes, rest)
		return d.done("@" + r.Person + " noted: " + rest)
	case "offer":
		d.offered = strings.TrimPrefix(rest, "@")
		d.todo = append(d.todo, d.post("INC-1/dm:offer", rest, says("@"+r.Person+" offers you command.", templates.Button{Label: "Accept", Command: "accept", Style: "primary"})))
		return d.done("@" + r.Person + " offered command to " + rest)
	case "accept":
		if r.Person != d.offered {
			return bot.Reply{Message: says("E_NOT_ADDRESSEE"), Code: fault.NotAddressee}
		}
		d.commander, d.offered = r.Person, ""
		return d.done("@" + r.Person + " accepted command")
	case "close":
		return bot.Reply{Message: says("Close it for good?", templates.Button{Label: "Close", Command: "note closed", Confirm: true, Style: "danger"})}
	}
	return bot.Reply{Message: says("E_UNKNOWN_VERB there is no " + verb), Code: fault.UnknownVerb}
}

func (d *desk) declare(r bot.Request, title string) bot.Reply {
	d.title = title
	d.todo = append(d.todo, func(ctx context.Context) error {
		if _, err := d.chat.Open(ctx, bot.Room{Name: inc1, Key: "INC-1/room:main@console"}); err != nil {
			return err
		}
		return d.chat.Invite(ctx, inc1, []string{r.Person, "bob", "carol"})
	})
	return bot.Reply{Message: says("Declared as INC-1#1.", templates.Button{Label: "Claim command", Command: "claim", Style: "primary"}), MoveTo: inc1, Journal: "INC-1", Ref: "INC-1#1"}
}

func (d *desk) done(what string) bot.Reply { return bot.Reply{Message: says(what), Journal: "INC-1"} }

func (d *desk) post(key, to string, m templates.Message) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := d.chat.Post(ctx, bot.Message{Key: key, To: to, Body: m})
		return err
	}
}

// settle does what is left to do and draws the headline.
func (d *desk) settle(ctx context.Context) {
	for _, do := range d.todo {
		if err := do(ctx); err != nil {
			panic(err)
		}
	}
	d.todo = nil
	if d.title == "" {
		return
	}
	m := d.now()
	if text := templates.Plain(m); text != d.drawn {
		d.drawn = text
		d.headline, _ = d.chat.Post(ctx, bot.Message{Key: "INC-1/post:headline@console", To: inc1, Ref: d.headline, Body: m})
		_ = d.chat.SetTopic(ctx, inc1, "INC-1 SEV1 investigating · commander @"+d.commander)
	}
}

func (d *desk) now() templates.Message {
	field := func(k, v string) templates.Field {
		return templates.Field{Key: []templates.Span{{Text: k}}, Value: []templates.Span{{Text: v}}}
	}
	who := "UNCLAIMED"
	if d.commander != "" {
		who = "@" + d.commander
	}
	m := templates.Message{Blocks: []templates.Block{
		{Kind: templates.Header, Level: 1, Text: []templates.Span{{Text: "INC-1 SEV1 " + d.title}}},
		{Kind: templates.Fields, Fields: []templates.Field{field("Commander", who), field("Notes", fmt.Sprint(len(d.notes)))}},
	}}
	if d.offered != "" {
		m.Blocks = append(m.Blocks, says("Command is offered to @"+d.offered+".").Blocks...)
	}
	buttons := []templates.Button{{Label: "Status", Command: "status"}}
	if d.commander == "" {
		buttons = append([]templates.Button{{Label: "Claim command", Command: "claim", Style: "primary"}}, buttons...)
	} else {
		buttons = append(buttons, templates.Button{Label: "Hand over", Command: "offer @carol"})
	}
	m.Blocks = append(m.Blocks, templates.Block{Kind: templates.Actions, Buttons: buttons})
	return m
}
