package grammar

import (
	"regexp"
	"slices"
	"strings"

	"holdfast/internal/fault"
	"holdfast/internal/nearest"
)

const because = "because"

var (
	option     = regexp.MustCompile(`(?s)^--?([A-Za-z][A-Za-z0-9-]*)(?:[:=](.*))?$`)
	pair       = regexp.MustCompile(`(?s)^([A-Za-z][A-Za-z-]*)([:=])(.*)$`)
	person     = regexp.MustCompile(`^@([^\s@]+)$`)
	incident   = regexp.MustCompile(`(?i)^#(INC|DRL)-((?:[a-z][a-z0-9]*-)?[0-9]+)$`)
	namedRoom  = regexp.MustCompile(`(?i)^#([a-z0-9-]*[a-z][a-z0-9-]*)$`)
	emptyFix   = "Give it a value, or leave it out."
	twiceFix   = "Give it once."
	quotingFix = "Text that holds a colon or an equals sign goes in quotation marks."
)

// Read sorts tokens by the rules of the grammar. Refusals: E_USAGE for a key
// or flag that the spec does not know, or one given twice; E_MISSING for a
// value that is empty or absent.
func Read(tokens []Token, spec Spec) (Args, error) {
	r := reader{tokens: tokens, spec: spec, args: Args{Keys: map[string]string{}, Flags: map[string]bool{}}}
	if last := len(tokens) - 1; last >= 0 && isWord(tokens[last], "again") {
		r.args.Again = true
		r.tokens = tokens[:last]
	}
	for r.at < len(r.tokens) {
		t := r.tokens[r.at]
		r.at++
		if err := r.token(t); err != nil {
			return Args{}, err
		}
	}
	r.args.Because = r.args.Keys[because]
	if !slices.Contains(spec.Keys, because) {
		delete(r.args.Keys, because)
	}
	return r.args, nil
}

type reader struct {
	tokens []Token
	at     int
	spec   Spec
	args   Args
}

func (r *reader) token(t Token) error {
	if t.Quoted && t.Head == "" {
		r.word(t)
		return nil
	}
	if m := option.FindStringSubmatch(t.Head + t.Text); m != nil && (strings.HasPrefix(t.Head+t.Text, "--") || r.known(m[1])) {
		return r.option(t, m[1])
	}
	if m := pair.FindStringSubmatch(t.Head + t.Text); m != nil {
		return r.pair(t, m[1], m[2], m[3])
	}
	if t.Quoted { // the head is no key: 14:"x"
		return r.unknown(strings.TrimRight(t.Head, ":="), quotingFix)
	}
	if r.isWordKey(t) {
		return r.valueOf(r.canonical(t.Text))
	}
	return r.sigil(t)
}

// isWordKey reports whether a bare word takes the next one as its value.
func (r *reader) isWordKey(t Token) bool {
	name := r.canonical(t.Text)
	return name == because || slices.Contains(r.spec.Words, name)
}

// option reads --name, --name value and --name=value.
func (r *reader) option(t Token, typed string) error {
	name := r.canonical(typed)
	value := strings.TrimLeft(t.Head+t.Text, "-")[len(typed):]
	given := value != ""
	switch {
	case slices.Contains(r.spec.Flags, name):
		return r.flag(name, strings.TrimLeft(value, ":="), given)
	case !r.isKey(name):
		return r.unknown("--"+typed, "")
	case given:
		return r.key(name, value[1:])
	}
	return r.valueOf(name)
}

// pair reads name:value. A word that only looks like it, as https://x does,
// or that ends in its colon as prose does, is a plain word.
func (r *reader) pair(t Token, typed, sign, value string) error {
	name := r.canonical(typed)
	switch {
	case slices.Contains(r.spec.Flags, name):
		return r.flag(name, value, true)
	case r.isKey(name):
		return r.key(name, value)
	case !t.Quoted && (value == "" || strings.HasPrefix(value, sign) || strings.HasPrefix(value, "//") || strings.HasPrefix(value, `\`)):
		r.word(t)
		return nil
	}
	return r.unknown(typed, quotingFix)
}

func (r *reader) sigil(t Token) error {
	if m := person.FindStringSubmatch(t.Text); m != nil {
		if id := strings.TrimRight(m[1], ",.;:!?"); id != "" {
			r.args.People = append(r.args.People, id)
			return nil
		}
	}
	id, isIncident := Incident(t.Text)
	if r.spec.Incident && len(r.args.Positional) == 0 && (isIncident || namedRoom.MatchString(t.Text)) {
		if isIncident {
			t.Text = id
		}
		r.word(t)
		return nil
	}
	if isIncident {
		if r.args.Incident != "" && r.args.Incident != id {
			return fault.Newf(fault.Usage, "Name one incident.", "Both %s and %s are named.", r.args.Incident, id)
		}
		r.args.Incident = id
		return nil
	}
	if m := namedRoom.FindStringSubmatch(t.Text); m != nil && r.args.Room == "" {
		r.args.Room = strings.ToLower(m[1])
		return nil
	}
	r.word(t)
	return nil
}

// Incident reads an incident's number with its sign: #inc-41 is INC-41.
func Incident(word string) (id string, ok bool) {
	m := incident.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	return strings.ToUpper(m[1]) + "-" + strings.ToLower(m[2]), true
}

func (r *reader) word(t Token) {
	r.args.Positional = append(r.args.Positional, Word{Text: t.Text, Quoted: t.Quoted, Column: t.Column})
}

// valueOf takes the next token as the value of a key, whatever it is, unless
// it plainly is another key.
func (r *reader) valueOf(name string) error {
	if r.at == len(r.tokens) || r.startsKey(r.tokens[r.at]) {
		return fault.Newf(fault.Missing, emptyFix, "There is no value behind %s.", name)
	}
	t := r.tokens[r.at]
	r.at++
	return r.key(name, t.Head+t.Text)
}

func (r *reader) startsKey(t Token) bool {
	if t.Quoted && t.Head == "" {
		return false
	}
	if strings.HasPrefix(t.Head+t.Text, "--") || r.isWordKey(t) {
		return true
	}
	m := pair.FindStringSubmatch(t.Head + t.Text)
	return m != nil && r.known(m[1])
}

func (r *reader) key(name, value string) error {
	isList := slices.Contains(r.spec.Lists, name)
	for isList && strings.HasSuffix(value, ",") && r.at < len(r.tokens) && !r.tokens[r.at].Quoted {
		value += r.tokens[r.at].Text // service:a, b
		r.at++
	}
	if isEmpty(value, isList) {
		return fault.Newf(fault.Missing, emptyFix, "The value of %s is empty.", name)
	}
	before, twice := r.args.Keys[name]
	if twice && !isList {
		return fault.Newf(fault.Usage, twiceFix, "%s is given twice.", name)
	}
	if twice {
		value = before + "," + value
	}
	r.args.Keys[name] = value
	return nil
}

func isEmpty(value string, isList bool) bool {
	if isList {
		value = strings.ReplaceAll(value, ",", "")
	}
	return strings.TrimSpace(value) == ""
}

func (r *reader) flag(name, value string, given bool) error {
	switch strings.ToLower(value) {
	case "yes", "true", "on":
		r.args.Flags[name] = true
	case "no", "false", "off":
		delete(r.args.Flags, name)
	case "":
		if given {
			return fault.Newf(fault.Missing, emptyFix, "The value of %s is empty.", name)
		}
		r.args.Flags[name] = true
	default:
		return fault.Newf(fault.Usage, "Write --"+name+" alone, or with yes or no.", "%s is yes or no, not %q.", name, value)
	}
	return nil
}

func (r *reader) unknown(typed, otherwise string) error {
	names := r.spec.names()
	if otherwise == "" {
		otherwise = "This command takes no such option."
		if len(names) > 0 {
			otherwise = "This command takes " + strings.Join(names, ", ") + "."
		}
	}
	return fault.Newf(fault.Usage, nearest.Sentence(strings.TrimLeft(typed, "-"), names, otherwise), "%q is not known here.", typed)
}

// names lists what the spec takes, for an answer.
func (s Spec) names() []string {
	return slices.Concat(s.Keys, s.Lists, s.Words, s.Flags, []string{because})
}

func (r *reader) canonical(typed string) string {
	name := strings.ToLower(typed)
	if to, isAlias := r.spec.Aliases[name]; isAlias {
		return to
	}
	return name
}

func (r *reader) isKey(name string) bool {
	return name == because || slices.Contains(r.spec.Keys, name) || slices.Contains(r.spec.Lists, name) || slices.Contains(r.spec.Words, name)
}

func (r *reader) known(typed string) bool {
	name := r.canonical(typed)
	return r.isKey(name) || slices.Contains(r.spec.Flags, name)
}

func isWord(t Token, word string) bool {
	return !t.Quoted && strings.EqualFold(t.Text, word)
}
