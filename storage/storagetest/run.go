// Package storagetest is the suite that every store passes: the contract of
// package storage, as sentences.
package storagetest

import (
	"context"
	"testing"
	"time"

	"holdfast/internal/clock"
	"holdfast/storage"
)

// Open returns an empty store that takes the time from c. The suite closes it.
type Open func(t *testing.T, c clock.Clock) storage.Store

// Reopen returns the store again after s was closed, with all it kept.
type Reopen func(t *testing.T, s storage.Store, c clock.Clock) storage.Store

// Option widens the suite.
type Option func(*suite)

// WithReopen adds what a store that outlives its process must keep.
func WithReopen(reopen Reopen) Option { return func(s *suite) { s.reopen = reopen } }

type suite struct {
	open   Open
	reopen Reopen
}

// Start is the instant at which the suite's clock stands when a store opens.
var Start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// Run holds a store to the contract of storage.Store, and to those of
// storage.Lister and storage.Archiver if it has them.
func Run(t *testing.T, open Open, options ...Option) {
	s := &suite{open: open}
	for _, o := range options {
		o(s)
	}
	s.runAppend(t)
	s.runRefusals(t)
	s.runCommands(t)
	s.runRead(t)
	s.runWatch(t)
	s.runLease(t)
	s.runRaces(t)
	s.runClose(t)
	s.runArchive(t)
	if s.reopen != nil {
		s.runReopen(t)
	}
}

// bench is one store under test with the clock it reads.
type bench struct {
	*testing.T
	storage.Store
	clock *clock.Manual
}

// test runs f on a fresh store.
func (s *suite) test(t *testing.T, sentence string, f func(b *bench)) {
	t.Run(sentence, func(t *testing.T) {
		c := clock.NewManual(Start)
		b := &bench{T: t, Store: s.open(t, c), clock: c}
		t.Cleanup(func() { b.Store.Close() })
		f(b)
	})
}

// append writes bodies to one journal and demands success.
func (b *bench) append(journal string, at uint64, bodies ...string) storage.Span {
	b.Helper()
	spans, err := b.Append(b.Context(), "", To(journal, at, bodies...))
	if err != nil {
		b.Fatalf("append to %s at %d: %v", journal, at, err)
	}
	return spans[0]
}

// bodies reads a journal and demands that it is numbered and chained.
func (b *bench) bodies(journal string) []string {
	b.Helper()
	var got []string
	for _, e := range Chained(b.T, b.Store, journal) {
		got = append(got, string(e.Body))
	}
	return got
}

// To makes a write of bodies, each under the kind "note.added".
func To(journal string, at uint64, bodies ...string) storage.Write {
	w := storage.Write{Journal: journal, At: at}
	for _, body := range bodies {
		w.Drafts = append(w.Drafts, storage.Draft{Kind: "note.added", Body: []byte(body)})
	}
	return w
}

// Chained reads a whole journal and fails the test unless its entries are
// numbered without a gap and each hash follows from the one before.
func Chained(t testing.TB, s storage.Store, journal string) []storage.Entry {
	t.Helper()
	var entries []storage.Entry
	v := storage.NewVerifier(journal)
	for e, err := range s.Read(context.Background(), journal, 0) {
		if err != nil {
			t.Fatalf("read %s after entry %d: %v", journal, v.Count(), err)
		}
		if err := v.Next(e); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	return entries
}
