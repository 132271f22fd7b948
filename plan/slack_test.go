package plan

import "testing"

func TestAPersonIsFoundByTheirMemberIDInSlack(t *testing.T) {
	p := Empty()
	p.People = []Person{{ID: "alice", Slack: "U0ALICE01"}, {ID: "bob"}}
	if x, found := p.PersonOfSlack("U0ALICE01"); !found || x.ID != "alice" {
		t.Errorf("found %+v, %t", x, found)
	}
	for _, nobody := range []string{"", "U0BOB0001", "alice"} {
		if x, found := p.PersonOfSlack(nobody); found {
			t.Errorf("%q is %+v", nobody, x)
		}
	}
}
