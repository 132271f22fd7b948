package export

import (
	"strings"
	"unicode/utf8"

	"holdfast/templates"
)

// brk stands for a line break of a text that is shown on one line.
const brk = " ⏎ "

// literal returns a text from outside as Markdown that shows these words and
// does nothing else, wherever in a line it stands: also at the beginning of a
// list item, in a table cell, in a heading, and for readers that also obey
// HTML, tables, strikethrough, formulas or bare links. It is one line.
func literal(s string) string {
	s = strings.TrimSpace(s)
	if !harmless(s) {
		s = strings.TrimSpace(templates.Inert(s))
	}
	marker := markerOf(s)
	if marker < 0 && !strings.HasSuffix(s, "#") && !strings.ContainsAny(s, "\n\t\\`*_[]{}|~$<>&:@.") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if i == marker {
			b.WriteByte('\\')
		}
		switch c {
		case '\n':
			b.WriteString(brk)
			continue
		case '\t':
			c = ' '
		case '<':
			b.WriteString("&lt;")
			continue
		case '>':
			b.WriteString("&gt;")
			continue
		case '&':
			b.WriteString("&amp;")
			continue
		case '~': // an escaped one would still run into the tildes of struck
			b.WriteString("&#126;")
			continue
		case '\\', '`', '*', '[', ']', '{', '}', '|', '$':
			b.WriteByte('\\')
		case '#': // of a run that would end a heading
			if i > 0 && (s[i-1] == ' ' || s[i-1] == '\t') && strings.Trim(s[i:], "#") == "" {
				b.WriteByte('\\')
			}
		case '_':
			if !inWord(s, i) {
				b.WriteByte('\\')
			}
		case ':': // of a bare link
			if strings.HasPrefix(s[i:], "://") {
				b.WriteByte('\\')
			}
		case '.': // of www., which some readers link
			if i >= 3 && strings.EqualFold(s[i-3:i], "www") {
				b.WriteByte('\\')
			}
		case '@': // of a mail address; a person's @ has nothing before it
			if i > 0 && isWord(s[i-1]) {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// markerOf returns where the character stands by which a line's beginning
// would open a heading, a list, a rule or a table, or -1. Other such characters are
// escaped anywhere.
func markerOf(s string) int {
	run := func(of string) int { return len(s) - len(strings.TrimLeft(s, of)) }
	free := func(i int) bool { return i == len(s) || strings.IndexByte(" \t\n", s[i]) >= 0 }
	switch {
	case s == "":
	case s[0] == '#' && free(run("#")), s[0] == '=':
		return 0
	case (s[0] == '-' || s[0] == '+') && (len(s) == 1 || !isWord(s[1])):
		return 0
	case s[0] == ':' && !strings.HasPrefix(s, "://") && (len(s) == 1 || !isWord(s[1])):
		return 0
	case isDigit(s[0]):
		if i := run("0123456789"); i < len(s) && (s[i] == '.' || s[i] == ')') && free(i+1) {
			return i
		}
	}
	return -1
}

// inWord says whether an underscore stands inside a word, where it marks
// nothing: db_payments stays readable.
func inWord(s string, i int) bool {
	return i > 0 && i+1 < len(s) && isWord(s[i-1]) && isWord(s[i+1])
}

func isWord(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// harmless says of most texts, cheaply, that templates.Inert would not change
// them. What it is not sure of is not harmless.
func harmless(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			if !everyday(r) {
				return false
			}
			i += n
			continue
		case c == '<', c < ' ' && c != '\n' && c != '\t', c == 0x7f:
			return false
		case c == '@' && callsEverybody(s[i+1:]):
			return false
		}
		i++
	}
	return true
}

// everyday are the letters and signs of most of the world's writing: ranges in
// which nothing is unseen and nothing turns the direction of reading.
func everyday(r rune) bool {
	switch {
	case r == 0xad: // soft hyphen
		return false
	case r >= 0xa1 && r <= 0x33f, r >= 0x370 && r <= 0x5ff, r >= 0x900 && r <= 0x10ff,
		r >= 0x1e00 && r <= 0x1fff, r >= 0x2010 && r <= 0x2027, r >= 0x2030 && r <= 0x205e, r >= 0x2070 && r <= 0x3163,
		r >= 0x3165 && r <= 0xd7ff, r >= 0x1f000 && r <= 0x1faff:
		return true
	}
	return false
}

// callsEverybody says whether what follows an @ may be a call to a whole room,
// or breaks off where it could become one.
func callsEverybody(rest string) bool {
	for _, name := range []string{"here", "channel", "everyone", "all"} {
		if n := min(len(rest), len(name)); strings.EqualFold(rest[:n], name[:n]) {
			return true
		}
	}
	return false
}
