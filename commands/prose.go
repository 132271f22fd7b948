package commands

import (
	"regexp"
	"slices"
	"strings"

	"holdfast/commands/grammar"
	"holdfast/internal/fault"
)

// read sorts the words behind the verb. Words that mean something to other
// commands only stay words here, and a reason is not torn apart: what was
// typed is recorded or refused, never lost.
func (c Command) read(tokens []grammar.Token) (grammar.Args, error) {
	tokens = c.prose(tokens)
	args, err := grammar.Read(tokens, c.spec())
	switch {
	case err != nil:
		return args, withUsage(err, c)
	case args.Because != "" && !c.takes(because):
		return args, withUsage(fault.New(fault.Usage, "This command takes no reason.", ""), c)
	case len(args.People) > 1:
		return args, fault.Newf(fault.Usage, "Name one person.", "Both @%s and @%s are named.", args.People[0], args.People[1])
	case len(args.People) == 1 && !c.takes(person) && !c.isAboutRole():
		return args, withUsage(fault.Newf(fault.Usage, "", "@%s has no place in these words.", args.People[0]), c)
	}
	return args, c.wholeReason(tokens, args)
}

var numbered = regexp.MustCompile(`(?i)^#(inc|drl)-([a-z][a-z0-9]*-)?[0-9]+$`)

// prose makes plain words of what has another meaning only elsewhere: because
// where the command takes no reason; again behind unquoted text where nothing
// is refused as a repeat; people in unquoted text of a command that takes none;
// rooms.
func (c Command) prose(tokens []grammar.Token) []grammar.Token {
	if !c.takes(text) {
		return tokens
	}
	tokens = slices.Clone(tokens)
	last := len(tokens) - 1
	unquoted := !slices.ContainsFunc(tokens, func(t grammar.Token) bool { return t.Quoted })
	for i, t := range tokens {
		switch {
		case t.Quoted:
		case is(t, because) && !c.takes(because),
			is(t, again) && i == last && !c.Once && (i == 0 || plain(tokens[i-1])),
			strings.HasPrefix(t.Text, "@") && unquoted && !c.takes(person),
			strings.HasPrefix(t.Text, "#") && !numbered.MatchString(t.Text):
			tokens[i].Quoted = true
		}
	}
	return tokens
}

func (c Command) isAboutRole() bool {
	return slices.ContainsFunc(c.Params, func(p Param) bool { return p.Name == "role" })
}

// wholeReason refuses a reason of several words without quotation marks, of
// which only the first would be taken as the reason.
func (c Command) wholeReason(tokens []grammar.Token, args grammar.Args) error {
	i := slices.IndexFunc(tokens, func(t grammar.Token) bool { return is(t, because) })
	if i < 0 || i+1 >= len(tokens) || !plain(tokens[i+1]) {
		return nil
	}
	words := []string{tokens[i+1].Text}
	for _, w := range args.Positional {
		if w.Column > tokens[i+1].Column && !w.Quoted {
			words = append(words, w.Text)
		}
	}
	if len(words) == 1 || !c.takes(text) && len(args.Positional) <= c.places() {
		return nil
	}
	return fault.New(fault.Usage, "The reason has several words and no quotation marks.", "Write it so: because "+grammar.Quote(strings.Join(words, " ")))
}

// places is how many bare words the command takes.
func (c Command) places() int {
	n := 0
	for _, p := range c.Params {
		if p.In == word {
			n++
		}
	}
	return n
}

func is(t grammar.Token, word string) bool {
	return !t.Quoted && strings.EqualFold(t.Text, word)
}

// plain is a word without quotation marks that is neither option nor name.
func plain(t grammar.Token) bool {
	return !t.Quoted && t.Text != "" && !strings.ContainsAny(t.Text[:1], "-@#") && !strings.ContainsAny(t.Text, ":=")
}
