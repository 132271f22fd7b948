package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/plan"
)

func TestTelephonesAreKnownForPeopleAndForWhatIsPaged(t *testing.T) {
	p := &plan.Plan{
		People:   []plan.Person{{ID: "dan", Phone: "+44 1"}, {ID: "dora"}},
		Teams:    []plan.Team{{ID: "dba", Phone: "+44 2"}, {ID: "app"}},
		Services: []plan.Service{{ID: "ledger", Team: "dba"}, {ID: "portal", Team: "app"}},
	}
	want := map[string]string{"dan": "+44 1", "@dan": "+44 1", "team:dba": "+44 2", "service:ledger": "+44 2"}
	if diff := cmp.Diff(want, p.Telephones()); diff != "" {
		t.Error(diff)
	}
}
