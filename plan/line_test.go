package plan_test

import (
	"fmt"
	"testing"

	"holdfast/plan"
)

func TestSitesThatOneCutPartsAreFound(t *testing.T) {
	type c = plan.Circuit
	for _, x := range []struct {
		why  string
		mine []plan.Circuit
		want string
	}{
		{"one circuit", []c{{ID: "a", AEnd: "D", ZEnd: "S", PathID: "north"}}, "[{D S [a] }]"},
		{"two on one path, of two vendors", []c{{ID: "a", AEnd: "D", ZEnd: "S", PathID: "north"}, {ID: "b", AEnd: "S", ZEnd: "D", PathID: "north"}}, "[{D S [a b] north}]"},
		{"two on two paths", []c{{ID: "a", AEnd: "D", ZEnd: "S", PathID: "north"}, {ID: "b", AEnd: "D", ZEnd: "S", PathID: "south"}}, "[]"},
		{"a third beside two on one path", []c{{ID: "a", AEnd: "D", ZEnd: "S", PathID: "north"}, {ID: "b", AEnd: "D", ZEnd: "S", PathID: "north"}, {ID: "c", AEnd: "D", ZEnd: "S", PathID: "south"}}, "[]"},
		{"two of which nobody says where they lie", []c{{ID: "a", AEnd: "D", ZEnd: "S"}, {ID: "b", AEnd: "D", ZEnd: "S"}}, "[]"},
		{"to two sites", []c{{ID: "a", AEnd: "D", ZEnd: "S"}, {ID: "b", AEnd: "D", ZEnd: "T"}}, "[{D S [a] } {D T [b] }]"},
		{"none", nil, "[]"},
	} {
		p := plan.Empty()
		for _, circuit := range x.mine {
			p.Vendors = append(p.Vendors, plan.Vendor{ID: "v" + circuit.ID, Circuits: []plan.Circuit{circuit}})
		}
		if got := fmt.Sprint(plan.LoneLines(p)); got != x.want {
			t.Errorf("%s: %s, not %s", x.why, got, x.want)
		}
	}
}
