package file

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/storage"
)

// judge says of each journal whether it comes whole, or is frozen and why.
func (r *repair) judge() {
	before := r.list.marks()
	names := slices.Collect(maps.Keys(r.rescue.trails))
	for name := range before {
		if _, found := r.rescue.trails[name]; !found {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		t := r.rescue.trail(name)
		r.done.Behind = append(r.done.Behind, t.behind...)
		old, wasFrozen := before[name]
		reason := r.reason(name, t)
		switch {
		case reason == "" && !wasFrozen:
			r.done.Whole++
		case name == r.options.Anew && r.options.Rebuild != nil:
			r.done.Anew = true
		default:
			f := storage.Frozen{Journal: name, Head: storage.Head{Seq: t.chain.Count(), Hash: t.chain.Head()}, Doubt: !t.cut, Note: reason}
			if wasFrozen {
				f.Doubt = f.Doubt && old.Doubt
				f.Note = strings.TrimSpace(old.Note + " " + reason)
			}
			r.done.Frozen = append(r.done.Frozen, f)
		}
	}
}

// reason says what keeps a journal from going on, and where the old bytes are.
func (r *repair) reason(name string, t *trail) string {
	var b strings.Builder
	room := r.rescue.doubtful(t)
	switch {
	case t.cut:
		if lost := t.lost(name); len(lost) > 0 {
			fmt.Fprintf(&b, "Lost: %s. ", spell(lost))
		}
		if len(t.behind) > 0 {
			fmt.Fprintf(&b, "Readable behind the damage, in the old log: %s. ", spell(t.behind))
		}
	case room > 0:
		fmt.Fprintf(&b, "After it %d bytes of the log are damaged, and nobody can tell what they held. ", room)
	case r.unknown:
		fmt.Fprintf(&b, "The list of frozen journals was damaged, and this one may have been on it. ")
	default:
		return ""
	}
	fmt.Fprintf(&b, "The old log is kept in the folder %s of the store.", r.done.Kept)
	return b.String()
}
