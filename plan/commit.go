package plan

import "strings"

// shownDigits is how much of a git commit people are shown.
const shownDigits = 7

// ShortCommit is a plan's commit as people are shown it: the first digits of a
// git hash, and anything else as it is.
func ShortCommit(commit string) string {
	hash := strings.TrimSuffix(commit, changed)
	if len(hash) != 40 || strings.Trim(hash, "0123456789abcdef") != "" {
		return commit
	}
	return hash[:shownDigits] + commit[len(hash):]
}
