package picture

import (
	"cmp"
	"slices"
)

// A mesh is a graph drawn in layers. Its first vertices are the caller's; an
// edge that leaps over layers is led through a bend in each of them, which is a
// vertex, too.
type mesh struct {
	layers [][]int // vertices in their order across
	of     []int   // the layer of a vertex
	size   []float64
	at     []float64 // the middle of a vertex across
	before [][]int   // neighbours in the layer before
	behind [][]int   // and in the one behind
	routes [][]int   // of each edge: its vertices from one end to the other
	gap    float64
}

const (
	bendSize  = 10.0
	sweeps    = 24 // beyond these nothing improves on any plan that was tried
	smallMesh = 400
)

// newMesh lays out vertices that are so large across and stand in the given
// layers, with edges that lead to a later layer. The same input gives the same
// layout.
func newMesh(layer []int, size []float64, edges [][2]int, gap float64) *mesh {
	m := &mesh{of: slices.Clone(layer), size: slices.Clone(size), gap: gap}
	m.layers = make([][]int, slices.Max(layer)+1)
	m.before, m.behind = make([][]int, len(layer)), make([][]int, len(layer))
	for v, l := range layer {
		m.layers[l] = append(m.layers[l], v)
	}
	for _, e := range edges {
		m.lead(e[0], e[1])
	}
	m.sort()
	m.place()
	return m
}

// lead draws an edge, with a bend in each layer between its ends.
func (m *mesh) lead(from, to int) {
	route := []int{from}
	for l := m.of[from] + 1; l < m.of[to]; l++ {
		v := len(m.of)
		m.of, m.size = append(m.of, l), append(m.size, bendSize)
		m.before, m.behind = append(m.before, nil), append(m.behind, nil)
		m.layers[l] = append(m.layers[l], v)
		route = append(route, v)
	}
	route = append(route, to)
	for i := 0; i+1 < len(route); i++ {
		a, b := route[i], route[i+1]
		m.behind[a], m.before[b] = append(m.behind[a], b), append(m.before[b], a)
	}
	m.routes = append(m.routes, route)
}

// sort orders each layer so that few edges cross: by the middle of the
// neighbours on one side, then on the other, and the best that was met is kept.
func (m *mesh) sort() {
	pos := make([]int, len(m.of))
	best, fewest := m.copyLayers(), m.crossings(pos)
	for sweep := 0; sweep < sweeps && fewest > 0; sweep++ {
		if sweep%2 == 0 {
			for l := 1; l < len(m.layers); l++ {
				m.sortLayer(l, m.before, pos)
			}
		} else {
			for l := len(m.layers) - 2; l >= 0; l-- {
				m.sortLayer(l, m.behind, pos)
			}
		}
		if len(m.of) <= smallMesh {
			m.exchange(pos)
		}
		if n := m.crossings(pos); n < fewest {
			best, fewest = m.copyLayers(), n
		}
	}
	m.layers = best
}

func (m *mesh) copyLayers() [][]int {
	all := make([][]int, len(m.layers))
	for i, l := range m.layers {
		all[i] = slices.Clone(l)
	}
	return all
}

func (m *mesh) sortLayer(l int, toward [][]int, pos []int) {
	m.positions(pos)
	key := make(map[int]float64, len(m.layers[l]))
	for i, v := range m.layers[l] {
		key[v] = float64(i)
		if near := toward[v]; len(near) > 0 {
			var sum float64
			for _, w := range near {
				sum += float64(pos[w]) / float64(max(1, len(m.layers[m.of[w]])-1))
			}
			key[v] = sum / float64(len(near)) * float64(max(1, len(m.layers[l])-1))
		}
	}
	slices.SortStableFunc(m.layers[l], func(a, b int) int { return cmp.Compare(key[a], key[b]) })
}

func (m *mesh) positions(pos []int) {
	for _, l := range m.layers {
		for i, v := range l {
			pos[v] = i
		}
	}
}

// exchange swaps neighbours as long as that takes crossings away.
func (m *mesh) exchange(pos []int) {
	m.positions(pos)
	for better, round := true, 0; better && round < 8; round++ {
		better = false
		for _, l := range m.layers {
			for i := 0; i+1 < len(l); i++ {
				a, b := l[i], l[i+1]
				now := crossed(m.before[a], m.before[b], pos) + crossed(m.behind[a], m.behind[b], pos)
				then := crossed(m.before[b], m.before[a], pos) + crossed(m.behind[b], m.behind[a], pos)
				if then < now {
					l[i], l[i+1] = b, a
					pos[a], pos[b] = i+1, i
					better = true
				}
			}
		}
	}
}

// crossed counts the crossings between the edges of two vertices, the first of
// which stands before the second.
func crossed(a, b, pos []int) int {
	n := 0
	for _, x := range a {
		for _, y := range b {
			if pos[x] > pos[y] {
				n++
			}
		}
	}
	return n
}

// crossings counts how often edges cross, with a tree of sums a layer.
func (m *mesh) crossings(pos []int) int {
	m.positions(pos)
	total := 0
	for l := 1; l < len(m.layers); l++ {
		tree := make([]int, len(m.layers[l-1])+1)
		met := 0
		for _, v := range m.layers[l] {
			for _, w := range m.before[v] {
				total += met
				for i := pos[w] + 1; i > 0; i -= i & -i {
					total -= tree[i]
				}
			}
			for _, w := range m.before[v] {
				met++
				for i := pos[w] + 1; i < len(tree); i += i & -i {
					tree[i]++
				}
			}
		}
	}
	return total
}

// place finds where across each vertex stands: as near to the middle of its
// neighbours as the order and the gaps allow.
func (m *mesh) place() {
	m.at = make([]float64, len(m.of))
	for _, l := range m.layers {
		at := 0.0
		for _, v := range l {
			m.at[v] = at + m.size[v]/2
			at += m.size[v] + m.gap
		}
		for _, v := range l {
			m.at[v] -= (at - m.gap) / 2
		}
	}
	for round := range 16 {
		for i := range m.layers {
			l := i
			if round%2 == 1 {
				l = len(m.layers) - 1 - i
			}
			m.settle(m.layers[l])
		}
	}
	low := 0.0
	for v := range m.at {
		low = min(low, m.at[v]-m.size[v]/2)
	}
	for v := range m.at {
		m.at[v] -= low
	}
}

// settle moves the vertices of a layer toward their neighbours. Those that
// would touch move together, as one block at the middle of their wishes.
func (m *mesh) settle(layer []int) {
	type block struct {
		sum, weight float64
		first       int
	}
	offset := make([]float64, len(layer))
	var blocks []block
	for i, v := range layer {
		if i > 0 {
			offset[i] = offset[i-1] + (m.size[layer[i-1]]+m.size[v])/2 + m.gap
		}
		wish, weight := m.wish(v)
		blocks = append(blocks, block{(wish - offset[i]) * weight, weight, i})
		for n := len(blocks); n > 1 && blocks[n-2].sum/blocks[n-2].weight >= blocks[n-1].sum/blocks[n-1].weight; n = len(blocks) {
			blocks[n-2].sum += blocks[n-1].sum
			blocks[n-2].weight += blocks[n-1].weight
			blocks = blocks[:n-1]
		}
	}
	for n, b := range blocks {
		last := len(layer)
		if n+1 < len(blocks) {
			last = blocks[n+1].first
		}
		for i := b.first; i < last; i++ {
			m.at[layer[i]] = b.sum/b.weight + offset[i]
		}
	}
}

// wish is where a vertex would like to stand. Bends insist more, so that long
// edges run straight.
func (m *mesh) wish(v int) (at, weight float64) {
	n := len(m.before[v]) + len(m.behind[v])
	if n == 0 {
		return m.at[v], 0.1
	}
	for _, w := range m.before[v] {
		at += m.at[w]
	}
	for _, w := range m.behind[v] {
		at += m.at[w]
	}
	if m.size[v] == bendSize {
		return at / float64(n), 4
	}
	return at / float64(n), 1
}

// extent is how far the mesh reaches across.
func (m *mesh) extent() float64 {
	far := 0.0
	for v, at := range m.at {
		far = max(far, at+m.size[v]/2)
	}
	return far
}
