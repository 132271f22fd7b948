package order

import (
	"slices"
	"time"
)

// Times is what the graph alone says about one service, as if there were hands
// enough for everything at once.
type Times struct {
	ID       string
	Wave     int           // 0: needs nothing first
	Deadline time.Duration // its RTO, or what a window leaves of it
	Work     time.Duration // planned hands-on time

	Start  time.Duration // the earliest: ES
	Finish time.Duration // the earliest: EF

	// Latest is the latest it may be up for everything behind it to be in time:
	// eff. Through is the dependant that says so; empty when its own deadline does.
	Latest  time.Duration
	Through string
	// Inverted: the deadline promises less than its dependants need. Hard: it is
	// not even shorter than that of a direct dependant, HardBy.
	Inverted, Hard bool
	HardBy         string
	// Infeasible: no order meets it, since Latest is before t0 or Finish after
	// Deadline.
	Infeasible bool

	// RPO is the strictest of its own and of those that take their data from it;
	// RPOThrough is whose it is. HasRPO is false when nobody states one.
	RPO        time.Duration
	HasRPO     bool
	RPOThrough string
}

// Slack is how long it could be late at most without anything being late.
func (t Times) Slack() time.Duration { return less(t.Latest, t.Finish) }

// Times works out both passes for every service, by id.
func (g *Graph) Times(d Deadlines) []Times {
	all := make([]Times, len(g.services))
	for _, i := range g.sorted {
		s := g.services[i]
		t := Times{ID: s.ID, Work: s.RecoveryWork, Deadline: g.deadline(d, i), RPO: s.RPO, HasRPO: s.HasRPO}
		for _, x := range g.deps[i] {
			t.Wave = max(t.Wave, all[x].Wave+1)
			t.Start = max(t.Start, all[x].Finish)
		}
		t.Finish = plus(t.Start, t.Work)
		all[i] = t
	}
	for _, i := range slices.Backward(g.sorted) {
		g.backward(all, i)
	}
	return all
}

// backward completes one service when all its dependants are complete.
func (g *Graph) backward(all []Times, i int) {
	t := &all[i]
	t.Latest = t.Deadline
	for _, y := range g.dependants[i] {
		if must := less(all[y].Latest, all[y].Work); must < t.Latest {
			t.Latest, t.Through = must, all[y].ID
		}
	}
	t.Inverted = t.Deadline > t.Latest
	for _, y := range g.dependants[i] {
		if t.Inverted && !t.Hard && t.Deadline >= all[y].Deadline {
			t.Hard, t.HardBy = true, all[y].ID
		}
	}
	t.Infeasible = t.Latest < 0 || t.Finish > t.Deadline
	for _, y := range g.data[i] {
		if all[y].HasRPO && (!t.HasRPO || all[y].RPO < t.RPO) {
			t.RPO, t.HasRPO, t.RPOThrough = all[y].RPO, true, all[y].ID
		}
	}
}

// Waves lists the ids of each wave, each by id.
func (g *Graph) Waves() [][]string {
	var waves [][]string
	for _, t := range g.Times(nil) {
		for len(waves) <= t.Wave {
			waves = append(waves, nil)
		}
		waves[t.Wave] = append(waves[t.Wave], t.ID)
	}
	return waves
}

// Budget is how long detection and declaration may take before something must
// be late, and which services leave no more, by id. It is below zero when
// something is late in any case.
func Budget(all []Times) (left time.Duration, of []string) {
	for i, t := range all {
		spare := t.Deadline - t.Finish
		switch {
		case i == 0 || spare < left:
			left, of = spare, []string{t.ID}
		case spare == left:
			of = append(of, t.ID)
		}
	}
	return left, of
}

// Makespan is when the last of them is up at the earliest.
func Makespan(all []Times) time.Duration {
	var last time.Duration
	for _, t := range all {
		last = max(last, t.Finish)
	}
	return last
}
