package export

import (
	"maps"
	"slices"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// duty is a role that a person holds from one entry to another.
type duty struct {
	role, person  string
	since, until  time.Time // until is zero while it is held
	first, lastBy uint64    // the entries that began and ended it
}

// duties are who held what, in the order they came into office. Command is one
// line of holders without a gap: the acting commander stands in it too.
type duties []duty

func (d *duties) note(before, after incident.Roles, e journal.Entry) {
	was, is := holders(before), holders(after)
	for _, role := range slices.Sorted(maps.Keys(was)) {
		if is[role] != was[role] {
			d.end(role, e)
		}
	}
	for _, role := range order(is) {
		if is[role] != was[role] {
			*d = append(*d, duty{role: role, person: is[role], since: e.At, first: e.Seq})
		}
	}
}

func (d *duties) end(role string, e journal.Entry) {
	for i := range slices.Backward(*d) {
		if x := &(*d)[i]; x.role == role && x.until.IsZero() {
			x.until, x.lastBy = e.At, e.Seq
			return
		}
	}
}

const acting = "acting commander"

func holders(r incident.Roles) map[string]string {
	all := map[string]string{
		incident.Commander: r.Commander, acting: r.Acting,
		incident.Deputy: r.Deputy, incident.Comms: r.Comms, incident.Scribe: r.Scribe,
	}
	for team, person := range r.Leads {
		all[incident.Lead+team] = person
	}
	maps.DeleteFunc(all, func(_, person string) bool { return person == "" })
	return all
}

func order(held map[string]string) []string {
	rank := []string{incident.Commander, acting, incident.Deputy, incident.Comms, incident.Scribe}
	return slices.SortedFunc(maps.Keys(held), func(a, b string) int {
		if i, j := slices.Index(rank, a), slices.Index(rank, b); i >= 0 && j >= 0 {
			return i - j
		} else if i != j {
			return j - i // a lead has no rank and comes last
		}
		if a < b {
			return -1
		}
		return 1
	})
}

// command picks those who were in command, acting or appointed.
func (d duties) command() duties {
	return slices.DeleteFunc(slices.Clone(d), func(x duty) bool { return x.role != incident.Commander && x.role != acting })
}

func (d duties) others() duties {
	return slices.DeleteFunc(slices.Clone(d), func(x duty) bool { return x.role == incident.Commander || x.role == acting })
}
