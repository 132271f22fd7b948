package plan

import (
	"strings"
	"testing"
)

// The hints are only for speed: whatever a form matches has one.
func FuzzHints(f *testing.F) {
	for _, seed := range []string{
		"-----BEGIN RSA PRIVATE KEY-----", "AKIAIOSFODNN7EXAMPLE", "ghp_0123456789abcdefghij", "github_pat_AAAAAAAAAAAAAAAAAA", "glpat-AAAAAAAAAAAAAAAAAA",
		"xoxb-123456789012", "xapp-123456789012", "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "postgres://app:hunter2@db", "Bearer abcdefghijklmnop", "BEARER abcdefghijklmnop",
		"pa\u017f\u017fword: hunter2", "to\u212aen=abc123", "api_key: 'abc1'", "api\u212aey: abcd", "PWD=a1bcd", "Passphrase: x1yz", "client_secret: abcd",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for line := range strings.SplitSeq(s, "\n") {
			for _, form := range secretForms {
				if form.form.MatchString(line) && !hinted(line) {
					t.Errorf("%q is %s and has no hint", line, form.name)
				}
			}
		}
	})
}
