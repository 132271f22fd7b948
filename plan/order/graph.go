// Package order works out in which order services come back and whether that
// is soon enough: waves, latest and earliest times, critical paths, a schedule
// under limited hands, and a forecast while it goes on.
//
// Everything is counted from the begin of the impact, t0, and is exact. Edges
// that order are hard, data and startup; soft ones are not seen here at all.
package order

import (
	"fmt"
	"slices"
	"time"

	"holdfast/plan"
)

// Graph is the services of a plan and what orders them. It is made once, never
// changed, and safe for use by many goroutines.
type Graph struct {
	services   []plan.Service // by id
	index      map[string]int
	deps       [][]int // what each needs first, ascending
	dependants [][]int // what each holds up, ascending
	data       [][]int // the dependants that take their data from it
	sorted     []int   // each after all it depends on; among equals by id
}

// New reads the services of a plan, sorted by id. Services that depend on each
// other in a circle are an error: the loader of plans refuses them with the
// circle's names.
func New(services []plan.Service) (*Graph, error) {
	n := len(services)
	g := &Graph{services: services, index: make(map[string]int, n), deps: make([][]int, n), dependants: make([][]int, n), data: make([][]int, n)}
	for i, s := range services {
		g.index[s.ID] = i
	}
	for i, s := range services {
		for _, dep := range s.Deps {
			j, known := g.index[dep.To]
			if !known || !dep.Kind.Ordering() {
				continue
			}
			g.deps[i] = append(g.deps[i], j)
			if dep.Kind == plan.Data && !slices.Contains(g.data[j], i) {
				g.data[j] = append(g.data[j], i)
			}
		}
		slices.Sort(g.deps[i])
		g.deps[i] = slices.Compact(g.deps[i]) // two reasons for one dependency are one edge
		for _, j := range g.deps[i] {
			g.dependants[j] = append(g.dependants[j], i)
		}
	}
	if g.sorted = g.sort(); len(g.sorted) < n {
		return nil, fmt.Errorf("%d services depend on each other in a circle, or on those that do", n-len(g.sorted))
	}
	return g, nil
}

// sort returns the services that are in no circle and behind none, each after
// all it depends on.
func (g *Graph) sort() []int {
	left := make([]int, len(g.services))
	order := make([]int, 0, len(g.services))
	for i := range g.services {
		if left[i] = len(g.deps[i]); left[i] == 0 {
			order = append(order, i)
		}
	}
	for at := 0; at < len(order); at++ {
		for _, y := range g.dependants[order[at]] {
			if left[y]--; left[y] == 0 {
				order = append(order, y)
			}
		}
	}
	return order
}

// Deadlines are how long after t0 each service may be away, by id. What is not
// in it has its RTO.
type Deadlines map[string]time.Duration

func (g *Graph) deadline(d Deadlines, i int) time.Duration {
	if at, set := d[g.services[i].ID]; set {
		return at
	}
	return g.services[i].RTO
}

func (g *Graph) names(of []int) []string {
	names := make([]string, len(of))
	for i, at := range of {
		names[i] = g.services[at].ID
	}
	return names
}

// Needs lists the services that one directly depends on, by id.
func (g *Graph) Needs(id string) []string { return g.neighbours(g.deps, id) }

// Holds lists the services that directly depend on one, by id.
func (g *Graph) Holds(id string) []string { return g.neighbours(g.dependants, id) }

func (g *Graph) neighbours(of [][]int, id string) []string {
	i, known := g.index[id]
	if !known {
		return nil
	}
	return g.names(of[i])
}

// Impact lists the services that cannot work without one, directly or through
// others, by id: what its failure takes down.
func (g *Graph) Impact(id string) []string { return g.closure(g.dependants, id) }

// Foundation lists the services that one cannot work without, directly or
// through others, by id.
func (g *Graph) Foundation(id string) []string { return g.closure(g.deps, id) }

func (g *Graph) closure(edges [][]int, id string) []string {
	start, known := g.index[id]
	if !known {
		return nil
	}
	seen := map[int]bool{start: true}
	var found []int
	for todo := []int{start}; len(todo) > 0; {
		here := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, next := range edges[here] {
			if !seen[next] {
				seen[next] = true
				found, todo = append(found, next), append(todo, next)
			}
		}
	}
	slices.Sort(found)
	return g.names(found)
}
