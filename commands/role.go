package commands

import (
	"context"

	"holdfast/bot"
	"holdfast/incident"
	"holdfast/internal/fault"
)

const roleNames = "commander|comms|deputy|scribe|lead:TEAM"

var role = Command{
	Verb: "role", Synonyms: []string{"assign", "lead", "roles"},
	Usage: "role " + roleNames + " @u", Says: "give a role: at once to yourself, as an offer to anybody else",
	Who:      "the commander; an unfilled role for yourself: anyone eligible",
	Examples: []string{"role commander @bob", "role lead:dba @dan"},
	Params: []Param{
		{Name: "role", In: word, Label: "Role", Required: true, Hint: roleNames},
		{Name: "person", In: person, Label: "Who", Required: true},
	},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		if c.said == "roles" {
			return c.show(ctx, "status")
		}
		return c.assign(ctx, func(role string, to incident.Person) incident.Action { return incident.Assign{Role: role, To: to} })
	},
}

var handover = Command{
	Verb: "handover", Synonyms: []string{"handoff"},
	Usage: "handover commander @u", Says: "hand a role over with a brief; it is in force when it is accepted",
	Who: "the holder", Examples: []string{"handover commander @carol"},
	Params: []Param{
		{Name: "role", In: word, Label: "Role", Required: true, Hint: roleNames},
		{Name: "person", In: person, Label: "To whom", Required: true},
	},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		return c.assign(ctx, func(role string, to incident.Person) incident.Action { return incident.Handover{Role: role, To: to} })
	},
}

// assign reads role and person; unknown names are refused before a form opens.
func (c *Call) assign(ctx context.Context, action func(string, incident.Person) incident.Action) (bot.Reply, error) {
	to, err := c.someone("person")
	if err != nil {
		return bot.Reply{}, err
	}
	var name string
	if v := c.Arg("role"); v != "" {
		if name, err = c.role(v); err != nil {
			return bot.Reply{}, err
		}
	}
	if form, err := c.complete(); form != nil || err != nil {
		return c.orAsk(ctx, form, err)
	}
	return c.do(ctx, action(name, *to))
}

// answer is a verb about one role that may be left out.
func answer(verb, says, who string, synonyms []string, action func(role string) incident.Action) Command {
	return Command{
		Verb: verb, Synonyms: synonyms, Usage: verb + " [" + roleNames + "]", Says: says, Who: who,
		Examples: []string{verb + " commander"},
		Params:   []Param{{Name: "role", In: word, Label: "Role", Hint: roleNames}},
		Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
			name := c.Arg("role")
			if name != "" {
				var err error
				if name, err = c.role(name); err != nil {
					return bot.Reply{}, err
				}
			}
			if _, err := c.complete(); err != nil {
				return bot.Reply{}, err
			}
			return c.do(ctx, action(name))
		},
	}
}

var roleClaim = Command{
	Verb: "role claim", Usage: "role claim " + roleNames, Says: "take a role nobody holds", Who: "anyone eligible",
	Examples: []string{"role claim commander"},
	Params:   []Param{{Name: "role", In: word, Label: "Role", Required: true, Hint: roleNames}},
	Run: func(ctx context.Context, c *Call) (bot.Reply, error) {
		name := c.Arg("role")
		if name != "" {
			var err error
			if name, err = c.role(name); err != nil {
				return bot.Reply{}, err
			}
		}
		if form, err := c.complete(); form != nil || err != nil {
			return c.orAsk(ctx, form, err)
		}
		if len(c.args.People) > 0 && c.args.People[0] != c.actor.ID {
			return bot.Reply{}, fault.New(fault.Usage, "A claim is for oneself.", "Offer it: `/incident role "+name+" @"+c.args.People[0]+"`.")
		}
		return c.do(ctx, incident.Claim{Role: name})
	},
}

var (
	roleAccept = answer("role accept", "accept a role that was offered to you", "the person it was offered to", nil,
		func(r string) incident.Action { return incident.Accept{Role: r} })
	roleDecline = answer("role decline", "decline a role that was offered to you", "the person it was offered to", nil,
		func(r string) incident.Action { return incident.Decline{Role: r} })
	roleDrop = answer("role drop", "give up a role you hold; who drops command acts until somebody takes it", "the holder", nil,
		func(r string) incident.Action { return incident.Drop{Role: r} })
	handoverAccept = answer("handover accept", "accept a handover", "the person it was offered to", nil,
		func(r string) incident.Action { return incident.Accept{Role: r} })
	handoverDecline = answer("handover decline", "decline a handover", "the person it was offered to", nil,
		func(r string) incident.Action { return incident.Decline{Role: r} })
)
