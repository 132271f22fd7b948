package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

// text reads one line of text.
func (d document) text(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "a text") {
		return ""
	}
	s := strings.TrimSpace(n.Value)
	switch {
	case n.Tag != "!!str":
		d.report(Error, codeValue, d.at(n), "Put it in quotation marks.", "%q is not read as text.", shown(n.Value))
	case s == "":
		d.report(Error, codeMissing, d.at(n), "Fill it, or remove the key.", "The text is empty.")
	case strings.Contains(s, "\n"):
		d.report(Error, codeValue, d.at(n), "Write it in one line.", "The text has several lines.")
	case utf8.RuneCountInString(s) > maxText:
		d.report(Error, codeValue, d.at(n), "Shorten it to 500 characters.", "The text has %d characters.", utf8.RuneCountInString(s))
	default:
		return s
	}
	return ""
}

// id reads an id; "" when it is none.
func (d document) id(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "an id") {
		return ""
	}
	if !IsID(n.Value) {
		d.report(Error, codeValue, d.at(n), idRule, "%q is no id.", shown(n.Value))
		return ""
	}
	return n.Value
}

// refer reads an id that must be defined somewhere in the plan.
func (d document) refer(k kind, n *yaml.Node) string {
	id := d.id(n)
	if id != "" {
		d.uses = append(d.uses, use{reference{k, id}, d.at(n)})
	}
	return id
}

// referAll reads a list of ids, each given once.
func (d document) referAll(k kind, n *yaml.Node) []string {
	var all []string
	seen := map[string]bool{"": true}
	d.each(n, func(item *yaml.Node) {
		id := d.refer(k, item)
		switch {
		case !seen[id]:
			all = append(all, id)
			seen[id] = true
		case id != "":
			d.twice(item, id)
		}
	})
	return all
}

func (d document) twice(n *yaml.Node, word string) {
	d.report(Error, codeDuplicate, d.at(n), "Remove one of them.", "%s is listed twice.", word)
}

// each calls a function for every item of a list.
func (d document) each(n *yaml.Node, read func(*yaml.Node)) {
	if d.is(n, yaml.SequenceNode, "a list such as [a, b]") {
		for _, item := range n.Content {
			read(item)
		}
	}
}

// choice reads one of the given words; "" when it is none of them.
func (d document) choice(n *yaml.Node, code, what string, words []string) string {
	if !d.is(n, yaml.ScalarNode, "a "+what) {
		return ""
	}
	if !slices.Contains(words, n.Value) {
		d.report(Error, code, d.at(n), nearest.Sentence(n.Value, words, "Known: "+list(words)+"."), "%q is no %s.", shown(n.Value), what)
		return ""
	}
	return n.Value
}

// lines reads a text of several lines.
func (d document) lines(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "a text") {
		return ""
	}
	s := strings.TrimSpace(n.Value)
	switch runes := utf8.RuneCountInString(s); {
	case n.Tag != "!!str":
		d.report(Error, codeValue, d.at(n), "Put it in quotation marks.", "%q is not read as text.", shown(n.Value))
	case s == "":
		d.report(Error, codeMissing, d.at(n), "Fill it, or remove the key.", "The text is empty.")
	case runes > maxLines:
		d.report(Error, codeValue, d.at(n), fmt.Sprintf("Shorten it to %d characters.", maxLines), "The text has %d characters.", runes)
	default:
		return s
	}
	return ""
}

// span reads a duration that is longer than nothing.
func (d document) span(n *yaml.Node) (length time.Duration, ok bool) {
	if length, ok = d.duration(n); ok && length == 0 {
		d.report(Error, codeValue, d.at(n), "Write how long it is.", "It must be longer than 0s.")
		return 0, false
	}
	return length, ok
}

// zone reads the name of a time zone.
func (d document) zone(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "a zone") {
		return ""
	}
	if !validZone(n.Value) {
		d.report(Error, codeValue, d.at(n), "Write a zone such as Europe/London or UTC.", "%q is no time zone.", shown(n.Value))
	}
	return n.Value
}

// duration reads a duration with its unit; ok is false when it is none.
func (d document) duration(n *yaml.Node) (length time.Duration, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a duration") {
		return 0, false
	}
	length, err := ParseDuration(n.Value)
	if err != nil {
		f := fault.From(err)
		d.report(Error, codeDuration, d.at(n), f.Next, "%s", f.Text)
	}
	return length, err == nil
}

// number reads a whole number within bounds; ok is false when it is none.
func (d document) number(n *yaml.Node, low, high int) (number int, ok bool) {
	if !d.is(n, yaml.ScalarNode, "a number") {
		return 0, false
	}
	number, err := strconv.Atoi(n.Value)
	if err != nil || n.Tag != "!!int" || number < low || number > high {
		d.report(Error, codeValue, d.at(n), "Write it without quotation marks or unit.", "%q is not a whole number from %d to %d.", shown(n.Value), low, high)
		return 0, false
	}
	return number, true
}

// flag reads true or false.
func (d document) flag(n *yaml.Node) bool {
	if !d.is(n, yaml.ScalarNode, "true or false") {
		return false
	}
	if n.Tag != "!!bool" {
		d.report(Error, codeValue, d.at(n), "Write true or false.", "%q is neither true nor false.", shown(n.Value))
	}
	return n.Value == "true"
}

var phoneForm = regexp.MustCompile(`^\+?[0-9][0-9 ().-]{2,30}$`)

// phone reads a telephone number, which YAML may take for a number.
func (d document) phone(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "a telephone number") {
		return ""
	}
	if !phoneForm.MatchString(n.Value) {
		d.report(Error, codeValue, d.at(n), "Write it such as \"+44 20 7946 0123\".", "%q is no telephone number.", shown(n.Value))
		return ""
	}
	return n.Value
}

// mail reads one address. It is only what addressForm admits: nothing in it can
// end a line or an address of a mail.
func (d document) mail(n *yaml.Node) string {
	if !d.is(n, yaml.ScalarNode, "a mail address") {
		return ""
	}
	if !addressForm.MatchString(n.Value) {
		d.report(Error, codeValue, d.at(n), "Write it such as alice@northbridge.example, without a name.", "%q is no mail address.", shown(n.Value))
		return ""
	}
	return n.Value
}

// list writes words as a sentence does.
func list(words []string) string {
	return strings.Join(words, ", ")
}

// few is list for what may be long.
func few(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	if len(words) > 12 {
		return list(words[:12]) + ", ..."
	}
	return list(words)
}
