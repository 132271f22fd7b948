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
}

// JournalReport is one journal as far as it can be read.
type JournalReport struct {
	Name    string
	Entries uint64 // the last position
	Head    storage.Hash
}

// Damaged says whether anything that was durable is not as it was written. A
// torn tail and a stale index are no damage.
func (r *Report) Damaged() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Kind == Damage })
}

// Summary writes one line a journal and one a finding.
func (r *Report) Summary(w io.Writer) error {
	var b bytes.Buffer
	for _, j := range r.Journals {
		fmt.Fprintf(&b, "%s: %d entries, head %s\n", j.Name, j.Entries, j.Head.Short())
	}
	for _, f := range r.Findings {
		fmt.Fprintln(&b, f)
	}
	for _, name := range r.Kept {
		fmt.Fprintf(&b, "note: a torn tail of an earlier crash is kept in %s\n", name)
	}
	_, err := w.Write(b.Bytes())
	return err
}
