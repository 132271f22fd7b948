package commands_test

import (
	"fmt"
	"slices"

	"holdfast/engine"
	"holdfast/incident"
	"holdfast/journal"
)

// entries returns what a journal holds.
func (d *desk) entries(name string) []journal.Entry {
	d.Helper()
	var all []journal.Entry
	for e, err := range engine.Read(d.Context(), d.memory, name, 0) {
		if err != nil {
			d.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// state returns what an incident's journal adds up to.
func (d *desk) state(id string) incident.State {
	d.Helper()
	s, err := d.engine.State(d.Context(), id)
	if err != nil {
		d.Fatal(err)
	}
	return s
}

// last returns the latest entry of a kind in INC-1.
func (d *desk) last(kind string) journal.Entry {
	d.Helper()
	all := d.entries("INC-1")
	for _, e := range slices.Backward(all) {
		if e.Fact.Kind() == kind {
			return e
		}
	}
	d.Fatalf("INC-1 has no %s", kind)
	return journal.Entry{}
}

// count returns how many entries of a kind a journal has.
func (d *desk) count(name, kind string) int {
	d.Helper()
	n := 0
	for _, e := range d.entries(name) {
		if e.Fact.Kind() == kind {
			n++
		}
	}
	return n
}

// stored is every entry of the whole store as text: the same before and after
// when nothing was recorded anywhere.
func (d *desk) stored() []string {
	d.Helper()
	names, err := d.memory.Journals(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	var all []string
	for _, name := range names {
		for e, err := range d.memory.Read(d.Context(), name, 0) {
			if err != nil {
				d.Fatal(err)
			}
			all = append(all, fmt.Sprintf("%s#%d %s %s", name, e.Seq, e.Kind, e.Body))
		}
	}
	return all
}

// unchanged runs what must record nothing and reach nobody.
func (d *desk) unchanged(what string, do func()) {
	d.Helper()
	before, reached, wrote := d.stored(), len(d.reached), len(d.wrote)
	do()
	d.settle()
	for _, e := range d.stored() {
		if !slices.Contains(before, e) {
			d.Errorf("%s has recorded %s", what, e)
		}
	}
	if len(d.reached) != reached || len(d.wrote) != wrote {
		d.Errorf("%s has reached somebody: %v %v", what, d.reached[reached:], d.wrote[wrote:])
	}
}
