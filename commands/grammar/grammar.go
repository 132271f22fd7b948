// Package grammar reads what people type. It knows words, quotations, keys,
// people, incidents and times, and no verb: each command says in a Spec which
// keys and flags it takes.
package grammar

import "strings"

// Spec is what a command takes beside plain words. Names are lower-case.
type Spec struct {
	Keys  []string // take a value: sev:1, sev=1, --sev 1
	Lists []string // keys whose value is a list, and which may be given more than once
	Words []string // keys that may also stand alone before their value: alternatives "wait"
	Flags []string // need no value: --drill
	// Incident says that the first word is an incident or its room, with or
	// without the sign: merge #INC-41. The one that is meant may follow.
	Incident bool
	// Aliases are other spellings of keys and flags: severity -> sev.
	Aliases map[string]string
}

// Args is a line that has been read. What was not given is empty; a value
// that was given but empty never gets this far.
type Args struct {
	Positional []Word            // the words that are none of the below, in order
	Keys       map[string]string // value by the name in the Spec, as typed (--comms @bob gives "@bob"); lists joined by ","
	Flags      map[string]bool   // flags that are set
	People     []string          // ids of @person words, without the @, in order
	Incident   string            // INC-42 of #INC-42
	Room       string            // ops of #ops, when it is no incident
	Because    string            // the reason
	Again      bool              // the line ended in the word again
}

// Word is a positional word.
type Word struct {
	Text   string
	Quoted bool
	Column int // in characters from 1
}

// Parse reads a line: Tokens, then Read.
func Parse(line string, spec Spec) (Args, error) {
	tokens, err := Tokens(line)
	if err != nil {
		return Args{}, err
	}
	return Read(tokens, spec)
}

// Value returns the value of a key, and whether it was given.
func (a Args) Value(key string) (string, bool) {
	v, given := a.Keys[key]
	return v, given
}

// List returns the values of a list key without their blanks, nil when it was
// not given.
func (a Args) List(key string) []string {
	var values []string
	for v := range strings.SplitSeq(a.Keys[key], ",") {
		if v = strings.TrimSpace(v); v != "" {
			values = append(values, v)
		}
	}
	return values
}

// Text returns positional word i, or "" when there are fewer.
func (a Args) Text(i int) string {
	if i < 0 || i >= len(a.Positional) {
		return ""
	}
	return a.Positional[i].Text
}

// Rest joins the positional words from i on: the text of somebody who typed
// no quotation marks.
func (a Args) Rest(i int) string {
	var words []string
	for ; i < len(a.Positional); i++ {
		words = append(words, a.Positional[i].Text)
	}
	return strings.Join(words, " ")
}
