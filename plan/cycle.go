package plan

import (
	"maps"
	"slices"
	"strings"
)

// checkCycles reports each knot of services that need each other first, by the
// shortest circle through its smallest id.
func (l *loader) checkCycles() {
	needs := map[string][]string{}
	at := map[[2]string]Place{}
	for _, s := range l.services {
		needs[s.ID] = nil
		for i, dep := range s.Deps {
			if dep.Kind.Ordering() {
				needs[s.ID] = append(needs[s.ID], dep.To)
				at[[2]string{s.ID, dep.To}] = s.depsAt[i]
			}
		}
		slices.Sort(needs[s.ID])
	}
	for _, circle := range circles(needs) {
		l.report(Error, codeCycle, at[[2]string{circle[0], circle[1]}],
			"None of them can be recovered first: remove one of these dependencies, or make it soft.", "%s.", strings.Join(circle, " -> "))
	}
}

// circles returns, for each knot of the graph, the shortest circle through its
// smallest name: it begins and ends with that name and follows the edges. Of
// several equally short ones it is the first in alphabetical order. Edges must
// be sorted.
func circles(needs map[string][]string) [][]string {
	neededBy := map[string][]string{}
	for name, others := range needs {
		for _, other := range others {
			neededBy[other] = append(neededBy[other], name)
		}
	}
	var found [][]string
	done := map[string]bool{}
	for _, start := range slices.Sorted(maps.Keys(needs)) {
		if done[start] {
			continue
		}
		circle := shortestCircle(needs, start)
		if circle == nil {
			continue
		}
		found = append(found, circle)
		// The knot is what start reaches and what reaches start.
		behind := reachable(neededBy, start)
		for name := range reachable(needs, start) {
			if behind[name] {
				done[name] = true
			}
		}
	}
	return found
}

// shortestCircle returns the way from start along the edges back to start, or
// nil when there is none.
func shortestCircle(needs map[string][]string, start string) []string {
	from := map[string]string{}
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		here := queue[0]
		for _, next := range needs[here] {
			if next == start {
				circle := []string{start}
				for ; here != start; here = from[here] {
					circle = append(circle, here)
				}
				circle = append(circle, start)
				slices.Reverse(circle)
				return circle
			}
			if _, seen := from[next]; !seen {
				from[next] = here
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// reachable returns every name that edges lead to from start.
func reachable(needs map[string][]string, start string) map[string]bool {
	seen := map[string]bool{}
	for todo := []string{start}; len(todo) > 0; {
		here := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, next := range needs[here] {
			if !seen[next] {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	return seen
}
