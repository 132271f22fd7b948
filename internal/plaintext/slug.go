package plaintext

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const slugLength = 40

// Slug makes the readable part of a room's name from a title: lower-case
// a-z and 0-9, everything between them one "-", accents dropped, at most 40
// characters, cut between words where there is a place to cut. A title
// without a letter or digit of these gives "".
func Slug(title string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(title) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(r)
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteRune(r)
		if b.Len() > 2*slugLength {
			break // a long title is not read to its end
		}
	}
	return cut(b.String())
}

func cut(slug string) string {
	if len(slug) <= slugLength {
		return slug
	}
	if end := strings.LastIndexByte(slug[:slugLength+1], '-'); end > 0 {
		return slug[:end]
	}
	return slug[:slugLength]
}
