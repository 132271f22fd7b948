package rehearse

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"holdfast/plan"
)

// words reads one logical line from left to right. The first thing that is
// wrong is kept; what is read after it is empty.
type words struct {
	rest string
	err  error
}

func (w *words) wrong(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
	w.rest = ""
}

func (w *words) skip() { w.rest = strings.TrimLeft(w.rest, blanks) }

// more reports whether anything is left.
func (w *words) more() bool {
	w.skip()
	return w.rest != ""
}

// peek returns the next word and leaves it there.
func (w *words) peek() string {
	w.skip()
	if end := strings.IndexAny(w.rest, blanks); end >= 0 {
		return w.rest[:end]
	}
	return w.rest
}

// next takes the next word; what names it when it is missing.
func (w *words) next(what string) string {
	word := w.peek()
	if word == "" {
		w.wrong("%s is missing", what)
	}
	w.rest = strings.TrimPrefix(w.rest, word)
	return word
}

// take takes the next word when it is this one.
func (w *words) take(word string) bool {
	if w.peek() != word {
		return false
	}
	w.next(word)
	return true
}

// need takes a word that must be there.
func (w *words) need(word string) {
	if got := w.peek(); got != word {
		w.wrong("%s is missing%s", quoted(word), before(got))
		return
	}
	w.next(word)
}

// oneOf takes a word out of a closed set.
func (w *words) oneOf(what string, known ...string) string {
	word := w.next(what)
	for _, k := range known {
		if k == word {
			return word
		}
	}
	w.wrong("%s is no %s%s", quoted(word), what, suggestion(word, known))
	return ""
}

// tail takes the rest of the line.
func (w *words) tail(what string) string {
	w.skip()
	rest := w.rest
	if rest == "" {
		w.wrong("%s is missing", what)
	}
	w.rest = ""
	return rest
}

// end demands that nothing is left.
func (w *words) end() {
	if w.err == nil && w.more() {
		w.wrong("nothing may follow here, but there is %s", quoted(w.rest))
	}
}

// text takes a STRING: "..." with \" \\ \n.
func (w *words) text(what string) string {
	w.skip()
	s, rest, err := unquote(w.rest)
	if err != nil {
		w.wrong("%s: %v", what, err)
		return ""
	}
	w.rest = rest
	return s
}

// value takes a WORD or a STRING.
func (w *words) value(what string) string {
	w.skip()
	if strings.HasPrefix(w.rest, `"`) {
		return w.text(what)
	}
	return w.next(what)
}

// bare takes a STRING that fills the rest of the line, or the rest as it is.
func (w *words) bare(what string) string {
	w.skip()
	if s, rest, err := unquote(w.rest); err == nil && strings.Trim(rest, blanks) == "" {
		w.rest = ""
		return s
	}
	return w.tail(what)
}

func (w *words) number(what string) int {
	word := w.next(what)
	n, err := strconv.ParseUint(word, 10, 31)
	if err != nil {
		w.wrong("%s must be a whole number, not %s", what, quoted(word))
	}
	return int(n)
}

func (w *words) duration(what string) time.Duration {
	word := w.next(what)
	if w.err != nil {
		return 0
	}
	d, err := plan.ParseDuration(word)
	if err != nil {
		w.wrong("%s must be like 90s, 5m, 1h30m or 2d, not %s", what, quoted(word))
	}
	return d
}

// id takes an ID: [a-z0-9-]+.
func (w *words) id(what string) string {
	word := w.next(what)
	if w.err == nil && !isID(word) {
		w.wrong("%s must be made of a-z, 0-9 and -, not %s", what, quoted(word))
	}
	return word
}

func isID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// unquote reads the STRING at the start of s and returns what follows it.
func unquote(s string) (text, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, fmt.Errorf(`a text in "..." is missing`)
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			rest = s[i+1:]
			if rest != "" && !strings.ContainsRune(blanks, rune(rest[0])) {
				return "", s, fmt.Errorf("a blank must follow the closing quotation mark")
			}
			return b.String(), rest, nil
		case '\\':
			i++
			switch {
			case i < len(s) && s[i] == 'n':
				b.WriteByte('\n')
			case i < len(s) && (s[i] == '"' || s[i] == '\\'):
				b.WriteByte(s[i])
			default:
				return "", s, fmt.Errorf(`only \" \\ and \n may stand in a text`)
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", s, fmt.Errorf("the quotation is not closed")
}

var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// enquote writes a STRING.
func enquote(s string) string { return `"` + escape.Replace(s) + `"` }

// wordOrString writes a value the way it can be read back.
func wordOrString(s string) string {
	if s == "" || strings.ContainsAny(s, blanks+"\"\n") {
		return enquote(s)
	}
	return s
}

// quoted shows a piece of the line in a message, cut when long.
func quoted(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "..."
	}
	return "`" + s + "`"
}

func before(word string) string {
	if word == "" {
		return ""
	}
	return " before " + quoted(word)
}
