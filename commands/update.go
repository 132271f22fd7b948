package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/incident"
)

var audience = Param{Name: "audience", In: key, Label: "Audience", Options: incident.Audiences, Hint: "team when left out"}

const whoUpdates = "team: any responder; exec, customer and vendor: comms, or the commander while nobody holds comms; to customers it goes when a second person approves"

var vendor = Param{Name: "vendor", In: key, Label: "Vendor", Hint: "with audience:vendor; all whose services are in the incident when left out"}

var update = Command{
	Verb: "update", Usage: `update "text" audience:team|exec|customer|vendor next:30m`, Says: "send an update", Who: whoUpdates,
	Examples: []string{`update "failing over to B, next news in 30 min" audience:exec next:30m`, `update "Card payments fail. We are moving them to another site." audience:customer`, `update vendor acme-cloud "Volume vol-7 does not mount. We need the snapshot of 09:40Z."`},
	Params: []Param{
		{Name: "text", In: text, Label: "Update", Required: true, Long: true}, audience, vendor,
		{Name: "next", In: key, Label: "Next update in", Reads: length, Hint: "30m; the cadence when left out"},
	},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		c.audienceFirst()
		return sendUpdate(ctx, c)
	},
}

var sendUpdate = filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
	next, err := c.length("next")
	if err != nil {
		return bot.Reply{}, err
	}
	return c.do(ctx, c.sending(incident.SendUpdate{Audience: c.audience(), Vendor: strings.ToLower(c.Arg("vendor")), Text: c.Arg("text"), Next: next}))
})

// sending completes an update with what the plan says of those who read it.
func (c *Call) sending(a incident.SendUpdate) incident.SendUpdate {
	a.Asked, a.Internal, a.Vendors = c.approvers(), c.internal(), c.suppliers()
	return a
}

// suppliers are the vendors of the plan, with their contacts who read mail.
func (c *Call) suppliers() []incident.Supplier {
	var all []incident.Supplier
	for _, v := range c.plan.Vendors {
		one := incident.Supplier{ID: v.ID, Name: v.Name, Mail: v.Addresses()}
		if v.Contract != nil {
			one.Contract = v.Contract.Ref
		}
		for _, id := range v.Services {
			s, _ := c.plan.Service(id)
			one.Services = append(one.Services, incident.SuppliedService{ID: id, Name: s.Name})
		}
		all = append(all, one)
	}
	return all
}

func (c *Call) audience() string {
	if c.Arg("vendor") != "" && c.Arg("audience") == "" {
		return incident.Vendor
	}
	if v := c.Arg("audience"); v != "" {
		return choose(v, incident.Audiences)
	}
	return incident.Team
}

// audienceFirst reads `update exec "text"`, and `update exec`, which asks for
// the text: an audience before a quoted text or alone is one. What follows
// without quotation marks is all text, for "team is on it" is news. A vendor of
// the plan may stand behind its audience.
func (c *Call) audienceFirst() {
	words := c.args.Positional
	if len(words) > 1 && !words[0].Quoted && !words[1].Quoted && strings.EqualFold(words[0].Text, incident.Vendor) && c.Arg("vendor") == "" {
		if v, known := c.plan.Vendor(strings.ToLower(words[1].Text)); known && (len(words) == 2 || len(words) == 3 && words[2].Quoted) {
			c.args.Keys["vendor"], words = v.ID, append(words[:1:1], words[2:]...)
			c.args.Positional = words
		}
	}
	alone := len(words) == 1
	if !alone && !(len(words) == 2 && words[1].Quoted) || words[0].Quoted || c.Arg("audience") != "" {
		return
	}
	if a := strings.ToLower(words[0].Text); slices.Contains(incident.Audiences, a) {
		c.args.Keys["audience"], c.args.Positional = a, words[1:]
	}
}

var updateDraft = Command{
	Verb: "update draft", Usage: `update draft "text" audience:team|exec|customer|vendor`, Says: "keep the text of an update until somebody sends it", Who: "anyone",
	Examples: []string{`update draft "payments restored in region A" audience:exec`},
	Params:   []Param{{Name: "text", In: text, Label: "Update", Required: true, Long: true}, audience},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		c.audienceFirst()
		return keepDraft(ctx, c)
	},
}

var keepDraft = filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
	return c.do(ctx, incident.DraftUpdate{Audience: c.audience(), Text: c.Arg("text")})
})

var updateSend = Command{
	Verb: "update send", Usage: "update send U1 next:30m", Says: "send a draft", Who: whoUpdates, Once: true, Examples: []string{"update send U1"},
	Params: []Param{
		{Name: "draft", In: word, Label: "Draft", Required: true},
		{Name: "next", In: key, Label: "Next update in", Reads: length, Hint: "30m; the cadence when left out"},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		next, err := c.length("next")
		if err != nil {
			return bot.Reply{}, err
		}
		return c.do(ctx, c.sending(incident.SendUpdate{Draft: strings.ToUpper(c.Arg("draft")), Next: next}))
	}),
}

var updateSkip = Command{
	Verb: "update skip", Usage: `update skip team|exec|customer|vendor because "..."`, Says: "leave one update out", Who: whoUpdates,
	Examples: []string{`update skip exec because "call with the board is running"`},
	Params: []Param{
		{Name: "audience", In: word, Label: "Audience", Options: incident.Audiences, Required: true},
		{Name: "because", In: because, Label: "Why", Required: true, Long: true},
	},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.do(ctx, incident.SkipUpdate{Audience: choose(c.Arg("audience"), incident.Audiences), Because: c.args.Because})
	}),
}
