package redact

import (
	"regexp"
	"strings"
)

var (
	armourBegin = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]{1,40}-----`)
	armourEnd   = regexp.MustCompile(`-----END [A-Z0-9 ]{1,40}-----`)
	// armourBody is what follows the first line of a block whose last line was
	// lost in pasting: header lines, then base64, with real or written \n.
	armourBody = regexp.MustCompile(`^(?:(?:\s|\\[nr])*(?:[A-Za-z-]{1,20}: [^\n]*|[A-Za-z0-9+/=]{16,}))+(?:(?:\s|\\[nr])+[A-Za-z0-9+/]{1,15}={0,2}(?:\s|$))?`)
)

// armoured replaces PEM blocks. It looks for both ends itself because one
// pattern for whole and torn blocks would read on to the end of the text again
// for each torn one.
func armoured(s string, note func(kind string) string) string {
	const kind = "pem"
	ends := armourEnd.FindAllStringIndex(s, -1)
	var b strings.Builder
	done := 0
	for _, begin := range armourBegin.FindAllStringIndex(s, -1) {
		if begin[0] < done {
			continue // inside the block before
		}
		for len(ends) > 0 && ends[0][0] < begin[1] {
			ends = ends[1:]
		}
		to := begin[1]
		if len(ends) > 0 {
			to = ends[0][1]
		} else if body := armourBody.FindStringIndex(s[begin[1]:]); body != nil {
			to += body[1]
		} else {
			continue // words about a block, not a block
		}
		b.WriteString(s[done:begin[0]])
		b.WriteString(note(kind))
		done = to
	}
	b.WriteString(s[done:])
	return b.String()
}
