// Package commands is what a person can say: one file a verb. A command is a
// value; help, docs/commands.md, forms and the permission table come from it.
// table.go is the table of contents.
package commands

import (
	"context"
	"strings"

	"holdfast/bot"
	"holdfast/commands/grammar"
)

// Command is one thing a person can say under a root.
type Command struct {
	Verb     string   // "declare", "role claim"
	Synonyms []string // journaled under Verb
	Usage    string   // one line, after the root
	Says     string   // one sentence for help
	Examples []string // without the root
	Who      string   // who may, by default
	Params   []Param  // what it takes, in the order of the form
	Once     bool     // refuse an identical repeat within the repeat window
	Anywhere bool     // needs no incident
	Run      func(ctx context.Context, c *Call) (bot.Reply, error)
}

// Where a parameter stands in the words.
const (
	word    = "word"    // the next bare word
	text    = "text"    // all words that are left
	key     = "key"     // key:value
	flag    = "flag"    // --flag
	person  = "person"  // @person
	because = "because" // because "..."
)

// Param is one argument of a command.
type Param struct {
	Name     string
	In       string   // word, text, key, flag, person, because
	Label    string   // of its field in a form
	Required bool     // missing, it opens the form
	Bare     bool     // a key that may stand before its value without a colon
	Long     bool     // a text of several lines
	Options  []string // closed choice
	Hint     string
}

func (c Command) spec() grammar.Spec {
	var s grammar.Spec
	for _, p := range c.Params {
		switch p.In {
		case key:
			s.Keys = append(s.Keys, p.Name)
			if p.Bare {
				s.Words = append(s.Words, p.Name)
			}
		case flag:
			s.Flags = append(s.Flags, p.Name)
		case word:
			// lead:dba is a role, though it looks like a key.
			if p.Name == "role" {
				s.Keys = append(s.Keys, leadKey)
			}
		}
	}
	// What a command would touch can be asked of every one.
	s.Flags = append(s.Flags, dryRun)
	s.Aliases = map[string]string{"severity": "sev", "services": "service", "start": "at"}
	return s
}

const (
	leadKey = "lead"
	dryRun  = "dry-run"
)

// form returns the form that asks for what is missing, filled with what was
// typed.
func (c Call) form() *bot.Form {
	f := &bot.Form{ID: c.request.Delivery, Title: sentenceCase(c.command.Says), Root: "incident", Verb: c.command.Verb, Of: c.incident, Submit: "Send"}
	for _, p := range c.command.Params {
		if p.In == flag {
			continue
		}
		field := bot.Field{Name: p.Name, Label: p.Label, Kind: "line", Value: c.Arg(p.Name), Options: p.Options, Required: p.Required, Hint: p.Hint}
		switch {
		case p.Long:
			field.Kind = "text"
		case len(p.Options) > 0:
			field.Kind = "choice"
		case p.In == person:
			field.Kind = "person"
		}
		if field.Label == "" {
			field.Label = sentenceCase(p.Name)
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// typedOut is a submitted form as the words a person would have typed.
func typedOut(c Command, f *bot.Form) string {
	words := []string{c.Verb}
	values := map[string]string{}
	for _, field := range f.Fields {
		values[field.Name] = field.Value
	}
	for _, p := range c.Params {
		v := strings.TrimSpace(values[p.Name])
		if v == "" {
			continue
		}
		switch p.In {
		case word:
			words = append(words, v)
		case text:
			words = append(words, grammar.Quote(v))
		case key:
			words = append(words, p.Name+":"+grammar.Quote(v))
		case person:
			words = append(words, "@"+strings.TrimPrefix(v, "@"))
		case because:
			words = append(words, "because", grammar.Quote(v))
		}
	}
	if f.Of != "" {
		words = append(words, "#"+f.Of)
	}
	return strings.Join(words, " ")
}

func sentenceCase(s string) string {
	s = strings.TrimSuffix(s, ".")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
