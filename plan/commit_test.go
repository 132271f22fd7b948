package plan

import "testing"

func TestAGitCommitIsShownShort(t *testing.T) {
	const hash = "3f2a1c9d5e6b7a8f90123456789abcdef0123456"
	for commit, want := range map[string]string{
		hash:                   "3f2a1c9",
		hash + "+changed":      "3f2a1c9+changed",
		"sha256:0123456789ab":  "sha256:0123456789ab",
		"empty":                "empty",
		"a1b2c3d":              "a1b2c3d",
		"G" + hash[1:]:         "G" + hash[1:],
		"sha256:ab" + hash[9:]: "sha256:ab" + hash[9:],
	} {
		if got := ShortCommit(commit); got != want {
			t.Errorf("%s is shown as %s, want %s", commit, got, want)
		}
	}
}
