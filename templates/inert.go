package templates

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"holdfast/internal/plaintext"
)

// Inert returns text that can do nothing but be read: no control characters
// but line break and tab, no terminal sequences, no characters that are
// invisible, change the direction of reading or are for private use, and
// nothing that would notify a channel or a person by itself.
// Inert(Inert(s)) == Inert(s).
func Inert(s string) string { return silenced(visible(s)) }

// sequence is what a terminal takes as a command: CSI, a closed OSC, DCS or
// the like, and two-byte escapes. An escape character that begins none of
// these is dropped alone, so that a lone one cannot hide what follows it.
var sequence = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]" +
	"|(?:\x1b[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\x07\x1b\u009c]*(?:\x07|\x1b\\\\|\u009c)" +
	"|\x1b[ -/]+[0-~]|\x1b[0-OQ-WYZ\\\\`-~]")

// lineEnds are line breaks to some readers, beside those that Clean knows.
var lineEnds = strings.NewReplacer("\v", "\n", "\f", "\n", "\u0085", "\n")

// visible keeps what a person can see. Words from outside have been cleaned at
// intake; what a provider or a plan brings has not.
func visible(s string) string {
	if plaintext.IsPlain(s) {
		return s
	}
	s = plaintext.Clean(lineEnds.Replace(sequence.ReplaceAllString(s, "")))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Variation_Selector, r) && r != '\ufe0e' && r != '\ufe0f' {
			return -1 // those two choose between text and picture; the others can carry hidden text
		}
		return r
	}, s)
}

// everybody is what chat platforms read as a call to a whole room, when no
// letter or digit follows.
var everybody = regexp.MustCompile(`(?i)@(?:here|channel|everyone|all)`)

// addressed is how Slack writes a mention of a person, channel or group.
var addressed = regexp.MustCompile(`<([!@#][^<>\n]*)>`)

// opened is the beginning of such a mention, whose end another text may bring.
var opened = regexp.MustCompile(`<([!@#])`)

// begun is a mention that breaks off at the end of a text: what stands next to
// it in a message may complete it.
var begun = regexp.MustCompile(`(?i)(?:<|@(?:h|he|her|c|ch|cha|chan|chann|channe|e|ev|eve|ever|every|everyo|everyon|a|al)?)$`)

func silenced(s string) string {
	if !strings.ContainsAny(s, "@<") {
		return s
	}
	s = addressed.ReplaceAllString(s, "‹$1›")
	s = opened.ReplaceAllString(s, "‹$1")
	s = begun.ReplaceAllStringFunc(s, func(end string) string {
		return strings.NewReplacer("<", "‹", "@", "＠").Replace(end)
	})
	var b strings.Builder
	from := 0
	for _, at := range everybody.FindAllStringIndex(s, -1) {
		if next, _ := utf8.DecodeRuneInString(s[at[1]:]); at[1] < len(s) && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
			continue
		}
		b.WriteString(s[from:at[0]] + "＠")
		from = at[0] + 1
	}
	return b.String() + s[from:]
}
