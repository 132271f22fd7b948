package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/plan"
	"holdfast/templates"
)

func help() Command {
	return Command{
		Root: IncidentRoot, Verb: "help", Usage: "help [verb]", Says: "show the verbs, or one with its examples", Who: "anyone", Anywhere: true, Examples: []string{"help", "help declare"},
		Params: []Param{{Name: "verb", In: text, Label: "Verb"}},
		Run:    runHelp,
	}
}

// continuityHelp is help under the other root.
func continuityHelp() Command {
	h := help()
	h.Root, h.Examples = ContinuityRoot, []string{"help", "help plan"}
	return h
}

func runHelp(_ context.Context, c *Call) (bot.Reply, error) {
	v := templates.View{Now: c.now, Person: c.actor.ID}
	if c.Arg("verb") == "" {
		v.Answer = Guide{Root: c.root, Topics: topicsOf(Under(c.root))}
		return c.render("help", v)
	}
	tokens, err := grammar.Tokens(c.Arg("verb"))
	if err != nil {
		return bot.Reply{}, err
	}
	cmd, _, err := pick(c.root, tokens)
	if err != nil {
		group, _ := grammar.Pick(tokens[0].Text, vocabulary(c.root).verbs)
		if group == "" {
			return bot.Reply{}, err
		}
		cmd = Command{Verb: group}
	}
	group, _, _ := strings.Cut(cmd.Verb, " ")
	g := Guide{Root: c.root}
	for _, other := range Under(c.root) {
		if first, _, _ := strings.Cut(other.Verb, " "); first == group && (cmd.Verb == group || cmd.Verb == other.Verb) {
			g.Topics = append(g.Topics, Topic{Verb: other.Verb, Says: other.Says, Usage: other.Usage, Who: other.Who,
				Synonyms: other.Synonyms, Examples: other.Examples})
		}
	}
	v.Answer = g
	return c.render("help-verb", v)
}

// topicsOf has a line for each first word: what the verb says, or which words
// have to follow.
func topicsOf(all []Command) []Topic {
	var topics []Topic
	for _, cmd := range all {
		first, next, two := strings.Cut(cmd.Verb, " ")
		says := cmd.Says
		if two {
			says = next
		}
		switch at := slices.IndexFunc(topics, func(t Topic) bool { return t.Verb == first }); {
		case at < 0:
			topics = append(topics, Topic{Verb: first, Says: says, more: two, first: cmd})
		case !two:
			topics[at].Says, topics[at].more = says, false
		case topics[at].more:
			topics[at].Says += ", " + says
		}
	}
	for i, t := range topics {
		if t.more && !strings.Contains(t.Says, ",") {
			topics[i].Says = t.first.Says + ": `" + t.first.Verb + "`"
		}
	}
	return topics
}

// Guide is what help shows.
type Guide struct {
	Root   string
	Topics []Topic
}

// Topic is one verb in help.
type Topic struct {
	Verb, Says, Usage, Who string
	Synonyms, Examples     []string

	more  bool    // it says which words follow
	first Command // the first that begins so
}

// Me is what whoami shows.
type Me struct {
	ID     string
	Name   string
	Groups []string
	Known  bool
	Guest  bool
	Roles  []string // in the incident of the room
}

var whoami = Command{
	Verb: "whoami", Usage: "whoami", Says: "show who you are to Holdfast and what you may do", Who: "anyone", Anywhere: true, Examples: []string{"whoami"},
	Run: filled(func(ctx context.Context, c *Call) (bot.Reply, error) {
		p, _ := c.plan.Person(c.request.Person)
		me := Me{ID: c.actor.ID, Name: p.Name, Groups: c.groups(p), Known: c.known, Guest: c.actor.Guest}
		v := templates.View{Now: c.now, Person: c.actor.ID}
		if c.incident != "" {
			s, err := c.recent(ctx, c.incident)
			if err != nil {
				return bot.Reply{}, err
			}
			v.Incident, me.Roles = s, s.RolesOf(c.actor.ID)
			if s.Roles.Acting == c.actor.ID {
				me.Roles = append(me.Roles, "acting commander")
			}
		}
		v.Answer = me
		return c.render("whoami", v)
	}),
}

// groups names the standing groups of the actor, and beside those that the plan
// does not give them what does.
func (c *Call) groups(p plan.Person) []string {
	if c.bot.Standing == nil {
		return p.Groups
	}
	by := map[string]string{}
	for _, m := range c.bot.Standing.StandingOf(p.ID) {
		by[m.Group] = m.By
	}
	var all []string
	for _, group := range c.actor.Groups {
		if from := by[group]; from != "" && !slices.Contains(p.Groups, group) {
			group += " (by " + from + ")"
		}
		all = append(all, group)
	}
	return all
}
