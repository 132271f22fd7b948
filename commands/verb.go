package commands

import (
	"slices"
	"strings"

	"holdfast/commands/grammar"
	"holdfast/internal/fault"
)

// pick finds the command of the first words and says how many name it.
func pick(tokens []grammar.Token) (Command, int, error) {
	verb, err := grammar.Pick(tokens[0].Text, vocabulary().verbs)
	if err != nil {
		return Command{}, 0, err
	}
	if len(tokens) > 1 && !tokens[1].Quoted {
		second := strings.ToLower(tokens[1].Text)
		for _, cmd := range vocabulary().table {
			if group, sub, has := strings.Cut(cmd.Verb, " "); has && group == verb && sub == second {
				return cmd, 2, nil
			}
		}
	}
	var subs []string
	for _, cmd := range vocabulary().table {
		if cmd.Verb == verb {
			return cmd, 1, nil
		}
		if group, sub, has := strings.Cut(cmd.Verb, " "); has && group == verb {
			subs = append(subs, sub)
		}
	}
	if len(tokens) > 1 && plain(tokens[1]) {
		return pickSecond(verb, tokens[1].Text, subs)
	}
	return Command{}, 0, fault.Newf(fault.Usage, "`/incident help "+verb+"` shows each.", "`%s` needs one more word: %s.", verb, strings.Join(subs, ", "))
}

// pickSecond finds the command of a verb that is nothing without its second
// word.
func pickSecond(verb, second string, subs []string) (Command, int, error) {
	all := grammar.Choices{Noun: "`" + verb + "` verb", Unknown: fault.UnknownVerb, Otherwise: "There are " + strings.Join(subs, ", ") + "."}
	for _, sub := range subs {
		all.List = append(all.List, grammar.Choice{Name: sub})
	}
	sub, err := grammar.Pick(second, all)
	if err != nil {
		return Command{}, 0, err
	}
	i := slices.IndexFunc(vocabulary().table, func(c Command) bool { return c.Verb == verb+" "+sub })
	return vocabulary().table[i], 2, nil
}

// verbsOf is every first word a person may type.
func verbsOf(table []Command) grammar.Choices {
	all := grammar.Choices{Noun: "verb", Unknown: fault.UnknownVerb, Otherwise: "`/incident help` lists them."}
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
