package grammar

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/internal/fault"
)

var verbs = Choices{
	Noun:      "verb",
	Unknown:   fault.UnknownVerb,
	Otherwise: "`/incident help` lists them.",
	List: []Choice{
		{"declare", []string{"new", "open", "create", "start"}},
		{"decide", nil},
		{"page", []string{"escalate"}},
		{"note", []string{"log"}},
		{"resolve", nil},
		{"role", []string{"assign"}},
		{"roles", nil},
	},
}

func TestPickFindsTheNameThatIsMeant(t *testing.T) {
	for word, want := range map[string]string{
		"declare": "declare", "DECLARE": "declare", "open": "declare", "dec" + "l": "declare", "cr": "declare", "esc": "page",
		"p": "page", "role": "role", "res": "resolve", "log": "note", "start": "declare",
	} {
		if got, err := Pick(word, verbs); got != want || err != nil {
			t.Errorf("Pick(%q) = %q, %v; want %q", word, got, err, want)
		}
	}
}

func TestPickRefusesWhatItCannotKnow(t *testing.T) {
	for word, want := range map[string]*fault.Error{
		"de":      fault.New(fault.Ambiguous, `"de" begins more than one verb.`, "Type one more letter: declare or decide."),
		"n":       fault.New(fault.Ambiguous, `"n" begins more than one verb.`, "Type one more letter: declare or note."),
		"r":       fault.New(fault.Ambiguous, `"r" begins more than one verb.`, "Type one more letter: resolve, role or roles."),
		"declaer": fault.New(fault.UnknownVerb, `There is no verb "declaer".`, "Did you mean declare?"),
		"xyzzy":   fault.New(fault.UnknownVerb, `There is no verb "xyzzy".`, "`/incident help` lists them."),
		"":        fault.New(fault.UnknownVerb, `There is no verb "".`, "`/incident help` lists them."),
	} {
		got, err := Pick(word, verbs)
		if diff := cmp.Diff(want, fault.From(err)); diff != "" || got != "" {
			t.Errorf("Pick(%q) = %q (-want +got)\n%s", word, got, diff)
		}
	}
}
