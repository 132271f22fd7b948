// Package plaintext turns what people and alerts send into text that is safe
// to store, and titles into room names.
package plaintext

import (
	"strings"
	"unicode"
)

// Clean is what every text passes once, at intake. It drops what a reader
// cannot see but a renderer obeys: control characters, bidirectional controls,
// zero-width and private-use characters (the latter also mark values inside
// templates, so none may arrive from outside). Line ends of any kind become
// \n, tabs stay, broken UTF-8 becomes U+FFFD. Quotes and dashes stay as typed.
//
// Cleaning twice changes nothing.
func Clean(s string) string {
	if IsPlain(s) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case unicode.In(r, unseen...) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r):
			return -1
		}
		return r
	}, s)
}

// IsPlain says that a text is nothing but printable ASCII, line breaks and
// tabs, as most are.
func IsPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c > '~') && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// unseen are the classes that are dropped. Format characters (Cf) hold the
// bidirectional controls, the zero-width characters and the tag characters;
// the visible number signs among them, Prepended_Concatenation_Mark, are kept.
var unseen = []*unicode.RangeTable{
	unicode.Cc,
	unicode.Cf,
	unicode.Co,
	unicode.Other_Default_Ignorable_Code_Point, // fillers that draw as nothing
	unicode.Noncharacter_Code_Point,
}
