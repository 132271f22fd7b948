package jira

import (
	"strings"
	"testing"
	"testing/quick"
)

func TestWhatPeopleWriteMeansNothingToJira(t *testing.T) {
	for _, text := range []string{
		"[~admin] look", "[~accountid:5b10a2844c20165700ede21g]", "{noformat}h1. out{noformat}", "{NoFormat}x", "{{noformat}noformat}", "{nofor\u200bmat}x",
		"{noformat:title=x}", "[[~a]~b]", "[\u200b~admin]", "!https://evil.example.com/x.png!", "[click|https://evil.example.com]", "h1. big\n||a||b||", "{code}x{code}", "\u202e{noformat}",
	} {
		framed(t, text)
	}
	if err := quick.Check(func(a, b string) bool { return framed(t, a+"{noformat}"+b+"[~"+a) }, nil); err != nil {
		t.Error(err)
	}
}

// framed demands that a text stays in its frame.
func framed(t *testing.T, text string) bool {
	t.Helper()
	got := verbatim(text)
	inside := strings.TrimSuffix(strings.TrimPrefix(got, "{noformat}\n"), "\n{noformat}")
	if low := strings.ToLower(inside); len(inside) > len(got)-2*len("{noformat}\n") || strings.Contains(low, "{noformat") || strings.Contains(low, "[~") {
		t.Errorf("%q became %q", text, got)
		return false
	}
	return true
}

func TestNoTwoKeysHaveOneLabel(t *testing.T) {
	one, other := &Tracker{options: Options{Instance: "a"}}, &Tracker{options: Options{Instance: "b"}}
	seen := map[string]string{}
	for _, key := range []string{"INC-1/ticket:T1", "INC-1/ticket-T1", "INC-1/ticket:T1#9", "INC-1/ticket:T19", "inc-1/ticket:T1", strings.Repeat("x", 100), strings.Repeat("x", 101), ""} {
		for _, k := range []*Tracker{one, other} {
			l := k.label(key)
			if was, again := seen[l]; again || strings.ContainsAny(l, " \"'") || len(l) > 100 || !strings.HasPrefix(l, "hf-") {
				t.Errorf("%q is %q, as %q is", key, l, was)
			}
			seen[l] = key
		}
	}
}
