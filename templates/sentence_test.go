package templates

import (
	"strings"
	"testing"

	"holdfast/incident"
	"holdfast/journal"
)

// A kind that nobody has put into words would stand in timelines and records
// as its bare name.
func TestEveryFactIsToldInASentence(t *testing.T) {
	for _, kinds := range []journal.Kinds{incident.Kinds(), incident.RegisterKinds()} {
		for kind, empty := range kinds {
			e := at(0, "bob", empty())
			if s := Sentence(e); strings.Contains(s, "recorded "+kind) || s == "" {
				t.Errorf("%s is told as %q", kind, s)
			}
		}
	}
}

func TestASentenceSaysWhichIncidentGoesOnWhere(t *testing.T) {
	for want, f := range map[string]journal.Fact{
		"@bob merged it into INC-2":                 &incident.Merged{Into: "INC-2"},
		"@dan merged INC-3 into it":                 &incident.Absorbed{From: "INC-3", By: "dan"},
		"@dan merged INC-3 into it: cards declined": &incident.Absorbed{From: "INC-3", Title: "cards declined", By: "dan"},
		"@bob asked for merge into INC-2":           &journal.Requested{Effect: journal.Effect{Type: journal.Merge, To: "INC-2"}},
		"Taken in by the other incident: INC-2#17":  &journal.Settled{Type: journal.Merge, Key: "INC-1/merge:INC-2", Ref: "INC-2#17"},
		"FAILED: merge INC-2: INC-2 is closed.":     &journal.Failed{Type: journal.Merge, Key: "INC-1/merge:INC-2", Reason: "INC-2 is closed."},
		"No longer wanted: merge INC-2 (reopened)":  &journal.Abandoned{Type: journal.Merge, Key: "INC-1/merge:INC-2", Reason: "reopened"},
	} {
		if got := Sentence(at(0, "bob", f)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
