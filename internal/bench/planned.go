package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"holdfast/plan"
	"holdfast/plan/lint"
	"holdfast/plan/order"

	"go.yaml.in/yaml/v3"
)

const (
	plannedEdges = 5  // of each service, as far as there are others
	plannedTeams = 25 // of four slots each
)

// planGrowth measures how checking a plan and scheduling a recovery grow with
// the number of services. The control decodes the same files as YAML, which a
// check has to do first; growth is told from each size to the next.
func planGrowth(ctx context.Context, b *bench) ([]row, error) {
	var checks, schedules []row
	for _, n := range b.planned {
		dir := filepath.Join(b.dir, fmt.Sprint("plan-", n))
		if err := writePlan(dir, n); err != nil {
			return nil, err
		}
		check, schedule, err := planOf(ctx, b, dir, n)
		if err := os.RemoveAll(dir); err != nil {
			return nil, err
		}
		if err != nil {
			return append(checks, schedules...), err
		}
		checks, schedules = append(checks, check), append(schedules, schedule)
	}
	grown(checks, b.planned)
	grown(schedules, b.planned)
	return append(checks, schedules...), nil
}

// planOf measures one size.
func planOf(ctx context.Context, b *bench, dir string, n int) (check, schedule row, err error) {
	decode := func() (float64, error) {
		start := time.Now()
		seen, err := decodePlan(dir)
		if err != nil {
			return 0, err
		}
		return time.Since(start).Seconds(), exactly("decoded services", seen, n)
	}
	target := bound{}
	if n == 2000 {
		target = figureBelow(2, seconds)
	}
	var p *plan.Plan
	r, err := b.inTurns(ctx, decode, func() (float64, error) {
		start := time.Now()
		var found []plan.Finding
		if p, found = lint.Load(dir); p == nil {
			return 0, fmt.Errorf("the made-up plan cannot be used: %s", found[0])
		}
		return time.Since(start).Seconds(), exactly("services that were checked", len(p.Services), n)
	})
	if err != nil {
		return check, schedule, err
	}
	const against = "decoding its YAML alone"
	check = r.row(fmt.Sprintf("check of a plan of %s services", thousands(int64(n))), seconds, against, target)
	r, err = b.inTurns(ctx, decode, func() (float64, error) {
		start := time.Now()
		g, err := order.New(p.Services)
		if err != nil {
			return 0, err
		}
		s := g.Schedule(order.LimitsOf(p.Policy), nil)
		took := time.Since(start).Seconds()
		if least := order.Makespan(g.Times(nil)); s.Makespan < least {
			return took, &miscount{fmt.Sprintf("a schedule of %s, and the longest path takes %s", s.Makespan, least)}
		}
		return took, exactly("services with a finish", finished(s), n)
	})
	return check, r.row(fmt.Sprintf("schedule of %s services", thousands(int64(n))), seconds, against, target), err
}

func finished(s order.Schedule) int {
	n := 0
	for _, j := range s.Jobs {
		if j.Verdict != order.Blocked {
			n++
		}
	}
	return n
}

// grown adds to each row how much longer it takes than the one before.
func grown(rows []row, sizes []int) {
	for i := len(rows) - 1; i > 0; i-- {
		if before := rows[i-1].figure.value; before > 0 {
			rows[i].what += fmt.Sprintf(", %.1fx the time for %.0fx the services", rows[i].figure.value/before, float64(sizes[i])/float64(sizes[i-1]))
		}
	}
}

// decodePlan decodes each file of services and returns how many there were.
func decodePlan(dir string) (int, error) {
	files, err := filepath.Glob(filepath.Join(dir, "services", "*.yaml"))
	if err != nil {
		return 0, err
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		var n yaml.Node
		if err := yaml.Unmarshal(data, &n); err != nil {
			return 0, err
		}
	}
	return len(files), nil
}

// writePlan makes a plan of so many services, each of which stands on five
// earlier ones. Whoever comes later may be away longer, so that no promise
// contradicts another.
func writePlan(dir string, n int) error {
	files := map[string]string{
		"people.yaml": "people:\n  - {id: alice, groups: [commanders]}\n",
		"policy.yaml": "slots:\n  team: 4\n",
	}
	teams := strings.Builder{}
	teams.WriteString("teams:\n")
	for i := range plannedTeams {
		fmt.Fprintf(&teams, "  - {id: team-%d, members: [alice], on_call: [alice]}\n", i)
	}
	files["teams.yaml"] = teams.String()
	random := rand.New(rand.NewPCG(seed, uint64(n)))
	for i := range n {
		var s strings.Builder
		fmt.Fprintf(&s, "id: service-%05d\nname: Service %d\nkind: application\ntier: 4\nrto: %s\nrpo: 24h\nrecovery_work: 10s\nteam: team-%d\n",
			i, i, plan.FormatDuration(24*time.Hour+time.Duration(i)*10*time.Second), random.IntN(plannedTeams))
		for k, to := range random.Perm(min(i, 1000))[:min(i, plannedEdges)] {
			if k == 0 {
				s.WriteString("deps:\n")
			}
			fmt.Fprintf(&s, "  - {to: service-%05d, kind: hard, because: reason %d}\n", i-1-to, k)
		}
		files[fmt.Sprintf("services/service-%05d.yaml", i)] = s.String()
	}
	if err := os.MkdirAll(filepath.Join(dir, "services"), 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
