package export_test

import (
	"context"
	"errors"
	"iter"

	"holdfast/export"
	"holdfast/storage"
)

var errTorn = errors.New("the record cannot be read")

// damage is a store in which one entry is harmed.
type damage struct {
	export.Source
	at         uint64
	bytes      bool // other bytes under the same hash
	drop       bool // gone
	unreadable bool // and all behind it
}

func (d damage) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	return func(yield func(storage.Entry, error) bool) {
		for e, err := range d.Source.Read(ctx, journal, after) {
			if err == nil && e.Seq == d.at {
				switch {
				case d.unreadable:
					yield(storage.Entry{}, errTorn)
					return
				case d.drop:
					continue
				case d.bytes:
					e.Body = append([]byte(nil), e.Body...)
					e.Body[len(e.Body)-3] ^= 1
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// growing is a store to whose journal somebody adds while it is exported.
type growing struct {
	export.Source
	grow  func()
	reads int
}

func (g *growing) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	if g.reads++; g.reads > 1 {
		g.grow()
	}
	return g.Source.Read(ctx, journal, after)
}
