package readiness_test

import (
	"fmt"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/readiness"
)

// corporate is a plan of two thousand services, three hundred owners and as many
// processes.
func corporate() *plan.Plan {
	p := plan.Empty()
	p.Commit, p.Policy.Zone, p.Since = "a1", "Europe/London", monday.Add(-10*day)
	for i := range 300 {
		owner := fmt.Sprintf("p%03d", i)
		p.People = append(p.People, plan.Person{ID: owner})
		x := plan.Process{ID: fmt.Sprintf("q%03d", i), Owner: owner, AssessedAt: monday.Add(-200 * day)}
		for j := range 7 {
			x.Services = append(x.Services, fmt.Sprintf("s%04d", (i*7+j)%2000))
		}
		p.Processes = append(p.Processes, x)
	}
	for i := range 2000 {
		p.Services = append(p.Services, plan.Service{ID: fmt.Sprintf("s%04d", i), Tier: 2, RTO: time.Hour, Owners: []string{fmt.Sprintf("p%03d", i%300)}})
	}
	return p
}

// Whoever performs looks at what is due between two pages.
func TestTheDigestOfALargePlanKeepsNobodyWaiting(t *testing.T) {
	p := corporate()
	due, _ := readiness.Due(readiness.State{}, p, "chat", monday.Add(time.Hour))
	if last := due[len(due)-1].Action.(readiness.SendDigest); len(last.People) != 300 {
		t.Fatalf("%d people are told", len(last.People))
	}
	took := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			readiness.Due(readiness.State{}, p, "chat", monday.Add(time.Hour))
		}
	})
	if limit := time.Second; time.Duration(took.NsPerOp()) > limit {
		t.Errorf("it takes %v, more than %v", time.Duration(took.NsPerOp()), limit)
	}
}
