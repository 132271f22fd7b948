// Package commands is what a person can say: one file a verb. A command is a
// value; help, docs/commands.md, forms and the permission table come from it.
// table.go is the table of contents.
package commands

import (
	"context"
	"slices"
	"strings"

	"holdfast/bot"
	"holdfast/commands/grammar"
)

// Command is one thing a person can say under a root.
type Command struct {
	Root     string   // what stands before the verb; incident when the table gives none
	Verb     string   // "declare", "role claim", "plan show"
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

// The roots: response has its verbs, the plan its nouns, so that the help of
// each fits one screen.
const (
	IncidentRoot   = "incident"
	ContinuityRoot = "continuity"
)

// Roots are all roots, in the order of the docs.
var Roots = []string{IncidentRoot, ContinuityRoot}

// Where a parameter stands in the words.
const (
	word    = "word"    // the next bare word
	text    = "text"    // all words that are left
	key     = "key"     // key:value
	flag    = "flag"    // --flag
	person  = "person"  // @person
	because = "because" // because "..."
)

// What a value must be read as, where not any text will do. It is looked at
// before a form opens for something else.
const (
	instant  = "instant"  // 14:05, -10m: when something has happened
	deadline = "deadline" // +30m, 2026-12-10: until when it is wanted
	length   = "length"   // 30m
	another  = "another"  // INC-41, #INC-41 or its room: another incident
)

// Param is one argument of a command.
type Param struct {
	Name     string
	In       string   // word, text, key, flag, person, because
	Label    string   // of its field in a form
	Required bool     // missing, it opens the form
	Bare     bool     // a key that may stand before its value without a colon
	Long     bool     // a text of several lines
	List     bool     // a key whose value is a list: service:a, b
	Options  []string // closed choice
	Reads    string   // what the value must be read as: instant, deadline, length, another
	Hint     string
}

func (c Command) spec() grammar.Spec {
	var s grammar.Spec
	for _, p := range c.Params {
		switch p.In {
		case key:
			if p.List {
				s.Lists = append(s.Lists, p.Name)
			} else {
				s.Keys = append(s.Keys, p.Name)
			}
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
			s.Incident = s.Incident || p.Reads == another
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

// takes says whether the command has a parameter that stands there.
func (c Command) takes(in string) bool {
	return slices.ContainsFunc(c.Params, func(p Param) bool { return p.In == in })
}

func sentenceCase(s string) string {
	s = strings.TrimSuffix(s, ".")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
