package export

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"holdfast/journal"
	"holdfast/storage"
)

// read is an entry as it is stored and, where it was wanted, decoded.
type read struct {
	stored storage.Entry
	entry  journal.Entry // with its place and kind alone where it did not decode
	harm   error         // why it did not
	wanted bool
}

// pass reads the journal behind a position and decodes the kinds that are
// wanted. The error is the store's and ends it.
func (r *record) pass(ctx context.Context, after uint64, wanted func(kind string) bool) iter.Seq2[read, error] {
	return ahead(r.from.Read(ctx, r.journal, after), func(e storage.Entry) read {
		x := read{stored: e, wanted: wanted(e.Kind)}
		if x.wanted {
			x.entry, x.harm = r.known.Decode(e.Journal, e.Seq, e.Kind, e.Body)
		}
		if x.harm != nil {
			x.entry = journal.Entry{Journal: e.Journal, Seq: e.Seq, Fact: journal.Unknown{Of: e.Kind}}
		}
		return x
	})
}

// each hands the entries of the wanted kinds that the first pass has seen to
// f. One that does not decode comes with an error and its place and kind.
func (r *record) each(ctx context.Context, wanted func(kind string) bool, f func(journal.Entry, error)) error {
	left, after := 0, uint64(0)
	for kind, t := range r.kinds {
		if !wanted(kind) {
			continue
		}
		if left == 0 || t.first-1 < after {
			after = t.first - 1
		}
		left += t.n
	}
	if r.chain.breaks > 0 {
		after = 0 // positions may mean anything
	}
	if left == 0 {
		return nil
	}
	for x, err := range r.pass(ctx, after, wanted) {
		if err != nil {
			return fmt.Errorf("read %s for export: %w", r.journal, err)
		}
		if x.wanted {
			f(x.entry, x.harm)
			left--
		}
		if r.failed != nil {
			return fmt.Errorf("write the record of %s: %w", r.journal, r.failed)
		}
		if left == 0 {
			break
		}
	}
	return nil
}

// of wants a few kinds.
func of(kinds ...string) func(string) bool {
	return func(kind string) bool { return slices.Contains(kinds, kind) }
}
