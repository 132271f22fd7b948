package redis

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Finding is one thing about a Redis that a journal depends on.
type Finding struct {
	Check  string // what was looked at, such as durability
	Grade  Grade
	Says   string // what is so
	Remedy string // what to do; empty when it is good
}

// Grade says what a finding means for a journal.
type Grade string

const (
	Good     Grade = "good"
	Doubtful Grade = "doubtful" // it works until something else goes wrong
	Bad      Grade = "bad"      // Open refuses it, or writes will fail
)

// seen is what one Redis was found to be.
type seen struct {
	node     string            // its address
	info     map[string]string // INFO
	set      map[string]string // CONFIG; nil when that is refused
	user     string            // empty when it may not ask who it is
	isOpen   bool              // it answers without a password
	network  string            // tcp or unix
	tls      bool
	answers  time.Duration // what one takes
	ahead    time.Duration // its clock, of this machine's
	replicas []replica
}

// replica is one that is connected to a primary.
type replica struct {
	node   string
	online bool
	set    map[string]string
	err    error // why it could not be looked at
}

const (
	slowAnswer = 50 * time.Millisecond
	clocksDiff = 2 * time.Second
	// What of memory and connections may be taken before somebody should know.
	muchTaken, allTaken = 0.75, 0.95
)

// judge returns what is to be said of one Redis whose journal must survive what
// is demanded. It asks nothing.
func (v seen) judge(demanded Durability) []Finding {
	f := &findings{relaxed: demanded == Relaxed}
	v.identity(f)
	v.durability(f, demanded)
	v.disk(f)
	v.memory(f)
	v.redundancy(f, demanded)
	v.access(f)
	v.pace(f)
	return f.all
}

// findings collects.
type findings struct {
	relaxed bool // losing the newest entries is accepted
	all     []Finding
}

func (f *findings) good(check, format string, args ...any) {
	f.all = append(f.all, Finding{check, Good, fmt.Sprintf(format, args...), ""})
}

func (f *findings) doubtful(check, remedy, format string, args ...any) {
	f.all = append(f.all, Finding{check, Doubtful, fmt.Sprintf(format, args...), remedy})
}

func (f *findings) bad(check, remedy, format string, args ...any) {
	f.all = append(f.all, Finding{check, Bad, fmt.Sprintf(format, args...), remedy})
}

// weak is bad unless losses are accepted.
func (f *findings) weak(check, remedy, format string, args ...any) {
	if f.relaxed {
		f.doubtful(check, remedy, format, args...)
		return
	}
	f.bad(check, remedy, format, args...)
}

func (v seen) identity(f *findings) {
	if err := checkVersion(v.node, v.info["redis_version"]); err != nil {
		f.bad("version", "Upgrade Redis.", "%s at %s; 6.2 or newer is needed", v.info["redis_version"], v.node)
	} else {
		f.good("version", "%s at %s", v.info["redis_version"], v.node)
	}
	if v.info["role"] == "slave" {
		f.bad("role", "Name the primary in the URL, or the sentinels (redis+sentinel://).",
			"it is a replica of %s, and takes no writes", net.JoinHostPort(v.info["master_host"], v.info["master_port"]))
	}
}

// durability names every setting that lets something acknowledged be lost, and
// the class that is left.
func (v seen) durability(f *findings, demanded Durability) {
	if v.set == nil {
		if demanded == DeclaredAlways || demanded == Relaxed {
			f.good("durability", "class %s: it refuses CONFIG, and the settings take that", Unproven)
			return
		}
		f.bad("durability", "Let the user read it (+config|get); or, if its owner vouches for appendfsync always, set store.durability to declared-always.",
			"class %s: it refuses CONFIG", Unproven)
		return
	}
	f.settings("", v.set)
	switch class := classify(v.set).class; {
	case class == D2 && demanded == Replicated:
		f.good("durability", "class %s: nothing acknowledged is lost, also when a replica takes over", D3)
	case class == D2:
		f.good("durability", "class %s: nothing acknowledged is lost by a kill or a power cut", D2)
	default:
		f.weak("durability", "Mend the settings above; or accept the loss with store.durability relaxed.", "class %s", class)
	}
}

// settings judges what makes a log durable; of names whose.
func (f *findings) settings(of string, set map[string]string) {
	if set["appendonly"] != "yes" {
		f.weak("appendonly"+of, "Set appendonly yes in Redis.", "%q: a restart loses everything since the last dump", set["appendonly"])
	}
	switch set["appendfsync"] {
	case "always":
	case "everysec":
		f.weak("appendfsync"+of, "Set appendfsync always in Redis.", `"everysec": a power cut takes about the last second`)
	default:
		f.weak("appendfsync"+of, "Set appendfsync always in Redis.", "%q: a power cut takes whatever the kernel had not written", set["appendfsync"])
	}
	if set["no-appendfsync-on-rewrite"] == "yes" {
		f.weak("no-appendfsync-on-rewrite"+of, "Set no-appendfsync-on-rewrite no in Redis.", `"yes": while Redis rewrites its log, it answers without flushing`)
	}
}

// disk tells what Redis says of its own writing.
func (v seen) disk(f *findings) {
	const look = "Look at the disk of Redis: space, permissions, its log."
	ok := true
	for _, w := range []struct {
		field, check, means string
		say                 func(check, remedy, format string, args ...any)
	}{
		{"aof_last_write_status", "log", "its last write failed, and Redis takes no more", f.bad},
		{"aof_last_bgrewrite_status", "log", "its last rewrite failed, so that it grows", f.doubtful},
		{"rdb_last_bgsave_status", "dump", "the last one failed; Redis may take no writes until one succeeds", f.bad},
	} {
		if status := v.info[w.field]; status != "" && status != "ok" {
			w.say(w.check, look, "%s", w.means)
			ok = false
		}
	}
	if ok {
		f.good("disk", "its last log write, log rewrite and dump succeeded")
	}
}

func (v seen) number(field string) float64 {
	n, _ := strconv.ParseFloat(v.info[field], 64)
	return n
}

func (v seen) memory(f *findings) {
	policy := v.set["maxmemory-policy"]
	if policy == "" {
		policy = v.info["maxmemory_policy"]
	}
	if policy != "" && policy != "noeviction" {
		f.bad("eviction", "Set maxmemory-policy noeviction in Redis, or give Holdfast a Redis of its own.", "maxmemory-policy %s: journals may vanish", policy)
	} else {
		f.good("eviction", "none")
	}
	const more = "Give Redis more memory (maxmemory), or archive closed incidents; docs/redis.md says how."
	used, most, of := v.number("used_memory"), v.number("maxmemory"), "maxmemory"
	if most == 0 {
		most, of = v.number("total_system_memory"), "the machine's memory; maxmemory sets no limit"
	}
	switch {
	case most == 0:
	case used/most >= allTaken:
		f.bad("memory", more, "%s of %s (%s): it is about to refuse writes", size(used), size(most), of)
	case used/most >= muchTaken:
		f.doubtful("memory", more, "%s of %s (%s)", size(used), size(most), of)
	default:
		f.good("memory", "%s of %s (%s)", size(used), size(most), of)
	}
}

// size writes bytes.
func size(n float64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", n/(1<<30))
	}
	return fmt.Sprintf("%.1f MiB", n/(1<<20))
}

// redundancy looks at who could take over.
func (v seen) redundancy(f *findings, demanded Durability) {
	online := 0
	for _, r := range v.replicas {
		switch {
		case !r.online:
			f.doubtful("replica "+r.node, "Look at its log and its way to the primary.", "it is connected and not in step")
			continue
		case r.err != nil:
			f.doubtful("replica "+r.node, "Open the way from here, or see to it that it is set like the primary.", "it cannot be looked at: %v", r.err)
		case r.set == nil:
			f.doubtful("replica "+r.node, "Let the user read it (+config|get), as on the primary.", "it does not tell how durable it is")
		default:
			before := len(f.all)
			f.settings(" of replica "+r.node, r.set)
			if len(f.all) == before {
				f.good("replica "+r.node, "in step, and as durable as the primary")
			}
		}
		online++
	}
	switch {
	case online == 0 && demanded == Replicated:
		f.bad("replicas", nextReplica, "none is connected, so that nothing is acknowledged")
	case online == 0:
		f.doubtful("replicas", "Connect one, and demand the durability replicated; until then back up often (`holdfast backup`).",
			"none: with the disk of this Redis goes all since the last backup")
	case demanded != Replicated:
		f.doubtful("replicas", "Demand the durability replicated, so that nothing is acknowledged before one has it.",
			"%d, and nobody waits for them: a failover may take the newest entries", online)
	case v.set["min-replicas-to-write"] == "0":
		f.doubtful("replicas", "Set min-replicas-to-write 1 in Redis: it then takes no entries at all when its replicas are gone, in place of entries that nobody acknowledges.",
			"%d, and min-replicas-to-write is 0", online)
	default:
		f.good("replicas", "%d in step", online)
	}
}

// access looks at who may come in, and who may listen.
func (v seen) access(f *findings) {
	switch v.user {
	case "default":
		f.doubtful("user", "Give Holdfast the user that docs/redis.md shows: it can append and read, and cannot flush or delete.",
			"Holdfast is the user default, who may delete every journal")
	case "":
		f.good("user", "one of its own, with few permissions")
	default:
		f.good("user", "%s", v.user)
	}
	if v.isOpen && v.network == "tcp" {
		f.doubtful("password", "Set one (requirepass), or switch the user default off.", "none is asked for: whoever reaches it may read and delete the journals")
	}
	if host, _, err := net.SplitHostPort(strings.SplitN(v.node, "/", 2)[0]); v.network == "tcp" && !v.tls && err == nil && !isLoopback(host) {
		f.doubtful("encryption", "Serve TLS in Redis, and write rediss:// in the URL.", "the password and all entries cross the network in the clear")
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// pace looks at time and at the crowd.
func (v seen) pace(f *findings) {
	if v.answers > slowAnswer {
		f.doubtful("answers", "Bring Redis nearer, or look at its load: an operation must end within store.timeout.", "after %s", v.answers.Round(time.Millisecond))
	} else {
		f.good("answers", "after %s", v.answers.Round(10*time.Microsecond))
	}
	if v.ahead.Abs() > clocksDiff {
		f.doubtful("clock", "Set both clocks by NTP.", "it differs from that of this machine by %s", v.ahead.Abs().Round(time.Second/10))
	} else {
		f.good("clock", "within %s of that of this machine", clocksDiff)
	}
	if had, most := v.number("connected_clients"), v.number("maxclients"); most > 0 && had/most >= muchTaken {
		f.doubtful("connections", "Raise maxclients of Redis, or find who holds so many.", "%.0f of %.0f are taken", had, most)
	}
}
