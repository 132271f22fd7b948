package picture

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNodesOfALayerNeverOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		layer, size := make([]int, n), make([]float64, n)
		for i := range n {
			layer[i] = rapid.IntRange(0, 5).Draw(t, "layer")
			size[i] = rapid.Float64Range(20, 80).Draw(t, "size")
		}
		var edges [][2]int
		for range rapid.IntRange(0, 60).Draw(t, "edges") {
			a, b := rapid.IntRange(0, n-1).Draw(t, "a"), rapid.IntRange(0, n-1).Draw(t, "b")
			if layer[a] < layer[b] {
				edges = append(edges, [2]int{a, b})
			}
		}
		m := newMesh(layer, size, edges, 7)
		for _, l := range m.layers {
			for i := 0; i+1 < len(l); i++ {
				a, b := l[i], l[i+1]
				if room := m.at[b] - m.at[a] - (m.size[a]+m.size[b])/2; room < 7-1e-6 {
					t.Fatalf("%d and %d are %.2f apart", a, b, room)
				}
			}
		}
		for i, route := range m.routes {
			for k := 0; k+1 < len(route); k++ {
				if m.of[route[k+1]] != m.of[route[k]]+1 {
					t.Fatalf("edge %d leaps from layer %d to %d", i, m.of[route[k]], m.of[route[k+1]])
				}
			}
		}
		for _, v := range m.at {
			if v < 0 {
				t.Fatalf("a vertex stands at %.2f", v)
			}
		}
	})
}

func TestAGraphThatNeedsNoCrossingHasNone(t *testing.T) {
	m := newMesh([]int{0, 0, 0, 1, 1, 1}, []float64{10, 10, 10, 10, 10, 10}, [][2]int{{0, 5}, {1, 4}, {2, 3}}, 5)
	if n := m.crossings(make([]int, len(m.of))); n != 0 {
		t.Errorf("%d crossings are left", n)
	}
}

func TestCrossingsAreCountedExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		layer, size := make([]int, 2*n), make([]float64, 2*n)
		for i := range n {
			layer[n+i] = 1
		}
		var edges [][2]int
		for range rapid.IntRange(0, 20).Draw(t, "edges") {
			edges = append(edges, [2]int{rapid.IntRange(0, n-1).Draw(t, "a"), n + rapid.IntRange(0, n-1).Draw(t, "b")})
		}
		m := newMesh(layer, size, edges, 1)
		pos := make([]int, len(m.of))
		got, want := m.crossings(pos), 0
		for i, e := range edges {
			for _, f := range edges[:i] {
				if (pos[e[0]]-pos[f[0]])*(pos[e[1]]-pos[f[1]]) < 0 {
					want++
				}
			}
		}
		if got != want {
			t.Fatalf("counted %d crossings of %d", got, want)
		}
	})
}
