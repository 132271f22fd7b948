// Package nearest finds the names a person may have meant.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

const (
	most    = 3  // suggestions given
	longest = 64 // runes; a longer word is no misspelt name
)

// Words returns up to three candidates that are near to word, closest first
// and then in alphabetical order. Near means an edit distance of at most a
// third of the longer of the two; swapping two neighbours counts as one edit,
// upper and lower case are the same.
func Words(word string, candidates []string) []string {
	type hit struct {
		word     string
		distance int
	}
	typed := []rune(strings.ToLower(word))
	if len(typed) == 0 || len(typed) > longest {
		return nil
	}
	var hits []hit
	for _, c := range candidates {
		name := []rune(strings.ToLower(c))
		limit := max(len(typed), len(name)) / 3
		if len(name) > longest || abs(len(typed)-len(name)) > limit {
			continue
		}
		if d := distance(typed, name); d <= limit {
			hits = append(hits, hit{c, d})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.word, b.word))
	})
	hits = slices.Compact(hits)
	var words []string
	for _, h := range hits[:min(len(hits), most)] {
		words = append(words, h.word)
	}
	return words
}

// Sentence says what may have been meant, "Did you mean a, b or c?", or
// otherwise when nothing is near.
func Sentence(word string, candidates []string, otherwise string) string {
	near := Words(word, candidates)
	switch len(near) {
	case 0:
		return otherwise
	case 1:
		return "Did you mean " + near[0] + "?"
	}
	last := len(near) - 1
	return "Did you mean " + strings.Join(near[:last], ", ") + " or " + near[last] + "?"
}

// distance is the optimal string alignment distance: inserting, deleting,
// replacing a rune or swapping two neighbours is one edit each.
func distance(a, b []rune) int {
	before := make([]int, len(b)+1)
	above := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

func abs(n int) int {
	return max(n, -n)
}
