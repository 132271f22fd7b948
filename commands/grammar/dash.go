package grammar

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	longDashes = "—―"      // what keyboards make of --
	dashes     = "‐‑‒–−—―" // every dash that is not the plain one
)

// plainDashes undoes what keyboards do to the dashes of a bare word: —drill
// and –drill are --drill, –10m is -10m, db–payments is db-payments. A dash
// alone, and a long one between words, is prose and stays.
func plainDashes(word string) string {
	if !strings.ContainsAny(word, dashes) {
		return word
	}
	rest := strings.TrimLeft(word, "-"+dashes)
	lead := word[:len(word)-len(rest)]
	if rest == "" {
		return word
	}
	if strings.ContainsAny(lead, dashes) {
		lead = "-"
		if r, _ := utf8.DecodeRuneInString(rest); unicode.IsLetter(r) {
			lead = "--"
		}
	}
	return lead + strings.Map(func(r rune) rune {
		if strings.ContainsRune(dashes, r) && !strings.ContainsRune(longDashes, r) {
			return '-'
		}
		return r
	}, rest)
}

// shortDashes makes every dash the plain one, for words that can be nothing
// but a time.
func shortDashes(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(dashes, r) {
			return '-'
		}
		return r
	}, s)
}
