package incident

import (
	"slices"
	"testing"

	"holdfast/internal/fault"
)

func TestVendorsAreThoseWithAPartInTheIncident(t *testing.T) {
	ledger, san, cards := SuppliedService{ID: "ledger"}, SuppliedService{ID: "san-north"}, SuppliedService{ID: "cards"}
	plan := []Supplier{
		{ID: "acme", Services: []SuppliedService{ledger, san}, Mail: []string{"a@acme.example", "b@acme.example"}},
		{ID: "lonlink", Services: []SuppliedService{san}},
		{ID: "paynow", Services: []SuppliedService{cards}, Mail: []string{"a@acme.example", "noc@paynow.example"}},
	}
	for sentence, test := range map[string]struct {
		services []string
		vendor   string
		mail     []string // nobody: refused
		foreign  []string
		code     fault.Code
	}{
		"all whose services they are":          {services: []string{"ledger", "cards"}, mail: []string{"a@acme.example", "b@acme.example", "noc@paynow.example"}, foreign: []string{"ledger", "san-north", "cards"}},
		"only the one that is named":           {services: []string{"ledger", "cards"}, vendor: "acme", mail: []string{"a@acme.example", "b@acme.example"}, foreign: []string{"san-north", "cards"}},
		"what all have a part in is no secret": {services: []string{"san-north"}, mail: []string{"a@acme.example", "b@acme.example"}, foreign: []string{"ledger", "cards"}},
		"one that nobody knows":                {services: []string{"ledger"}, vendor: "acne", code: fault.UnknownID},
		"one without a part in it":             {services: []string{"ledger"}, vendor: "paynow", code: fault.StateConflict},
		"a service of no vendor":               {services: []string{"portal"}, code: fault.StateConflict},
		"an incident without services":         {code: fault.StateConflict},
		"one that can only be telephoned":      {services: []string{"san-north"}, vendor: "lonlink", code: fault.Missing},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := State{ID: "INC-1", Services: test.services}
			all, v := s.concerned(SendUpdate{Audience: Vendor, Vendor: test.vendor, Vendors: plan})
			if code := fault.CodeOf(v.Refusal); code != test.code {
				t.Fatalf("refused: %v", v.Refusal)
			}
			if v.Refusal != nil {
				return
			}
			if to := addresses(all); !slices.Equal(to, test.mail) {
				t.Errorf("written to %q", to)
			}
			if ids := foreign([]string{"ledger", "san-north", "cards"}, all); !slices.Equal(ids, test.foreign) {
				t.Errorf("foreign: %q", ids)
			}
		})
	}
}
