package redis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"holdfast/internal/fault"
)

// Class says what a kill or a power cut may take of what was acknowledged.
type Class string

// The classes, weakest first. Unproven is what Redis does not tell.
const (
	D0       Class = "D0"       // anything: Redis writes no log, or never flushes it
	D1       Class = "D1"       // about a second
	D2       Class = "D2"       // nothing, while the disk of this Redis lives
	D3       Class = "D3"       // nothing, also when a replica takes its place
	Unproven Class = "unproven" // CONFIG is refused
)

// Durability is what Open demands.
type Durability string

const (
	Always         Durability = "always"          // class D2, proven
	DeclaredAlways Durability = "declared-always" // D2, or unproven: its owner vouches
	Relaxed        Durability = "relaxed"         // whatever there is
	// Replicated is class D3: D2, and nothing is acknowledged before a replica
	// has it. Without this demand nothing waits for replicas.
	Replicated Durability = "replicated"
)

var durabilities = []Durability{"", Always, DeclaredAlways, Relaxed, Replicated}

// admit refuses a class that is weaker than what is demanded.
func (d Durability) admit(place string, found standing) error {
	switch {
	case !slices.Contains(durabilities, d):
		return fault.Newf(fault.Store, "Write always, declared-always, replicated or relaxed.", "There is no durability %q.", string(d))
	case d == Relaxed, found.class == D2, d == DeclaredAlways && found.class == Unproven:
		return nil
	case found.class == Unproven:
		return fault.New(fault.Store,
			"The Redis at "+place+" does not tell how durable it is: it refuses CONFIG.",
			"Let the user read it (+config|get); or, if its owner vouches for appendfsync always, set the durability declared-always.")
	}
	return fault.New(fault.Store,
		fmt.Sprintf("The Redis at %s may lose what was acknowledged (class %s): %s.", place, found.class, found.because),
		"Set "+found.mend+" in Redis; or accept the loss with the durability relaxed.")
}

// standing is how a Redis is set.
type standing struct {
	class   Class
	because string // what makes the class weaker than D2
	mend    string // the setting that would give D2
	policy  string // maxmemory-policy
}

// ask finds out how one Redis is set. info is its INFO.
func ask(ctx context.Context, c *goredis.Client, info map[string]string) (standing, error) {
	set, err := configOf(ctx, c, "appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory-policy")
	if err != nil {
		return standing{}, err
	}
	if set == nil {
		return standing{class: Unproven, policy: info["maxmemory_policy"]}, nil
	}
	s := classify(set)
	s.policy = set["maxmemory-policy"]
	return s, nil
}

// configOf reads settings; nil says that CONFIG is refused.
func configOf(ctx context.Context, c *goredis.Client, names ...string) (map[string]string, error) {
	set := map[string]string{}
	for _, name := range names {
		got, err := c.ConfigGet(ctx, name).Result()
		if isForbidden(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		set[name] = got[name]
	}
	return set, nil
}

func classify(set map[string]string) standing {
	const always = "appendfsync always"
	switch {
	case set["appendonly"] != "yes":
		return standing{class: D0, because: "appendonly is no", mend: "appendonly yes and " + always}
	case set["appendfsync"] == "everysec":
		return standing{class: D1, because: "appendfsync is everysec", mend: always}
	case set["appendfsync"] != "always":
		return standing{class: D0, because: "appendfsync is " + set["appendfsync"], mend: always}
	case set["no-appendfsync-on-rewrite"] == "yes":
		// While the log is rewritten, always does not flush at all.
		return standing{class: D0, because: "no-appendfsync-on-rewrite is yes", mend: "no-appendfsync-on-rewrite no"}
	}
	return standing{class: D2}
}

// isForbidden says that a command is denied to this user or taken away from
// everybody, as hosted services do.
func isForbidden(err error) bool {
	return err != nil && (strings.HasPrefix(err.Error(), "NOPERM") || strings.HasPrefix(strings.ToLower(err.Error()), "err unknown command"))
}

// weaker returns the weaker of two, for a cluster; unproven is the weakest.
func weaker(a, b standing) standing {
	rank := map[Class]int{Unproven: 1, D0: 2, D1: 3, D2: 4}
	if a.class == "" || rank[b.class] < rank[a.class] {
		return b
	}
	return a
}
