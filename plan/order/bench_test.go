package order_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"
)

// large makes services of 25 teams, each of which stands on five earlier ones.
func large(n int) []plan.Service {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	all := make([]plan.Service, n)
	for i := range all {
		s := plan.Service{ID: fmt.Sprintf("s%05d", i), Team: fmt.Sprint("t", random.IntN(25)), RTO: 1000 * time.Hour, RecoveryWork: time.Duration(random.IntN(60)) * time.Minute}
		for _, to := range random.Perm(min(i, 1000))[:min(i, 5)] {
			s.Deps = append(s.Deps, plan.Dep{To: fmt.Sprintf("s%05d", i-1-to), Kind: plan.Hard})
		}
		all[i] = s
	}
	return all
}

func BenchmarkSchedule(b *testing.B) {
	for _, n := range []int{100, 1000, 2000, 10_000} {
		services := large(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				g, err := order.New(services)
				if err != nil {
					b.Fatal(err)
				}
				if s := g.Schedule(order.Limits{Usual: 4}, nil); len(s.Jobs) != n {
					b.Fatal(len(s.Jobs))
				}
			}
		})
	}
}

func TestTenThousandServicesAreScheduledWithinTheirLimits(t *testing.T) {
	services := large(10_000)
	g, err := order.New(services)
	if err != nil {
		t.Fatal(err)
	}
	s := g.Schedule(order.Limits{Usual: 4}, nil)
	at := make(map[string]order.Job, len(s.Jobs))
	work := map[string]time.Duration{}
	for i, j := range s.Jobs {
		at[j.ID] = j
		work[j.Team] += j.Finish - j.Start
		if i > 0 && s.Jobs[i-1].Start > j.Start {
			t.Fatalf("%s comes before %s", s.Jobs[i-1].ID, j.ID)
		}
	}
	for _, x := range services {
		for _, d := range x.Deps {
			if at[d.To].Finish > at[x.ID].Start {
				t.Fatalf("%s begins at %s, and %s is up at %s", x.ID, at[x.ID].Start, d.To, at[d.To].Finish)
			}
		}
	}
	// Four people a team cannot be faster than a quarter of its work.
	for team, all := range work {
		if s.Makespan < all/4 {
			t.Errorf("%s of work of %s in %s", all, team, s.Makespan)
		}
	}
}
