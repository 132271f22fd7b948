package main

import (
	"context"
	"fmt"
	"time"

	"holdfast/incident"
	"holdfast/journal"
)

// foldEntries measures what every answer about an incident rests on. The
// control decodes the same entries, which has to happen first.
func foldEntries(ctx context.Context, b *bench) ([]row, error) {
	s := newStory("INC-1", epoch)
	drafts := s.declare()
	for more := s.more(b.folded); len(more) > 0; more = s.more(b.folded) {
		drafts = append(drafts, more...)
	}
	kinds := incident.Kinds()
	entries := make([]journal.Entry, len(drafts))
	decode := func() error {
		for i, d := range drafts {
			e, err := kinds.Decode(s.id, uint64(i+1), d.Kind, d.Body)
			if err != nil {
				return err
			}
			entries[i] = e
		}
		return nil
	}
	r, err := b.inTurns(ctx,
		func() (float64, error) {
			start := time.Now()
			for range b.folds {
				if err := decode(); err != nil {
					return 0, err
				}
			}
			return rate(b.folds*len(entries), start), nil
		},
		func() (float64, error) {
			start := time.Now()
			var state incident.State
			for range b.folds {
				state = incident.Fold(incident.State{}, entries...)
			}
			return rate(b.folds*len(entries), start), exactly("folded entries", int(state.Entries), len(entries))
		},
	)
	return []row{r.row(fmt.Sprintf("fold, incidents of %d entries", b.folded), perSecond, "decoding the same entries", bound{})}, err
}
