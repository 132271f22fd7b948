package order

import "slices"

// Loose is a dependency with a looser tier than something that stands on it.
type Loose struct {
	ID        string
	Tier      int
	Dependant string // the tightest of those that stand on it, first by id
	Needs     int    // that one's tier
}

// Loose lists the services whose tier is looser (a higher number) than that of
// their tightest dependant, direct or not, by id.
func (g *Graph) Loose() []Loose {
	tightest := make([]int, len(g.services)) // index of the dependant, or itself
	var found []Loose
	for _, i := range slices.Backward(g.sorted) {
		tightest[i] = i
		for _, y := range g.dependants[i] {
			if t := tightest[y]; g.services[t].Tier < g.services[tightest[i]].Tier || g.services[t].Tier == g.services[tightest[i]].Tier && tightest[i] != i && t < tightest[i] {
				tightest[i] = t
			}
		}
	}
	for i, t := range tightest {
		if g.services[t].Tier < g.services[i].Tier {
			found = append(found, Loose{ID: g.services[i].ID, Tier: g.services[i].Tier, Dependant: g.services[t].ID, Needs: g.services[t].Tier})
		}
	}
	return found
}
