package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"holdfast/storage"
)

func (s *suite) runRead(t *testing.T) {
	s.test(t, "an unknown journal yields nothing", func(b *bench) {
		b.append("INC-1", 0, "a")
		for e, err := range b.Read(b.Context(), "INC-2", 0) {
			b.Errorf("yielded %v, %v", e, err)
		}
	})
	s.test(t, "read starts after a position", func(b *bench) {
		b.append("INC-1", 0, "1", "2", "3")
		b.append("INC-2", 0, "other")
		b.append("INC-1", 3, "4", "5")
		all := Chained(b.T, b.Store, "INC-1")
		for after := range uint64(8) {
			var got []storage.Entry
			for e, err := range b.Read(b.Context(), "INC-1", after) {
				if err != nil {
					b.Fatal(err)
				}
				got = append(got, e)
			}
			want := all[min(int(after), len(all)):]
			if !slices.EqualFunc(got, want, sameEntry) {
				b.Errorf("after %d: got %d entries, want %d", after, len(got), len(want))
			}
		}
	})
	s.test(t, "read ends at the last entry that was there when it was called", func(b *bench) {
		b.append("INC-1", 0, "1", "2")
		read := b.Read(b.Context(), "INC-1", 0)
		b.append("INC-1", 2, "3")
		n := 0
		for _, err := range read {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 2 {
			b.Errorf("yielded %d entries, want 2", n)
		}
	})
	s.test(t, "a reader may stop early and append while it reads", func(b *bench) {
		b.append("INC-1", 0, "1", "2", "3")
		for e, err := range b.Read(b.Context(), "INC-1", 0) {
			if err != nil {
				b.Fatal(err)
			}
			b.append("INC-2", e.Seq-1, "x")
			if e.Seq == 2 {
				break
			}
		}
		if got := b.bodies("INC-2"); len(got) != 2 {
			b.Errorf("appended %d entries while reading, want 2", len(got))
		}
	})
	s.test(t, "read stops when its context ends", func(b *bench) {
		b.append("INC-1", 0, "1", "2", "3")
		ctx, cancel := context.WithCancel(b.Context())
		defer cancel()
		var last error
		for _, err := range b.Read(ctx, "INC-1", 0) {
			last = err
			cancel()
		}
		if !errors.Is(last, context.Canceled) {
			b.Errorf("ended with %v, want %v", last, context.Canceled)
		}
	})
	s.test(t, "journals are listed sorted, each once", func(b *bench) {
		lister, ok := b.Store.(storage.Lister)
		if !ok {
			b.Skip("this store does not list its journals")
		}
		for i, journal := range []string{"register", "INC-10", "INC-2", "service/a"} {
			b.append(journal, 0, fmt.Sprint(i))
			b.append(journal, 1, "again")
		}
		got, err := lister.Journals(b.Context())
		if want := []string{"INC-10", "INC-2", "register", "service/a"}; err != nil || !slices.Equal(got, want) {
			b.Errorf("got %q, %v, want %q", got, err, want)
		}
	})
}

func sameEntry(a, b storage.Entry) bool {
	return a.Journal == b.Journal && a.Seq == b.Seq && a.Kind == b.Kind && string(a.Body) == string(b.Body) && a.Hash == b.Hash
}
