package redact

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Samples are put together from halves so that no scanner takes this file for
// a leak.
const (
	body20 = "abcDEF0123456789ghij"
	body36 = body20 + "KLMnop4567qrstUV"
	base64 = "MIIEpAIBAAKCAQEA7bq0h9mKz0dXyLw3h6vZ0v5s1N8yq4uJ0p2rT6wE9xYcBnQm"
)

var (
	awsID     = "AKI" + "AIOSFODNN7EXAMPLE"
	awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfi" + "CYEXAMPLEKEY"
	jwt       = "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N"
	pem       = "-----BEGIN RSA PRIVATE " + "KEY-----\n" + base64 + "\n" + base64 + "\nabc==\n-----END RSA PRIVATE KEY-----"
)

func TestSecretsAreReplacedByTheirKind(t *testing.T) {
	tests := map[string]struct{ in, want, kind string }{
		"slack bot token":              {"use xoxb-" + "123456789012-" + body20 + " now", "use [redacted slack-token] now", "slack-token"},
		"slack app token":              {"xapp-" + "1-A012345-" + body20, "[redacted slack-token]", "slack-token"},
		"slack webhook":                {"https://hooks.slack.com/services/" + "T0AAA/B0BBB/" + body20, "https://hooks.slack.com/services/[redacted slack-webhook]", "slack-webhook"},
		"github classic token":         {"(gh" + "p_" + body36 + ")", "([redacted github-token])", "github-token"},
		"github fine-grained token":    {"github_" + "pat_11ABC_" + body36, "[redacted github-token]", "github-token"},
		"gitlab token":                 {"glpat" + "-" + body20, "[redacted gitlab-token]", "gitlab-token"},
		"aws key id":                   {"key " + awsID + ".", "key [redacted aws-key].", "aws-key"},
		"aws key id and secret":        {awsID + " / " + awsSecret + " ok", "[redacted aws-key] ok", "aws-key"},
		"aws pair in two columns":      {awsID + "," + awsSecret, "[redacted aws-key]", "aws-key"},
		"aws secret by name":           {"aws_secret_access_key = " + awsSecret, "aws_secret_access_key = [redacted secret]", "secret"},
		"google key":                   {"AIza" + body36[:35], "[redacted google-key]", "google-key"},
		"pagerduty user token":         {"u+" + "wyDE7sKx23bQ91mnPa", "[redacted pagerduty-token]", "pagerduty-token"},
		"pagerduty app token":          {"pdus+" + "_0XBPWQQ_1bd8-aa", "[redacted pagerduty-token]", "pagerduty-token"},
		"pagerduty header":             {"Authorization: Token token=y_NbAkKc66ryYTWUXYEu", "Authorization: Token token=[redacted authorization]", "authorization"},
		"pagerduty routing key":        {"routing_key: " + "R0" + body20 + "0123456789", "routing_key: [redacted api-key]", "api-key"},
		"atlassian token":              {"ATATT" + "3xFfGF0" + body36 + "=1A2B3C4D", "[redacted atlassian-token]", "atlassian-token"},
		"stripe key":                   {"sk_" + "live_" + body20, "[redacted stripe-key]", "stripe-key"},
		"vault token":                  {"hvs." + body36, "[redacted vault-token]", "vault-token"},
		"npm token":                    {"npm_" + body36, "[redacted npm-token]", "npm-token"},
		"jwt":                          {"got " + jwt + " back", "got [redacted jwt] back", "jwt"},
		"pem":                          {"a\n" + pem + "\nb", "a\n[redacted pem]\nb", "pem"},
		"pem on one line":              {strings.ReplaceAll(pem, "\n", `\n`), "[redacted pem]", "pem"},
		"pem without its end":          {strings.TrimSuffix(pem, "-----END RSA PRIVATE KEY-----") + "then more", "[redacted pem]then more", "pem"},
		"encrypted pem without an end": {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0011\n\n" + base64, "[redacted pem]", "pem"},
		"password, colon":              {"password: hunter2 works", "password: [redacted password] works", "password"},
		"password, equals":             {"PWD=hunter2;x", "PWD=[redacted password];x", "password"},
		"password in quotes":           {`password = "two words", x`, `password = "[redacted password]", x`, "password"},
		"password in curly quotes":     {`password: “two words” x`, `password: “[redacted password]” x`, "password"},
		"password in JSON":             {`{"db_password":"a\"b","x":1}`, `{"db_password":"[redacted password]","x":1}`, "password"},
		"password in escaped JSON":     {`{\"password\":\"abc\"}`, `{\"password\":\"[redacted password]\"}`, "password"},
		"password in YAML":             {"dbPassword: 'p w'", "dbPassword: '[redacted password]'", "password"},
		"password in the environment":  {"PGPASSWORD=s3cr3t psql", "PGPASSWORD=[redacted password] psql", "password"},
		"password as a flag":           {"mysql --password hunter2 -h db", "mysql --password [redacted password] -h db", "password"},
		"password in SQL":              {"CREATE USER x IDENTIFIED BY 'pw1'", "CREATE USER x IDENTIFIED BY '[redacted password]'", "password"},
		"password of curl":             {"curl -u bob:hunter2 https://x", "curl -u bob:[redacted password] https://x", "password"},
		"secret":                       {"client_secret=abc123", "client_secret=[redacted secret]", "secret"},
		"token in a query":             {"https://h/x?token=abc&y=1", "https://h/x?token=[redacted token]&y=1", "token"},
		"api key":                      {"X-Api-Key: abc", "X-Api-Key: [redacted api-key]", "api-key"},
		"url with a password":          {"postgres://app:p@ss@db/x", "postgres://[redacted url-credentials]@db/x", "url-credentials"},
		"url with only a password":     {"redis://:pw@cache:6379", "redis://[redacted url-credentials]@cache:6379", "url-credentials"},
		"url with a token as the user": {"https://" + body20 + "@git.example/x", "https://[redacted url-credentials]@git.example/x", "url-credentials"},
		"bearer":                       {"bearer " + body20, "bearer [redacted authorization]", "authorization"},
		"bearer header":                {"-H 'Authorization: Bearer abc'", "-H 'Authorization: Bearer [redacted authorization]'", "authorization"},
		"basic header":                 {"authorization: Basic Ym9iOng=", "authorization: Basic [redacted authorization]", "authorization"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			clean, found := Secrets(test.in)
			if clean != test.want || !slices.Equal(found, []string{test.kind}) {
				t.Errorf("Secrets(%q)\n got %q %q\nwant %q [%q]", test.in, clean, found, test.want, test.kind)
			}
		})
	}
}

func TestNearMissesStay(t *testing.T) {
	for _, s := range []string{
		"",
		"deployed 3f2a1c9d8e7b6a5f4e3d2c1b0a9f8e7d6c5b4a39 to prod",
		"request 6ba7b810-9dad-11d1-80b4-00c04fd430c8 failed",
		"see OPS-311 and INC-42#17",
		"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
		"the password was rotated, passwords: all of them",
		"token bucket is empty, tokens: 5",
		"secret manager is down",
		"credential_ref: vault:payments/db#password",
		"password: vault:payments/db#password",
		"password: ${DB_PASSWORD} and token=$TOKEN",
		"password: ********",
		"password: \"\"",
		"the bearer of bad news, bearer certificates",
		"https://status.example/a@b and https://host:8080/x",
		"ssh://git@git.example/repo.git",
		"bob@example.com wrote",
		"-----BEGIN CERTIFICATE----- was missing",
		"AKIA is a prefix, AKIA123 too short",
		"ghp_short sk_live_ xoxb-1 eyJ.a.b npm_install",
		"/incident declare \"checkout failing\" sev:1 service:payments-api at:14:05",
		"key:value sort_key: 5 primary key: id",
	} {
		if clean, found := Secrets(s); clean != s || found != nil {
			t.Errorf("Secrets(%q) = %q, %q", s, clean, found)
		}
	}
}

func TestEverySecretOfALineIsFound(t *testing.T) {
	clean, found := Secrets("password=a token=b password=c " + awsID + " " + jwt)
	if want := "password=[redacted password] token=[redacted token] password=[redacted password] [redacted aws-key] [redacted jwt]"; clean != want {
		t.Errorf("got %q", clean)
	}
	if want := []string{"aws-key", "jwt", "password", "token"}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}

func TestASecretBesideAnotherInOneValueIsTakenToo(t *testing.T) {
	clean, _ := Secrets(`password: "xoxb-123456789012-abc hunter2"`)
	if strings.Contains(clean, "hunter2") {
		t.Error(clean)
	}
}

func TestTimeGrowsLinearly(t *testing.T) {
	for _, unit := range []string{
		"-----BEGIN A-----", "-----BEGIN A-----\n" + base64 + "\n", "-----END A-----", `password="`, "password='x ",
		"password: “", `token:\"`, "eyJ", "eyJaaaaaaaaaa.", "a://b", "a://b:c", "token", "secret_", "bearer ", "AKIAIOSFODNN7EXAMPLE ",
		" -u a", "api key ", "authorization: basic ",
	} {
		var short, long time.Duration
		// Ten times the text; quadratic work takes a hundred times as long however
		// often it is tried, while a busy machine is quiet at some time.
		for tries := 0; tries < 50 && (tries == 0 || long > 50*short); tries++ {
			short = fastest(strings.Repeat(unit, 4_000/len(unit)))
			long = fastest(strings.Repeat(unit, 40_000/len(unit)))
		}
		if long > 50*short {
			t.Errorf("%q: 4 kB in %v, 40 kB in %v", unit, short, long)
		}
	}
}

func fastest(s string) time.Duration {
	best := time.Duration(1<<63 - 1)
	for range 3 {
		start := time.Now()
		Secrets(s)
		best = min(best, time.Since(start))
	}
	return best
}

func FuzzSecrets(f *testing.F) {
	for _, s := range []string{pem, jwt, awsID + " " + awsSecret, `password: "a b" token=c`, "https://u:p@h/ Bearer abcdefghijk1", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean, found := Secrets(s)
		if (clean == s) != (found == nil) {
			t.Fatalf("Secrets(%q) = %q, %q", s, clean, found)
		}
		for _, planted := range []string{jwt, "AKI" + "A0123456789ABCDEF"} {
			if clean, _ := Secrets(s + " " + planted + " " + s); strings.Contains(clean, " "+planted+" ") {
				t.Fatalf("%q stays in %q", planted, clean)
			}
		}
	})
}
