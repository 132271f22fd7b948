package commands

import (
	"regexp"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/commands/grammar"
	"holdfast/internal/fault"
	"holdfast/internal/plaintext"
	"holdfast/internal/redact"
)

// again is the word, and in a form the field, that repeats on purpose.
const again = "again"

var yesNo = []string{"yes", "no"}

// form returns the form that asks for what is missing, filled with what was
// typed. Nothing that was typed is lost on the way through it: a drill stays
// one.
func (c *Call) form() *bot.Form {
	f := &bot.Form{ID: c.request.Delivery, Title: sentenceCase(c.command.Says), Root: c.command.Root, Verb: c.command.Verb, Of: c.incident, Submit: "Send", Message: c.request.Message}
	for _, p := range c.command.Params {
		if p.In != flag {
			f.Fields = append(f.Fields, c.field(p))
		}
	}
	for _, name := range c.command.spec().Flags {
		if c.args.Flags[name] {
			f.Fields = append(f.Fields, saidYes(name))
		}
	}
	if c.args.Again {
		f.Fields = append(f.Fields, saidYes(again))
	}
	return f
}

func (c *Call) field(p Param) bot.Field {
	field := bot.Field{Name: p.Name, Label: p.Label, Kind: "line", Value: c.Arg(p.Name), Options: p.Options, Required: p.Required, Hint: p.Hint}
	switch {
	case p.Long:
		field.Kind = "text"
	case len(p.Options) > 0:
		field.Kind = "choice"
		field.Value = choose(field.Value, p.Options)
	case p.In == person:
		field.Kind = "person"
	}
	if field.Label == "" {
		field.Label = sentenceCase(p.Name)
	}
	if field.Required && field.Value == "" && c.request.Form != nil {
		field.Error = "This is needed: " + field.Label + "."
	}
	return field
}

func saidYes(name string) bot.Field {
	return bot.Field{Name: name, Label: sentenceCase(strings.ReplaceAll(name, "-", " ")), Kind: "choice", Value: "yes", Options: yesNo}
}

// mendable are the refusals after which the same form, changed or not, may be
// sent again.
var mendable = []fault.Code{
	fault.Usage, fault.UnknownID, fault.Ambiguous, fault.Missing, fault.Range, fault.Length, fault.Quotes, fault.Duration, fault.Zone,
	fault.Future, fault.Order, fault.RoleExclusive, fault.TooBig, fault.Store,
}

// filledAgain opens a form again that was refused for something in it, so that
// what was written is not lost.
func (c *Call) filledAgain(code fault.Code) *bot.Form {
	if c.request.Form == nil || !slices.Contains(mendable, code) {
		return nil
	}
	f := *c.request.Form
	f.ID, f.Fields = c.request.Delivery, slices.Clone(f.Fields)
	for i := range f.Fields {
		f.Fields[i].Error = ""
		f.Fields[i].Value, _ = redact.Secrets(plaintext.Clean(f.Fields[i].Value))
	}
	return &f
}

// typedOut is a submitted form as the words a person would have typed.
func typedOut(c Command, f *bot.Form) string {
	words := []string{c.Verb}
	values := map[string]string{}
	for _, field := range f.Fields {
		values[field.Name] = strings.TrimSpace(field.Value)
	}
	for i, p := range c.Params {
		v := values[p.Name]
		if v == "" {
			if p.In == word && slices.ContainsFunc(c.Params[i:], func(q Param) bool { return positional(q) && values[q.Name] != "" }) {
				words = append(words, grammar.Quote("")) // holds the place
			}
			continue
		}
		words = append(words, p.typed(v)...)
	}
	if values[dryRun] == "yes" {
		words = append(words, "--"+dryRun)
	}
	if f.Of != "" {
		words = append(words, "#"+f.Of)
	}
	if values[again] == "yes" {
		words = append(words, again)
	}
	return strings.Join(words, " ")
}

// leadOf is the one word of a form that has to be read as a key.
var leadOf = regexp.MustCompile(`^lead:[A-Za-z0-9-]+$`)

// typed is one value as it is typed.
func (p Param) typed(v string) []string {
	switch p.In {
	case key:
		return []string{p.Name + ":" + grammar.Quote(v)}
	case flag:
		return []string{"--" + p.Name + ":" + grammar.Quote(v)}
	case person:
		return []string{"@" + strings.TrimPrefix(v, "@")}
	case because:
		return []string{because, grammar.Quote(v)}
	case word:
		if leadOf.MatchString(v) {
			return []string{v}
		}
	}
	return []string{grammar.Quote(v)}
}

func positional(p Param) bool { return p.In == word || p.In == text }
