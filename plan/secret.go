package plan

import (
	"regexp"
	"strings"
)

// secretForms are the marks of secrets. The first group of each is the secret
// itself.
var secretForms = []struct {
	name string
	form *regexp.Regexp
	// hints are words of which one is in every text that the form matches, in
	// small letters. To look for them is a hundred times faster.
	hints []string
}{
	{"a private key", regexp.MustCompile(`(-----BEGIN [A-Z ]*PRIVATE KEY-----)`), []string{"private key"}},
	{"a cloud access key", regexp.MustCompile(`\b((?:AKIA|ASIA)[0-9A-Z]{16})\b`), []string{"akia", "asia"}},
	{"a code host token", regexp.MustCompile(`\b((?:gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_-]{16,})`), []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-"}},
	{"a chat token", regexp.MustCompile(`\b((?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,})`), []string{"xox", "xapp"}},
	{"a signed token", regexp.MustCompile(`\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)`), []string{"eyj"}},
	{"a password in an address", regexp.MustCompile(`\b[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/@]+)@`), []string{"://"}},
	{"a bearer token", regexp.MustCompile(`(?i)\bbearer\s+([A-Za-z0-9._~+/-]{16,})`), []string{"bearer"}},
	// A word after "password:" counts when it holds a digit; prose rarely does.
	{"a password", regexp.MustCompile(`(?i)(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key)["']?\s*[:=]\s*["']?([^\s"'{}$<>:]*[0-9][^\s"'{}<>]{2,})`), []string{"passw", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key"}},
	// As a key of YAML it counts whatever it is, references aside.
	{"a password", regexp.MustCompile(`(?i)^\s*(?:-\s+)?(?:[a-z_]*password|passwd|passphrase|[a-z_]*secret|[a-z_]*token|api[_-]?key)\s*:\s*["']?([^\s"'{}$<>:#]{4,})["']?\s*$`), []string{"passw", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key"}},
}

// findSecrets reports every line of a file that holds what looks like a
// secret, comments too: they are in the repository all the same.
func (l *loader) findSecrets(file, text string) {
	if !hinted(text) {
		return
	}
	for i, line := range strings.Split(text, "\n") {
		if !hinted(line) {
			continue
		}
		for _, s := range secretForms {
			if s.form.MatchString(line) {
				l.report(Error, codeSecret, Place{file, i + 1, 0}, "Remove it, change it where it is valid, and refer to it by env:, file: or exec:.",
					"This looks like %s (its value is masked).", s.name)
				break
			}
		}
	}
}

// hinted reports whether a text holds a word without which no form matches.
func hinted(text string) bool {
	// What the forms take for s and k in either case: the long s, the sign of
	// the kelvin.
	small := strings.ReplaceAll(strings.ToLower(text), "\u017f", "s")
	for _, s := range secretForms {
		for _, hint := range s.hints {
			if strings.Contains(small, hint) {
				return true
			}
		}
	}
	return false
}

// masked returns s with every secret in it replaced by ***.
func masked(s string) string {
	if !hinted(s) {
		return s
	}
	for _, secret := range secretForms {
		var b strings.Builder
		end := 0
		for _, m := range secret.form.FindAllStringSubmatchIndex(s, -1) {
			b.WriteString(s[end:m[2]] + "***")
			end = m[3]
		}
		s = b.String() + s[end:]
	}
	return s
}
