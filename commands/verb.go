package commands

import (
	"slices"
	"strings"

	"holdfast/commands/grammar"
	"holdfast/internal/fault"
)

// pick finds the command of the first words under a root and says how many name
// it.
func pick(root string, tokens []grammar.Token) (Command, int, error) {
	all := vocabulary(root)
	verb, err := grammar.Pick(tokens[0].Text, all.verbs)
	if err != nil {
		return Command{}, 0, elsewhere(all, tokens, err)
	}
	if len(tokens) > 1 && !tokens[1].Quoted {
		second := strings.ToLower(tokens[1].Text)
		for _, cmd := range all.table {
			if group, sub, has := strings.Cut(cmd.Verb, " "); has && group == verb && sub == second {
				return cmd, 2, nil
			}
		}
	}
	if len(tokens) > 1 && root == ContinuityRoot && verb == thePlan && all.names(tokens[1]) {
		cmd, used, err := pick(root, tokens[1:])
		return cmd, used + 1, err
	}
	var subs []string
	for _, cmd := range all.table {
		if cmd.Verb == verb {
			return cmd, 1, nil
		}
		if group, sub, has := strings.Cut(cmd.Verb, " "); has && group == verb {
			subs = append(subs, sub)
		}
	}
	if len(tokens) > 1 && plain(tokens[1]) {
		cmd, used, err := all.pickSecond(verb, tokens[1].Text, subs)
		if err != nil {
			err = all.secondElsewhere(verb, tokens[1].Text, err)
		}
		return cmd, used, err
	}
	return Command{}, 0, fault.Newf(fault.Usage, "`/"+root+" help "+verb+"` shows each.", "`%s` needs one more word: %s.", verb, strings.Join(subs, ", "))
}

// thePlan may stand before every noun: all of them are about it.
const thePlan = "plan"

// names says whether a word is a first word of this root, whole or by a synonym.
func (w *words) names(t grammar.Token) bool {
	typed := strings.ToLower(t.Text)
	return !t.Quoted && slices.ContainsFunc(w.verbs.List, func(c grammar.Choice) bool { return c.Name == typed || slices.Contains(c.Synonyms, typed) })
}

// elsewhere points to the other root when the word is one of its own. Nothing
// is done there: who meant it says it there.
func elsewhere(here *words, tokens []grammar.Token, err error) error {
	if fault.CodeOf(err) != fault.UnknownVerb {
		return err
	}
	for _, root := range Roots {
		if root == here.root {
			continue
		}
		if there := vocabulary(root); there.names(tokens[0]) {
			name, _ := grammar.Pick(tokens[0].Text, there.verbs)
			return fault.Newf(fault.UnknownVerb, "It is said under the other root: `/"+root+" "+name+"`.", "`/%s` has no %s %q.", here.root, here.verbs.Noun, tokens[0].Text)
		}
	}
	return err
}

// secondElsewhere points to the other root when the two words are one of its own.
func (w *words) secondElsewhere(verb, second string, err error) error {
	if fault.CodeOf(err) != fault.UnknownVerb {
		return err
	}
	name := verb + " " + strings.ToLower(second)
	for _, root := range Roots {
		if root != w.root && slices.ContainsFunc(vocabulary(root).table, func(c Command) bool { return c.Verb == name }) {
			return fault.Newf(fault.UnknownVerb, "It is said under the other root: `/"+root+" "+name+"`.", "`/%s` has no verb %q.", w.root, name)
		}
	}
	return err
}

// pickSecond finds the command of a verb that is nothing without its second
// word.
func (w *words) pickSecond(verb, second string, subs []string) (Command, int, error) {
	all := grammar.Choices{Noun: "`" + verb + "` verb", Unknown: fault.UnknownVerb, Otherwise: "There are " + strings.Join(subs, ", ") + "."}
	for _, sub := range subs {
		all.List = append(all.List, grammar.Choice{Name: sub})
	}
	sub, err := grammar.Pick(second, all)
	if err != nil {
		return Command{}, 0, err
	}
	i := slices.IndexFunc(w.table, func(c Command) bool { return c.Verb == verb+" "+sub })
	return w.table[i], 2, nil
}

// verbsOf is every first word a person may type under a root.
func verbsOf(root string, table []Command) grammar.Choices {
	all := grammar.Choices{Noun: "verb", Unknown: fault.UnknownVerb, Otherwise: "`/" + root + " help` lists them."}
	for _, cmd := range table {
		group, _, sub := strings.Cut(cmd.Verb, " ")
		i := slices.IndexFunc(all.List, func(c grammar.Choice) bool { return c.Name == group })
		if i < 0 {
			all.List = append(all.List, grammar.Choice{Name: group})
			i = len(all.List) - 1
		}
		if !sub {
			all.List[i].Synonyms = cmd.Synonyms
		}
	}
	return all
}
