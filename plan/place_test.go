package plan

import "testing"

func TestWhatThePlanSaysCanBePointedAt(t *testing.T) {
	p := northbridge(t)
	for path, want := range map[string]Place{
		"service/idp":                 {"services/idp.yaml", 1, 1},
		"service/idp.rto":             {"services/idp.yaml", 5, 6},
		"service/idp.deps.directory":  {"services/idp.yaml", 10, 5},
		"service/idp.deps.no-such":    {"services/idp.yaml", 10, 3},
		"service/idp.owners":          {"services/idp.yaml", 1, 1},
		"service/idp.rto.of.anything": {"services/idp.yaml", 5, 6},
		"person/alice":                {"people.yaml", 5, 5},
		"team/net.on_call":            {"teams.yaml", 5, 14},
		"policy.ticket.project":       {"policy.yaml", 4, 12},
		"service/no-such.rto":         {},
		"":                            {},
	} {
		if got := p.Where(path); got != want {
			t.Errorf("%q is at %+v, want %+v", path, got, want)
		}
	}
}
