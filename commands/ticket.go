package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
)

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
