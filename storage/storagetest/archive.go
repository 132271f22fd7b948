package storagetest

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
)

// where is the note of the suite's archives.
const where = "bucket/2026/INC-1.jsonl"

// runArchive holds a store that archives to the contract of storage.Archiver.
func (s *suite) runArchive(t *testing.T) {
	if !s.archives(t) {
		return
	}
	s.test(t, "an archived journal keeps where it stands and tells where its entries are", func(b *bench) {
		b.append("INC-2", 0, "other")
		kept := b.archived("INC-1", "a", "b")
		for after := range uint64(4) {
			wantArchived(b, b.readError("INC-1", after), kept)
		}
		for at := range uint64(4) {
			_, err := b.Append(b.Context(), "", To("INC-1", at, "x"))
			wantArchived(b, err, kept)
		}
		_, err := b.Append(b.Context(), "", To("INC-2", 1, "half"), To("INC-1", 2, "x"))
		wantArchived(b, err, kept)
		if got := b.bodies("INC-2"); !slices.Equal(got, []string{"other"}) {
			b.Errorf("the other journal holds %q", got)
		}
		if lister, ok := b.Store.(storage.Lister); ok {
			if got, err := lister.Journals(b.Context()); err != nil || !slices.Equal(got, []string{"INC-1", "INC-2"}) {
				b.Errorf("listed %q, %v", got, err)
			}
		}
	})
	s.test(t, "a command that landed in an archived journal is still a duplicate", func(b *bench) {
		spans, err := b.Append(b.Context(), "c1", To("INC-1", 0, "a", "b"))
		if err != nil {
			b.Fatal(err)
		}
		b.archive("INC-1", headOf(Chained(b.T, b.Store, "INC-1")), where)
		wantDuplicate(b, "c1", spans, To("INC-1", 2, "again"))
	})
	s.test(t, "only a journal that stands at the head is archived", func(b *bench) {
		b.append("INC-1", 0, "a", "b", "c")
		all := Chained(b.T, b.Store, "INC-1")
		for _, head := range []storage.Head{headOf(all[:2]), {Seq: 4, Hash: all[2].Hash}, {Seq: 3, Hash: all[1].Hash}} {
			err := b.archiver().Archive(b.Context(), "INC-1", head, where)
			wantConflict(b, err, storage.ConflictError{Journal: "INC-1", Want: head.Seq, Have: 3})
		}
		wantConflict(b, b.archiver().Archive(b.Context(), "INC-9", headOf(all), where), storage.ConflictError{Journal: "INC-9", Want: 3})
		if err := b.archiver().Archive(b.Context(), "INC-9", storage.Head{}, where); fault.CodeOf(err) != fault.Internal {
			b.Errorf("a journal without entries: %v", err)
		}
		if got := len(b.bodies("INC-1")); got != 3 {
			b.Errorf("%d entries are left of 3", got)
		}
		b.append("INC-1", 3, "d")
	})
	s.test(t, "archiving again changes nothing", func(b *bench) {
		kept := b.archived("INC-1", "a", "b")
		b.archive("INC-1", kept.Head, where)
		wantArchived(b, b.archiver().Archive(b.Context(), "INC-1", kept.Head, "elsewhere"), kept)
		wantArchived(b, b.readError("INC-1", 0), kept)
	})
	s.test(t, "what was archived comes back and grows on", func(b *bench) {
		bodies := make([]string, 700)
		for i := range bodies {
			bodies[i] = fmt.Sprint(i)
		}
		b.append("INC-1", 0, bodies...)
		all := Chained(b.T, b.Store, "INC-1")
		for range 2 {
			b.archive("INC-1", headOf(all), where)
			for range 2 { // the second time it is open already
				if err := b.archiver().Unarchive(b.Context(), "INC-1", each(all)); err != nil {
					b.Fatal(err)
				}
			}
			if got := Chained(b.T, b.Store, "INC-1"); !slices.EqualFunc(got, all, sameEntry) {
				b.Fatalf("%d entries came back of %d, or others", len(got), len(all))
			}
			b.append("INC-1", uint64(len(all)), "more")
			all = Chained(b.T, b.Store, "INC-1")
		}
	})
	s.runStrangeArchives(t)
	if s.reopen != nil {
		s.test(t, "a store opened again knows what is archived", func(b *bench) {
			kept := b.archived("INC-1", "a", "b")
			b.Close()
			b.Store = s.reopen(b.T, b.Store, b.clock)
			wantArchived(b, b.readError("INC-1", 0), kept)
			_, err := b.Append(b.Context(), "", To("INC-1", 2, "x"))
			wantArchived(b, err, kept)
		})
	}
}

func (s *suite) runStrangeArchives(t *testing.T) {
	changed := func(all []storage.Entry, i int, f func(*storage.Entry)) []storage.Entry {
		all = slices.Clone(all)
		f(&all[i])
		return all
	}
	for sentence, spoil := range map[string]func(all []storage.Entry) []storage.Entry{
		"entries whose bytes were changed are refused": func(all []storage.Entry) []storage.Entry {
			return changed(all, 1, func(e *storage.Entry) { e.Body = []byte("x") })
		},
		"entries of another past are refused": func(all []storage.Entry) []storage.Entry {
			return changed(all, 2, func(e *storage.Entry) {
				e.Body = []byte("x")
				e.Hash = storage.Chain(all[1].Hash, e.Journal, e.Seq, e.Kind, e.Body)
			})
		},
		"entries of another journal are refused": func(all []storage.Entry) []storage.Entry {
			return changed(all, 0, func(e *storage.Entry) { e.Journal = "INC-2" })
		},
		"entries without the first are refused": func(all []storage.Entry) []storage.Entry { return all[1:] },
		"entries without the last are refused":  func(all []storage.Entry) []storage.Entry { return all[:2] },
		"no entries are refused":                func([]storage.Entry) []storage.Entry { return nil },
		"entries beyond the last are refused": func(all []storage.Entry) []storage.Entry {
			e := storage.Entry{Journal: "INC-1", Seq: 4, Kind: "k"}
			e.Hash = storage.Chain(all[2].Hash, e.Journal, e.Seq, e.Kind, e.Body)
			return append(slices.Clone(all), e)
		},
	} {
		s.test(t, sentence, func(b *bench) {
			b.append("INC-1", 0, "a", "b", "c")
			all := Chained(b.T, b.Store, "INC-1")
			b.archive("INC-1", headOf(all), where)
			err := b.archiver().Unarchive(b.Context(), "INC-1", each(spoil(all)))
			if f := fault.From(err); err == nil || f.Code != fault.Store || !strings.Contains(f.Next, where) {
				b.Errorf("got %v, want E_STORE that names the note", err)
			}
			b.comesBack(all)
		})
	}
	s.test(t, "an archive that cannot be read to its end changes nothing", func(b *bench) {
		b.append("INC-1", 0, "a", "b", "c")
		all := Chained(b.T, b.Store, "INC-1")
		b.archive("INC-1", headOf(all), where)
		torn := errors.New("torn")
		err := b.archiver().Unarchive(b.Context(), "INC-1", func(yield func(storage.Entry, error) bool) {
			_ = yield(all[0], nil) && yield(storage.Entry{}, torn)
		})
		if !errors.Is(err, torn) {
			b.Errorf("got %v, want %v", err, torn)
		}
		b.comesBack(all)
	})
}

// comesBack demands that a journal is archived still and can be put back.
func (b *bench) comesBack(all []storage.Entry) {
	b.Helper()
	journal := all[0].Journal
	wantArchived(b, b.readError(journal, 0), &storage.ArchivedError{Journal: journal, Head: headOf(all), Note: where})
	if err := b.archiver().Unarchive(b.Context(), journal, each(all)); err != nil {
		b.Fatal(err)
	}
	if got := Chained(b.T, b.Store, journal); !slices.EqualFunc(got, all, sameEntry) {
		b.Errorf("%d entries came back of %d, or others", len(got), len(all))
	}
}

// archives says whether the store can archive.
func (s *suite) archives(t *testing.T) bool {
	probe := s.open(t, clock.NewManual(Start))
	defer probe.Close()
	_, can := probe.(storage.Archiver)
	return can
}

func (b *bench) archiver() storage.Archiver { return b.Store.(storage.Archiver) }

func (b *bench) archive(journal string, head storage.Head, note string) {
	b.Helper()
	if err := b.archiver().Archive(b.Context(), journal, head, note); err != nil {
		b.Fatal(err)
	}
}

// archived makes a journal of bodies and archives it.
func (b *bench) archived(journal string, bodies ...string) *storage.ArchivedError {
	b.Helper()
	b.append(journal, 0, bodies...)
	head := headOf(Chained(b.T, b.Store, journal))
	b.archive(journal, head, where)
	return &storage.ArchivedError{Journal: journal, Head: head, Note: where}
}

// readError reads a journal and returns how that ends.
func (b *bench) readError(journal string, after uint64) (last error) {
	for _, err := range b.Read(b.Context(), journal, after) {
		last = err
	}
	return last
}

func wantArchived(b *bench, err error, want *storage.ArchivedError) {
	b.Helper()
	var got *storage.ArchivedError
	if !errors.As(err, &got) || *got != *want {
		b.Errorf("got %v, want %v", err, want)
	}
}

// headOf is where a journal of these entries stands.
func headOf(all []storage.Entry) storage.Head {
	last := all[len(all)-1]
	return storage.Head{Seq: last.Seq, Hash: last.Hash}
}

func each(all []storage.Entry) iter.Seq2[storage.Entry, error] {
	return func(yield func(storage.Entry, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}
