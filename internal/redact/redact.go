// Package redact takes secrets out of text before it is stored. What is in a
// hash chain cannot be taken out later, so this runs at intake.
package redact

import (
	"regexp"
	"slices"
	"strings"
)

// Secrets replaces every secret it knows the shape of by "[redacted KIND]"
// and returns the kinds it found, sorted, each once; none when s is returned
// as it was. It errs towards redacting: "password: ask Bob" loses a word.
// What it cannot know is a secret without a shape or a name in front of it.
//
// The time it takes grows linearly with s.
func Secrets(s string) (clean string, found []string) {
	note := func(kind string) string {
		found = append(found, kind)
		return "[redacted " + kind + "]"
	}
	lower := strings.ToLower(s)
	clean = armoured(s, note)
	for _, r := range rules {
		if r.mayOccur(lower) {
			clean = r.apply(clean, note)
		}
	}
	slices.Sort(found)
	return clean, slices.Compact(found)
}

// rule is one shape of secret.
type rule struct {
	kind  string
	hints []string // lower case; one of them is in every text that matches
	// shape matches a secret where it stands. What goes is its one group, or
	// the whole match when no group took part.
	shape  *regexp.Regexp
	secret func(text string) bool // tells what is to go from a near miss; nil takes all
}

func (r rule) mayOccur(lower string) bool {
	return slices.ContainsFunc(r.hints, func(h string) bool { return strings.Contains(lower, h) })
}

func (r rule) apply(s string, note func(kind string) string) string {
	var b strings.Builder
	end := 0
	for _, m := range r.shape.FindAllStringSubmatchIndex(s, -1) {
		from, to := secretPart(m)
		text := s[from:to]
		if placeholder.MatchString(text) || r.secret != nil && !r.secret(text) {
			continue
		}
		b.WriteString(s[end:from])
		b.WriteString(note(r.kind))
		end = to
	}
	if end == 0 {
		return s
	}
	b.WriteString(s[end:])
	return b.String()
}

// placeholder is what an earlier rule has left. A bare value ends at the
// blank, so it sees only the first half.
var placeholder = regexp.MustCompile(`^\[redacted( [a-z-]+\])?$`)

func secretPart(match []int) (from, to int) {
	for i := 2; i < len(match); i += 2 {
		if match[i] >= 0 {
			return match[i], match[i+1]
		}
	}
	return match[0], match[1]
}
