package order

import "slices"

// Critical lists the critical paths of a service: the chains from where nothing
// is needed to the service itself that leave no slack, so that a minute lost on
// any of them is a minute lost for it. They are in the order of their ids. At
// most so many are returned, since their number may grow with the power of the
// graph's length; more says that there are others.
func (g *Graph) Critical(id string, most int) (paths [][]string, more bool) {
	target, known := g.index[id]
	if !known || most <= 0 {
		return nil, false
	}
	all := g.Times(nil)
	var walk func(i int, behind []int) bool
	walk = func(i int, behind []int) bool {
		path := append(slices.Clip(behind), i)
		first := true
		for _, x := range g.deps[i] {
			if all[x].Finish != all[i].Start {
				continue
			}
			first = false
			if !walk(x, path) {
				return false
			}
		}
		if !first {
			return true
		}
		if len(paths) == most {
			more = true
			return false
		}
		slices.Reverse(path)
		paths = append(paths, g.names(path))
		return true
	}
	walk(target, nil)
	slices.SortFunc(paths, slices.Compare)
	return paths, more
}

// OnCritical says of each service whether it lies on a critical path of the
// target. It needs no list of the paths.
func (g *Graph) OnCritical(id string) map[string]bool {
	target, known := g.index[id]
	if !known {
		return nil
	}
	all := g.Times(nil)
	on := map[string]bool{id: true}
	for todo := []int{target}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, x := range g.deps[i] {
			if all[x].Finish == all[i].Start && !on[all[x].ID] {
				on[all[x].ID] = true
				todo = append(todo, x)
			}
		}
	}
	return on
}
