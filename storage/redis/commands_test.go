package redis

import (
	"slices"
	"testing"
	"time"

	"holdfast/storage"
)

// Redis may be followed by one whose clock stands up to a day behind, and a
// command that has landed is still found for as long as it counts.
func TestACommandIsLookedForWhereItHasLandedForAsLongAsItCounts(t *testing.T) {
	k := keys{prefix: "holdfast:"}
	for landed := time.Duration(0); landed < 3*span; landed += time.Hour {
		in := k.commands(spanOf(landed.Microseconds()))
		for later := -23 * time.Hour; later <= storage.CommandLife; later += time.Hour {
			if at := landed + later; at >= 0 && !slices.Contains(k.remembered(at.Microseconds()), in) {
				t.Fatalf("landed at %s in %s, not looked for there at %s", landed, in, at)
			}
		}
	}
}
