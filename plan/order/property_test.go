package order_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"holdfast/plan"
	"holdfast/plan/order"

	"pgregory.net/rapid"
)

// plans draws up to 14 services of three teams whose edges lead to smaller ids.
var plans = rapid.Custom(func(t *rapid.T) []plan.Service {
	var all []plan.Service
	for i := range rapid.IntRange(1, 14).Draw(t, "services") {
		s := plan.Service{
			ID: fmt.Sprintf("s%02d", i), Team: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "team"), Tier: rapid.IntRange(0, 4).Draw(t, "tier"),
			RTO: time.Duration(rapid.IntRange(0, 200).Draw(t, "rto")) * time.Minute, RecoveryWork: time.Duration(rapid.IntRange(0, 20).Draw(t, "work")) * time.Minute,
			RPO: time.Duration(rapid.IntRange(0, 60).Draw(t, "rpo")) * time.Minute, HasRPO: rapid.Bool().Draw(t, "has rpo"),
		}
		for to := range i {
			if rapid.IntRange(0, 3).Draw(t, "edge") == 0 {
				s.Deps = append(s.Deps, plan.Dep{To: fmt.Sprintf("s%02d", to), Kind: rapid.SampledFrom(plan.DepKinds).Draw(t, "kind")})
			}
		}
		all = append(all, s)
	}
	return all
})

var limits = rapid.Custom(func(t *rapid.T) order.Limits {
	return order.Limits{
		Teams: map[string]int{"a": rapid.IntRange(1, 3).Draw(t, "a")}, Usual: rapid.IntRange(0, 2).Draw(t, "usual"),
		Global: rapid.IntRange(0, 4).Draw(t, "global"),
	}
})

func made(t *rapid.T, services []plan.Service) *order.Graph {
	g, err := order.New(services)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// ordering lists what a service must have first.
func ordering(s plan.Service) (ids []string) {
	for _, d := range s.Deps {
		if d.Kind.Ordering() {
			ids = append(ids, d.To)
		}
	}
	return ids
}

func TestWavesAndBothPassesRespectEveryEdge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services := plans.Draw(t, "plan")
		at := map[string]order.Times{}
		for _, x := range made(t, services).Times(nil) {
			at[x.ID] = x
		}
		for _, s := range services {
			x, latest, wave, start := at[s.ID], s.RTO, 0, time.Duration(0)
			for _, id := range ordering(s) {
				wave, start = max(wave, at[id].Wave+1), max(start, at[id].Finish)
			}
			for _, y := range services {
				if slices.Contains(ordering(y), s.ID) {
					latest = min(latest, at[y.ID].Latest-y.RecoveryWork)
				}
			}
			if x.Wave != wave || x.Start != start || x.Finish != start+s.RecoveryWork || x.Latest != latest {
				t.Fatalf("%+v, want wave %d start %s latest %s", x, wave, start, latest)
			}
			if x.Inverted != (s.RTO > latest) || x.Infeasible != (latest < 0 || x.Finish > s.RTO) || x.Hard && !x.Inverted {
				t.Fatalf("%+v", x)
			}
			for _, d := range s.Deps {
				if y := at[d.To]; d.Kind == plan.Data && x.HasRPO && (!y.HasRPO || y.RPO > x.RPO) {
					t.Fatalf("%s may lose %s, and %s that takes its data from it %s", y.ID, y.RPO, x.ID, x.RPO)
				}
			}
		}
	})
}

func TestNoScheduleBeatsItsCriticalPathAndNoneBreaksALimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services, l := plans.Draw(t, "plan"), limits.Draw(t, "limits")
		g := made(t, services)
		s := g.Schedule(l, nil)
		lawful(t, services, l, s)
		for _, x := range g.Times(nil) {
			if j, _ := s.Job(x.ID); j.Finish < x.Finish {
				t.Fatalf("%s is up at %s, and %s at the earliest", x.ID, j.Finish, x.Finish)
			}
		}
		if endless := g.Schedule(order.Limits{Usual: len(services), Teams: map[string]int{}}, nil); endless.Makespan != order.Makespan(g.Times(nil)) {
			t.Fatalf("with hands enough it takes %s, and the longest path %s", endless.Makespan, order.Makespan(g.Times(nil)))
		}
	})
}

// lawful holds a schedule to the edges and the slots.
func lawful(t *rapid.T, services []plan.Service, l order.Limits, s order.Schedule) {
	for _, x := range services {
		j, known := s.Job(x.ID)
		if !known || j.Verdict == order.Blocked {
			t.Fatalf("%s has no finish", x.ID)
		}
		if j.Finish-j.Start != x.RecoveryWork {
			t.Fatalf("%s takes %s", x.ID, j.Finish-j.Start)
		}
		for _, id := range ordering(x) {
			if y, _ := s.Job(id); y.Finish > j.Start {
				t.Fatalf("%s begins at %s, and %s is up at %s", x.ID, j.Start, id, y.Finish)
			}
		}
	}
	// Nothing is interrupted, so it is enough to count at each begin.
	for _, j := range s.Jobs {
		team, all := 0, 0
		for _, x := range s.Jobs {
			if x.Start <= j.Start && j.Start < x.Finish {
				all++
				if x.Team == j.Team {
					team++
				}
			}
		}
		slots := max(l.Usual, 1)
		if n, set := l.Teams[j.Team]; set {
			slots = n
		}
		if team > slots || l.Global > 0 && all > l.Global {
			t.Fatalf("at %s %d of team %s and %d altogether are at work", j.Start, team, j.Team, all)
		}
	}
}

// A slow scheduler that is the rule word for word gives the same schedule.
func TestTheScheduleIsTheRuleWordForWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services, l := plans.Draw(t, "plan"), limits.Draw(t, "limits")
		g := made(t, services)
		live := order.Live{}
		if rapid.Bool().Draw(t, "live") {
			now := time.Duration(rapid.IntRange(0, 60).Draw(t, "now")) * time.Minute
			live = order.Live{Now: now, Services: map[string]order.Progress{}}
			for _, s := range services {
				began := time.Duration(rapid.IntRange(0, int(now/time.Minute)).Draw(t, "began")) * time.Minute
				stage := rapid.SampledFrom([]order.Stage{order.Waiting, order.Waiting, order.Running, order.Verified, order.Failed}).Draw(t, "stage")
				live.Services[s.ID] = order.Progress{Stage: stage, Started: began, Ended: now}
			}
		}
		want := wordForWord(g, services, l, live)
		for _, j := range g.Forecast(l, nil, live).Jobs {
			got := "blocked"
			if j.Verdict != order.Blocked {
				got = fmt.Sprintf("%s-%s", j.Start, j.Finish)
			}
			if got != want[j.ID] {
				t.Fatalf("%s: %s, want %s", j.ID, got, want[j.ID])
			}
		}
	})
}

// wordForWord steps from instant to instant: finishes first, then, in the order
// of the latest start, whatever may begin, and again while something that needs
// no work has ended at once.
func wordForWord(g *order.Graph, services []plan.Service, l order.Limits, live order.Live) map[string]string {
	latest := map[string]time.Duration{}
	for _, x := range g.Times(nil) {
		latest[x.ID] = x.Latest - x.Work
	}
	blocked, done, end, begin := map[string]bool{}, map[string]bool{}, map[string]time.Duration{}, map[string]time.Duration{}
	for _, s := range services { // edges lead to smaller ids
		p := live.Services[s.ID]
		blocked[s.ID] = p.Stage == order.Failed
		for _, id := range ordering(s) {
			blocked[s.ID] = blocked[s.ID] || blocked[id]
		}
		switch {
		case p.Stage == order.Verified:
			begin[s.ID], end[s.ID], done[s.ID] = p.Started, p.Ended, true
		case p.Stage == order.Running && !blocked[s.ID]:
			begin[s.ID], end[s.ID] = p.Started, live.Now+max(0, s.RecoveryWork-(live.Now-p.Started))
		}
	}
	queue := slices.Clone(services)
	slices.SortStableFunc(queue, func(a, b plan.Service) int { return int(latest[a.ID] - latest[b.ID]) })
	for at := live.Now; at <= live.Now+400*time.Minute; at += time.Minute {
		for again := true; again; {
			again = false
			team, all := map[string]int{}, 0
			for _, s := range services {
				if e, begun := end[s.ID]; begun && e <= at {
					done[s.ID] = true
				} else if begun {
					team[s.Team]++
					all++
				}
			}
			for _, s := range queue {
				_, begun := end[s.ID]
				slots, set := l.Teams[s.Team]
				if !set {
					slots = max(l.Usual, 1)
				}
				ready := !slices.ContainsFunc(ordering(s), func(id string) bool { return !done[id] })
				if begun || blocked[s.ID] || !ready || team[s.Team] >= slots || l.Global > 0 && all >= l.Global {
					continue
				}
				begin[s.ID], end[s.ID] = at, at+s.RecoveryWork
				if again = s.RecoveryWork == 0; again {
					break
				}
				team[s.Team]++
				all++
			}
		}
	}
	said := map[string]string{}
	for _, s := range services {
		if said[s.ID] = "blocked"; !blocked[s.ID] || done[s.ID] {
			said[s.ID] = fmt.Sprintf("%s-%s", begin[s.ID], end[s.ID])
		}
	}
	return said
}

func TestACriticalPathLeavesNoSlackAndLeadsFromTheFirstWave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services := plans.Draw(t, "plan")
		g := made(t, services)
		at := map[string]order.Times{}
		for _, x := range g.Times(nil) {
			at[x.ID] = x
		}
		target := services[len(services)-1].ID
		paths, more := g.Critical(target, 1000)
		if len(paths) == 0 || more {
			t.Fatalf("%d paths, more: %t", len(paths), more)
		}
		for _, path := range paths {
			var sum time.Duration
			for i, id := range path {
				sum += at[id].Work
				if i > 0 && !slices.Contains(g.Needs(id), path[i-1]) {
					t.Fatalf("%v: %s does not need %s", path, id, path[i-1])
				}
			}
			if path[len(path)-1] != target || at[path[0]].Start != 0 || sum != at[target].Finish {
				t.Fatalf("%v takes %s, and %s is up at %s", path, sum, target, at[target].Finish)
			}
		}
	})
}

func TestACircleIsNeverOrdered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		services := plans.Draw(t, "plan")
		g := made(t, services)
		from := rapid.SampledFrom(services).Draw(t, "from").ID
		// An edge from what a service stands on back to it closes a circle.
		below := append(g.Foundation(from), from)
		to := rapid.SampledFrom(below).Draw(t, "to")
		for i := range services {
			if services[i].ID == to {
				services[i].Deps = append(slices.Clone(services[i].Deps), plan.Dep{To: from, Kind: plan.Hard})
			}
		}
		if _, err := order.New(services); err == nil {
			t.Fatalf("%s stands on %s and the other way round", from, to)
		}
	})
}
