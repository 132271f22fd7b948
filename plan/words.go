package plan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxID    = 64
	maxText  = 500  // runes of one text field
	maxLines = 4000 // runes of one that may have several lines
	idRule   = "An id is made of a-z, 0-9 and -, starts with a letter or digit and has at most 64 characters."
)

// IsID says whether a word may be the id of a person, a team or a service.
func IsID(s string) bool {
	if s == "" || len(s) > maxID || s[0] == '-' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// shown prepares a word from a file or a person for a message: secrets masked,
// then cut so that the message stays readable.
func shown(s string) string {
	const most = 60
	s = masked(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "..."
}

// forbidden returns a character of s that no text of the plan may hold: one
// that could hide or reorder what a reader sees, or that templates use as a
// mark of their own.
func forbidden(s string) (name string, found bool) {
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case unicode.IsControl(r):
			return fmt.Sprintf("the control character U+%04X", r), true
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Sprintf("the direction mark U+%04X", r), true
		case r == 0x200B || r == 0x2060 || r == 0xFEFF || r == 0x2028 || r == 0x2029:
			return fmt.Sprintf("the invisible character U+%04X", r), true
		case unicode.Is(unicode.Co, r):
			return fmt.Sprintf("the private-use character U+%04X", r), true
		}
	}
	return "", false
}

// visible spells out the characters of s that could mislead on a terminal or
// in a log.
func visible(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if _, odd := forbidden(string(r)); odd || r == '\n' || r == '\t' {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain reports whether a text is made of what every terminal shows.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
