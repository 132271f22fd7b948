package redact

import (
	"regexp"
	"strings"
)

// rules are applied in this order: tokens by their own shape first, so that
// they get their own name, then whatever stands behind a telling word.
var rules = []rule{
	{kind: "jwt", hints: []string{"eyj"},
		shape: regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*`)},
	{kind: "slack-token", hints: []string{"xox", "xapp-"},
		shape: regexp.MustCompile(`\b(?:xox[a-z](?:\.xox[a-z])?|xapp)-[A-Za-z0-9-]{10,}`)},
	{kind: "slack-webhook", hints: []string{"hooks.slack.com"},
		shape: regexp.MustCompile(`\bhooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{10,})`)},
	{kind: "github-token", hints: []string{"gh", "github_pat_"},
		shape: regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})`)},
	{kind: "gitlab-token", hints: []string{"glpat-"},
		shape: regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	// The secret half often follows its key id, with or without its name.
	{kind: "aws-key", hints: []string{"akia", "asia"},
		shape: regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z0-9]{16}\b(?:[\s:,;/|"']{1,4}(?:[A-Za-z_ ]{1,30}[\s:="']{1,4})?[A-Za-z0-9/+]{40}\b)?`)},
	{kind: "google-key", hints: []string{"aiza"},
		shape: regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}`)},
	{kind: "pagerduty-token", hints: []string{"pdus+_", "pdeu+_", "u+"},
		shape: regexp.MustCompile(`\b(?:pd(?:us|eu)\+_[A-Za-z0-9_+-]{10,}|u\+[A-Za-z0-9_-]{18}\b)`)},
	{kind: "atlassian-token", hints: []string{"atatt", "atctt", "atstt", "atbb"},
		shape: regexp.MustCompile(`\bAT(?:ATT|CTT|STT|BB)[A-Za-z0-9_=-]{20,}`)},
	{kind: "stripe-key", hints: []string{"k_live_", "k_test_", "whsec_"},
		shape: regexp.MustCompile(`\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{10,}`)},
	{kind: "vault-token", hints: []string{"hvs.", "hvb."},
		shape: regexp.MustCompile(`\bhv[sb]\.[A-Za-z0-9_-]{20,}`)},
	{kind: "npm-token", hints: []string{"npm_"},
		shape: regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}`)},

	// The user's name goes with the password: https://TOKEN@host is common.
	{kind: "url-credentials", hints: []string{"://"}, secret: isCredentials,
		shape: regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://([^\s/?#"'<>]+)@`)},
	{kind: "authorization", hints: []string{"bearer"}, secret: looksRandom,
		shape: regexp.MustCompile(`(?i)\bbearer(?:\s+|:\s*|=)["']?([A-Za-z0-9._~+/=-]{12,})`)},
	{kind: "authorization", hints: []string{"authorization"},
		shape: regexp.MustCompile(`(?i)\bauthorization\\?["']?\s*[:=]\s*\\?["']?(?:bearer|basic|token|digest|apikey|geniekey|splunk)\s+(?:token=)?\\?["']?([^\s"'\\]+)`)},
	{kind: "password", hints: []string{"-u", "--user"},
		shape: regexp.MustCompile(`\s(?:-u|--user)[\s=]\s*["']?[^\s:"']+:([^\s"']+)`)},
	{kind: "password", hints: []string{"identified"},
		shape: regexp.MustCompile(`(?i)\bidentified\s+by\s+(?:password\s+)?["']([^"'\n]+)["']`)},

	named("password", `(?:passw(?:or)?d|passphrase|passwort|pwd)`, "passw", "passphrase", "pwd"),
	named("secret", `(?:secret|secret[_-]?(?:access[_-]?)?key(?:[_-]?base)?|private[_-]?key)`, "secret", "key"),
	named("token", `token`, "token"),
	named("api-key", `(?:(?:api|access|integration|routing|encryption)[_ -]?|service[_-]|account[_-]?)key`, "key"),
}

// named is a value behind a telling name, as in password: x, PGPASSWORD=x,
// "client_secret": "x", ?token=x and --token x. Only the value goes.
func named(kind, name string, hints ...string) rule {
	const (
		is    = `(?:\\?["'])?\s*(?::=|=>|=|:)\s*`
		value = `(?:\\"([^"\\\n]+)\\"|"((?:[^"\\\n]|\\.)+)"|'([^'\n]+)'|[“”]([^“”\n]+)[“”]|([^\s,;&"'<>“”\\]+))`
	)
	return rule{kind: kind, hints: hints, secret: isNoReference, shape: regexp.MustCompile(
		`(?i)(?:[A-Za-z0-9_.-]*` + name + is + `|--` + name + `\s+)` + value)}
}

// isCredentials reports whether the user part of a URL gives away more than a
// login's name, as in ssh://git@host it does not.
func isCredentials(user string) bool {
	_, password, _ := strings.Cut(user, ":")
	return password != "" || len(user) >= 16
}

// looksRandom tells a token from a word: "bearer certificates" is prose.
func looksRandom(text string) bool {
	return strings.ContainsAny(text, "0123456789") || len(text) > 30
}

// isNoReference is false for a value that only says where the secret is kept,
// or that somebody has masked already.
func isNoReference(value string) bool { return !reference.MatchString(value) }

var reference = regexp.MustCompile(`^(?:\$\{[^}]*\}|\$\([^)]*\)|\$[A-Z][A-Z0-9_]*|\{\{.*|(?:vault|env|file|exec):\S+|\*+|x{3,})$`)
