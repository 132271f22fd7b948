package commands

import (
	"fmt"
	"regexp"
	"strings"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/internal/fault"
)

// given says whether a parameter was written at all, empty or not.
func (c *Call) given(p Param) bool {
	switch p.In {
	case key:
		_, ok := c.args.Keys[p.Name]
		return ok
	case because:
		return c.args.Because != ""
	case word, text:
		at := 0
		for _, q := range c.command.Params {
			if q.Name == p.Name {
				return at < len(c.words())
			}
			if q.In == word {
				at++
			}
		}
	}
	return c.Arg(p.Name) != ""
}

// complete checks the parameters: too many words are E_USAGE, an empty value
// E_MISSING, a value outside a closed choice E_RANGE, and what cannot be read
// is refused as its reader refuses it; what was not given opens the form.
func (c *Call) complete() (*bot.Form, error) {
	if err := c.surplus(); err != nil {
		return nil, err
	}
	missing := false
	for _, p := range c.command.Params {
		v := c.Arg(p.Name)
		switch {
		case c.given(p) && strings.TrimSpace(v) == "":
			return nil, withUsage(fault.Newf(fault.Missing, "", "%q is given but empty.", orName(p)), c.command)
		case v == "" && p.Required:
			missing = true
		case v != "":
			if err := c.readable(p, v); err != nil {
				return nil, err
			}
		}
	}
	if missing {
		return c.form(), nil
	}
	return nil, nil
}

// surplus refuses a word more than the command takes.
func (c *Call) surplus() error {
	words, takes := c.words(), c.command.places()
	if c.command.takes(text) || len(words) <= takes {
		return nil
	}
	return withUsage(fault.Newf(fault.Usage, c.forgottenSign(words[takes]), "%q is one word too many.", words[takes]), c.command)
}

var bareIncident = regexp.MustCompile(`(?i)^(inc|drl)-[0-9]+$`)

// forgottenSign says what a word lacks to be understood.
func (c *Call) forgottenSign(word string) string {
	if bareIncident.MatchString(word) {
		return "An incident has a sign before it: #" + strings.ToUpper(word) + "."
	}
	if p, err := c.plan.FindPerson(strings.ToLower(word)); err == nil && c.command.takes(person) {
		return "A person has a sign before the name: @" + p.ID + "."
	}
	return ""
}

// readable looks at a value before a form asks for another one.
func (c *Call) readable(p Param, v string) (err error) {
	switch {
	case len(p.Options) > 0:
		_, err = option(p, v)
	case p.In == person:
		_, err = c.someone(p.Name)
	case p.Reads == instant:
		_, err = c.past(p.Name, c.zone(c.seen))
	case p.Reads == deadline:
		_, err = c.due(p.Name, c.zone(c.seen))
	case p.Reads == length:
		_, err = c.length(p.Name)
	}
	return err
}

// option reads one of a closed choice: its name or an unambiguous beginning.
func option(p Param, v string) (string, error) {
	picked, err := pickOption(v, p.Options)
	if fault.CodeOf(err) == fault.Range {
		return "", fault.Newf(fault.Range, "It takes "+strings.Join(p.Options, ", ")+".", "%s", wrongOption(p, v))
	}
	return picked, err
}

// wrongOption names the key that was written; a bare word has none.
func wrongOption(p Param, v string) string {
	if p.In == word {
		return fmt.Sprintf("%q is not a word that it takes here.", v)
	}
	return fmt.Sprintf("%q is no value for %s.", v, p.Name)
}

func orName(p Param) string {
	if p.Label != "" {
		return p.Label
	}
	return p.Name
}

// pickOption completes an unambiguous beginning of one of the options.
func pickOption(v string, options []string) (string, error) {
	choices := grammar.Choices{Noun: "value", Unknown: fault.Range}
	for _, o := range options {
		choices.List = append(choices.List, grammar.Choice{Name: o})
	}
	return grammar.Pick(v, choices)
}
