package lint

import (
	"fmt"
	"testing"
	"time"

	"holdfast/plan"
)

// These would take minutes, or not end at all, if each of n things were compared
// with each of n others, or walked to its end.
func TestAHostilePlanDoesNotHoldUpWhoeverChecksIt(t *testing.T) {
	const n = 10_000
	chain := plan.Empty()
	for i := range n {
		s := plan.Service{ID: fmt.Sprintf("s%05d", i), RTO: time.Minute, RecoveryWork: time.Hour, Tier: 4 - i*5/n}
		if i > 0 {
			s.Deps = []plan.Dep{{To: fmt.Sprintf("s%05d", i-1), Kind: plan.Data}}
		}
		chain.Services = append(chain.Services, s)
	}
	windows := plan.Empty()
	windows.Services = []plan.Service{{ID: "db", RTO: time.Hour * 9000}}
	for i := range n {
		w := plan.Window{ID: fmt.Sprintf("w%05d", i), Services: []string{"db"}, RTO: time.Duration(i) * time.Minute, Zone: "Europe/London"}
		switch i % 3 {
		case 0:
			w.Daily = &plan.Daily{From: i % 1440, To: i%1440 + 1}
		case 1:
			w.Month = &plan.BusinessDays{From: -15, To: 15}
		case 2:
			w.Start, w.End = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		windows.Windows = append(windows.Windows, w)
	}
	for name, p := range map[string]*plan.Plan{"a chain": chain, "windows": windows} {
		begin := time.Now()
		found := Check(p)
		if len(found) == 0 {
			t.Errorf("%s: nothing was found", name)
		}
		// Generous: it is a second at most on a machine that does nothing else.
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("%s: %s", name, took)
		} else {
			t.Logf("%s: %d findings in %s", name, len(found), took)
		}
	}
}
