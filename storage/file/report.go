package file

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"holdfast/storage"
)

// Report is what Verify found.
type Report struct {
	Journals []JournalReport // sorted by name
	Findings []Finding       // in the order of the log
	Kept     []string        // files with torn tails of earlier crashes
	// LostBlobs are those that a repair found damaged and put aside.
	LostBlobs []string
}

// JournalReport is one journal as far as it can be read.
type JournalReport struct {
	Name    string
	Entries uint64 // the last position
	Head    storage.Hash
	Frozen  *storage.Frozen // when a repair has frozen it
}

// Damaged says whether anything that was durable is not as it was written. A
// torn tail and a stale index are no damage, nor is what a repair has dealt
// with.
func (r *Report) Damaged() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Kind == Damage })
}

// Repaired lists what earlier damage has taken, a sentence each: the frozen
// journals and the lost blobs. The store goes on without them.
func (r *Report) Repaired() []string {
	var all []string
	for _, j := range r.Journals {
		if j.Frozen != nil {
			all = append(all, j.Frozen.String())
		}
	}
	for _, sum := range r.LostBlobs {
		all = append(all, "The blob "+sum+" is lost.")
	}
	return all
}

// Summary writes one line a journal and one a finding: new damage as damage,
// and what an earlier repair has left behind as such.
func (r *Report) Summary(w io.Writer) error {
	var b bytes.Buffer
	for _, j := range r.Journals {
		fmt.Fprintf(&b, "%s: %d entries, head %s\n", j.Name, j.Entries, j.Head.Short())
	}
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	for _, what := range r.Repaired() {
		fmt.Fprintf(&b, "repaired before, no new damage: %s\n", what)
	}
	for _, name := range r.Kept {
		fmt.Fprintf(&b, "note: a torn tail of an earlier crash is kept in %s\n", name)
	}
	_, err := w.Write(b.Bytes())
	return err
}
