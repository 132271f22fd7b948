package templates

import (
	"bytes"
	"strings"
)

// A value never passes through Markdown. Where a template prints one, a
// sentinel is written instead: characters for private use that name the
// value's place in a list. Markdown carries them through as it would a word,
// and whoever builds the tree puts the value in. Neither a template's text nor
// a value can forge one: the first is refused when it holds such characters,
// the second is kept out of the text.
const (
	sentinelOpen  = '\ue000'
	sentinelZero  = '\ue010' // to \ue01f, hexadecimal digits, highest first
	sentinelClose = '\ue001'
)

// value is what a sentinel stands for.
type value struct {
	text   string
	person string // id, when the text names a person
	bare   string // how a command may name it without quotes; empty when it may not
}

// values are those of one rendering, by the number their sentinel carries.
type values []value

// add keeps a value and returns its sentinel.
func (vs *values) add(v value) string {
	n := len(*vs)
	*vs = append(*vs, v)
	digits := []rune{sentinelClose}
	for {
		digits = append([]rune{sentinelZero + rune(n%16)}, digits...)
		if n /= 16; n == 0 {
			break
		}
	}
	return string(sentinelOpen) + string(digits)
}

// split calls literal for the words of the template and data for each value in
// text, in order. A damaged sentinel is dropped.
func (vs values) split(text string, literal func(string), data func(value)) {
	for {
		i := strings.IndexRune(text, sentinelOpen)
		if i < 0 {
			break
		}
		if i > 0 {
			literal(text[:i])
		}
		n, rest, ok := sentinelNumber(text[i:])
		if ok && n < len(vs) {
			data(vs[n])
		}
		text = rest
	}
	if text != "" {
		literal(text)
	}
}

func sentinelNumber(text string) (n int, rest string, ok bool) {
	for i, r := range text {
		switch {
		case i == 0:
		case r == sentinelClose:
			return n, text[i+len(string(sentinelClose)):], true
		case r < sentinelZero || r > sentinelZero+15 || n > 1<<24:
			return 0, text[i:], false
		default:
			n = n*16 + int(r-sentinelZero)
		}
	}
	return 0, "", false
}

// flat returns text with its values in place, on one line.
func (vs values) flat(text string) string {
	var b strings.Builder
	vs.split(text, func(s string) { b.WriteString(s) }, func(v value) { b.WriteString(v.text) })
	return oneLine(b.String())
}

// command returns the text of a command with its values in place. Each value
// is one argument, whatever is in it: quoted, unless its own shape already
// makes it one word; inside quotes of the template's own it stays within them.
func (vs values) command(text string) string {
	var b []byte
	quoted, words := false, false
	vs.split(text, func(s string) {
		quoted = endsQuoted(quoted, s)
		b, words = append(b, s...), true
	}, func(v value) {
		if words {
			// A backslash of the template's would escape what the value begins with.
			b, words = bytes.TrimRight(b, `\`), false
		}
		switch {
		case quoted:
			b = append(b, escaped(v.text)...)
		case v.bare != "":
			b = append(b, v.bare...)
		default:
			b = append(b, `"`+escaped(v.text)+`"`...)
		}
	})
	return string(b)
}

// glued says whether a value of the command stands in the middle of a word,
// where its quotation marks would not be understood.
func (vs values) glued(command string) bool {
	quoted, bad, before := false, false, " "
	vs.split(command, func(s string) {
		bad = bad || before == "value" && !quoted && !strings.ContainsAny(s[:1], " \t")
		quoted = endsQuoted(quoted, s)
		before = s[len(s)-1:]
	}, func(value) {
		bad = bad || !quoted && !strings.Contains(" \t:=#", before)
		before = "value"
	})
	return bad
}

// endsQuoted says whether a quotation is open after s.
func endsQuoted(quoted bool, s string) bool {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quoted:
			i++
		case s[i] == '"':
			quoted = !quoted
		}
	}
	return quoted
}

// Commands take typographic quotes for plain ones.
var commandEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`, "“", `\“`, "”", `\”`, "„", `\„`, "‟", `\‟`)

func escaped(s string) string { return commandEscapes.Replace(visible(s)) }

// urlPart returns a value as it may stand after the host of a link.
func urlPart(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	if strings.Trim(s, ".") == "" {
		return "" // a path of dots would climb out of the template's
	}
	for _, c := range []byte(visible(s)) {
		if c < 0x80 && (c == '-' || c == '_' || c == '~' || c == '.' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
