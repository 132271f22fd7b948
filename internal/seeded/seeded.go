// Package seeded makes the random tests of a package the same in every run of
// the gate: a failure there is caused by the change, not by the draw. Explore
// with other seeds by setting HOLDFAST_EXPLORE, as `make fuzz` does.
package seeded

import (
	"flag"
	"math/rand/v2"
	"os"
	"testing"
)

// Run runs a package's tests, with a fixed seed for its property tests unless
// HOLDFAST_EXPLORE is set or -rapid.seed is given. It returns the exit code.
func Run(m *testing.M) int {
	if os.Getenv("HOLDFAST_EXPLORE") == "" {
		// Before the command line is parsed, so that it can say otherwise.
		if err := flag.Set("rapid.seed", "1"); err != nil {
			panic("seeded: this package draws nothing at random: " + err.Error())
		}
	}
	return m.Run()
}

// Seed returns the seed of a test that draws by itself: 1, or a fresh one that
// is told when HOLDFAST_EXPLORE is set.
func Seed(t testing.TB) uint64 {
	t.Helper()
	if os.Getenv("HOLDFAST_EXPLORE") == "" {
		return 1
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return seed
}
