package nearest

import (
	"slices"
	"strings"
	"testing"
)

func TestWordsNamesWhatWasProbablyMeant(t *testing.T) {
	services := []string{"net-core", "dns", "san", "directory", "idp", "db-payments", "mq", "payments-api"}
	tests := map[string]struct {
		word       string
		candidates []string
		want       []string
	}{
		"a missing letter":                       {"payment-api", services, []string{"payments-api"}},
		"two neighbours swapped in a short name": {"dsn", services, []string{"dns"}},
		"another case":                           {"MQ", services, []string{"mq"}},
		"exactly a third is near":                {"abcxyz", []string{"abcdyw"}, []string{"abcdyw"}},
		"more than a third is not":               {"abcxyz", []string{"abcuvw"}, nil},
		"closest first, then by name":            {"alpha", []string{"alphas", "alphb", "alpha1", "alph"}, []string{"alph", "alpha1", "alphas"}},
		"never more than three":                  {"node-1", []string{"node-2", "node-3", "node-4", "node-5"}, []string{"node-2", "node-3", "node-4"}},
		"a name listed twice is named once":      {"idb", []string{"idp", "idp"}, []string{"idp"}},
		"nothing typed":                          {"", services, nil},
		"a wall of text":                         {strings.Repeat("x", 5000), []string{strings.Repeat("x", 4999)}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := Words(test.word, test.candidates); !slices.Equal(got, test.want) {
				t.Errorf("Words(%q) = %q, want %q", test.word, got, test.want)
			}
		})
	}
}

func TestSentenceReadsLikeAQuestion(t *testing.T) {
	tests := map[string][]string{
		"Did you mean dns?":                     {"dns"},
		"Did you mean dna or dns?":              {"dns", "dna"},
		"Did you mean dna, dnb or dns?":         {"dns", "dna", "dnb"},
		"`/incident list` names the open ones.": nil,
	}
	for want, candidates := range tests {
		if got := Sentence("dnx", candidates, "`/incident list` names the open ones."); got != want {
			t.Errorf("Sentence(dnx, %q) = %q, want %q", candidates, got, want)
		}
	}
}
