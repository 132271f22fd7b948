package export

import (
	"context"
	"fmt"
	"strings"

	"holdfast/storage"
)

// Journals is a store that can name what it holds.
type Journals interface {
	Source
	storage.Lister
}

// JournalReport is what became of checking one journal of a store.
type JournalReport struct {
	Journal string
	Count   uint64       // entries that could be read
	Head    storage.Hash // of the last of them
	Breaks  int          // 0 when the chain holds
	Named   []string     // the first breaks, each a clause that names the entry
}

// OK says whether the journal holds together.
func (r JournalReport) OK() bool { return r.Breaks == 0 }

// String says the result in one line, more where breaks are named.
func (r JournalReport) String() string {
	if r.OK() {
		return fmt.Sprintf("%s: %s, head %s, OK", r.Journal, entries(r.Count), r.Head.Short())
	}
	s := fmt.Sprintf("%s: %s, BROKEN: %s", r.Journal, entries(r.Count), strings.Join(r.Named, "; "))
	if n := r.Breaks - len(r.Named); n > 0 {
		s += fmt.Sprintf("; and %d more", n)
	}
	return s
}

// VerifyStore checks the chain of every journal of a store, in the order of
// their names. A break is a finding and no error; the error says that the
// store could not list its journals, or that ctx has ended.
//
// A store alone cannot show that a journal's last entries were removed: compare
// the heads with an export or with the heads that people have been shown.
func VerifyStore(ctx context.Context, store Journals) ([]JournalReport, error) {
	names, err := store.Journals(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the journals to verify: %w", err)
	}
	var reports []JournalReport
	for _, name := range names {
		c := chain{journal: name}
		for e, err := range store.Read(ctx, name, 0) {
			if ctx.Err() != nil {
				return reports, fmt.Errorf("verify %s: %w", name, ctx.Err())
			}
			if err != nil {
				c.cut(err)
				break
			}
			c.add(e)
		}
		reports = append(reports, JournalReport{Journal: name, Count: c.count, Head: c.head, Breaks: c.breaks, Named: c.named})
	}
	return reports, nil
}
