package grammar

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"holdfast/internal/fault"
)

// Token is one piece of a line: a bare word or a quoted text, with the key
// that is glued to a quoted text.
type Token struct {
	Head   string // what stands before the quotation mark: `impact:` of impact:"x y"; else empty
	Text   string // the bare word, or what was between the quotation marks
	Quoted bool
	Column int // where it starts, in characters from 1
}

// Tokens cuts a line at its blanks. A text in quotation marks is one token; in
// it \" \\ and \n stand for a quotation mark, a backslash and a new line, and
// any other backslash for itself. A text ends at the next mark of the style
// that opened it, so that “he said "no"” is whole; a line that mixes styles is
// understood when it can only mean one thing. Dashes that a keyboard has made
// long are made short again in bare words. A mark that is not closed, or
// stands inside a word, is refused with E_QUOTES and its column.
func Tokens(line string) ([]Token, error) {
	l := lexer{line: line}
	var tokens []Token
	for l.blanks(); l.at < len(l.line); l.blanks() {
		t, err := l.token()
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
	}
	return tokens, nil
}

const (
	straight = "\""
	curly    = "“”„‟"
)

type lexer struct {
	line   string
	at     int // in bytes
	column int // of at, in characters from 0
}

func (l *lexer) next() (rune, string) {
	r, size := utf8.DecodeRuneInString(l.line[l.at:])
	text := l.line[l.at : l.at+size] // the bytes as they are, also broken ones
	l.at += size
	l.column++
	return r, text
}

func (l *lexer) blanks() {
	for l.at < len(l.line) {
		if r, _ := utf8.DecodeRuneInString(l.line[l.at:]); !unicode.IsSpace(r) {
			return
		}
		l.next()
	}
}

func (l *lexer) token() (Token, error) {
	t := Token{Column: l.column + 1}
	var b strings.Builder
	for l.at < len(l.line) {
		r, size := utf8.DecodeRuneInString(l.line[l.at:])
		switch {
		case unicode.IsSpace(r):
			t.Text = plainDashes(b.String())
			return t, nil
		case isMark(r):
			if b.Len() > 0 && !endsHead(b.String()) {
				return t, fault.Newf(fault.Quotes, quotesFix, "The quotation mark in column %d stands inside a word.", l.column+1)
			}
			t.Head = plainDashes(b.String())
			err := l.quoted(&t)
			return t, err
		case r == '\\' && l.at+size < len(l.line) && startsWithMark(l.line[l.at+size:]):
			l.next()
			_, mark := l.next()
			b.WriteString(mark)
		default:
			_, text := l.next()
			b.WriteString(text)
		}
	}
	t.Text = plainDashes(b.String())
	return t, nil
}

const quotesFix = `Close the quotation, or write \" for a literal mark.`

// quoted reads a text from its opening mark to behind its closing one.
func (l *lexer) quoted(t *Token) error {
	opened := l.column + 1
	mark, _ := l.next()
	closing, other := straight, curly
	if mark != '"' {
		closing, other = curly, straight
	}
	if !closes(l.line[l.at:], closing) {
		closing = other
	}
	var b strings.Builder
	for l.at < len(l.line) {
		r, text := l.next()
		if strings.ContainsRune(closing, r) && r != utf8.RuneError {
			t.Text, t.Quoted = b.String(), true
			return l.gap()
		}
		if r == '\\' && l.at < len(l.line) {
			escaped, rest := l.next()
			switch {
			case isMark(escaped), escaped == '\\':
				text = rest
			case escaped == 'n':
				text = "\n"
			default:
				text += rest
			}
		}
		b.WriteString(text)
	}
	return fault.Newf(fault.Quotes, quotesFix, "The quotation mark in column %d is not closed.", opened)
}

// gap demands a blank behind a closing mark: "a"b is more often a forgotten
// escape than a wish.
func (l *lexer) gap() error {
	if l.at == len(l.line) {
		return nil
	}
	if r, _ := utf8.DecodeRuneInString(l.line[l.at:]); unicode.IsSpace(r) {
		return nil
	}
	return fault.Newf(fault.Quotes, `Put a blank behind the quotation, or write \" for a mark inside it.`,
		"Text follows the closing quotation mark in column %d directly.", l.column)
}

// closes reports whether one of the marks occurs unescaped.
func closes(s, marks string) bool {
	escaped := false
	for _, r := range s {
		if !escaped && strings.ContainsRune(marks, r) && r != utf8.RuneError {
			return true
		}
		escaped = !escaped && r == '\\'
	}
	return false
}

func isMark(r rune) bool { return r == '"' || r != utf8.RuneError && strings.ContainsRune(curly, r) }

func startsWithMark(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isMark(r)
}

// endsHead reports whether a quotation may follow directly: key: or key=.
func endsHead(s string) bool {
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "=")
}

// Quote writes a text so that Tokens gives it back as one token.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s) + `"`
}
