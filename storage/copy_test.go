package storage_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"holdfast/internal/clock"
	"holdfast/internal/fault"
	"holdfast/storage"
	"holdfast/storage/memory"
	"holdfast/storage/storagetest"
)

var registered = storage.CopyOptions{First: "register"}

func newStore(t *testing.T) *memory.Store {
	s := memory.New(clock.NewManual(storagetest.Start))
	t.Cleanup(func() { s.Close() })
	return s
}

// declare appends to the register and to a new journal at once.
func declare(t *testing.T, s storage.Copyable, n int) {
	t.Helper()
	id := fmt.Sprintf("INC-%d", n)
	if _, err := s.Append(t.Context(), "", storagetest.To("register", uint64(n-1), id), storagetest.To(id, 0, "declared", "paged")); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, s storage.Store, journal string, at uint64, bodies ...string) {
	t.Helper()
	if _, err := s.Append(t.Context(), "", storagetest.To(journal, at, bodies...)); err != nil {
		t.Fatal(err)
	}
}

// contents reads a whole store, names and hashes.
func contents(t *testing.T, s storage.Copyable) string {
	t.Helper()
	names, err := s.Journals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		for e, err := range s.Read(t.Context(), name, 0) {
			fmt.Fprintln(&all, name, e.Seq, e.Kind, string(e.Body), e.Hash, err)
		}
	}
	return all.String()
}

func TestACopyHoldsTheSameEntriesUnderTheSameHashes(t *testing.T) {
	from, to := newStore(t), newStore(t)
	for n := range 5 {
		declare(t, from, n+1)
	}
	add(t, from, "INC-2", 2, slices.Repeat([]string{strings.Repeat("x", 10_000)}, 700)...) // several batches
	sum, err := from.Put(t.Context(), []byte("a brief"))
	if err != nil {
		t.Fatal(err)
	}
	done, err := storage.Copy(t.Context(), from, to, registered)
	if err != nil || done.Journals != 6 || done.Entries != 5*3+700 || done.Added != done.Entries || done.Blobs != 1 || done.Left != nil {
		t.Errorf("copied %+v, %v", done, err)
	}
	if contents(t, to) != contents(t, from) {
		t.Error("the copy differs")
	}
	if data, err := to.Get(t.Context(), sum); err != nil || string(data) != "a brief" {
		t.Errorf("the blob is %q, %v", data, err)
	}

	declare(t, from, 6)
	add(t, from, "INC-1", 2, "later")
	done, err = storage.Copy(t.Context(), from, to, registered)
	if err != nil || done.Added != 4 || done.Journals != 7 || done.Blobs != 0 {
		t.Errorf("the second run: %+v, %v", done, err)
	}
	if contents(t, to) != contents(t, from) {
		t.Error("after the second run the copy differs")
	}
}

func TestWhatIsNotTheBeginningOfTheSourceIsRefusedAndStaysAsItWas(t *testing.T) {
	for sentence, test := range map[string]struct {
		make func(t *testing.T, from, to *memory.Store)
		says string
	}{
		"another entry stands at the same place": {func(t *testing.T, from, to *memory.Store) {
			add(t, from, "INC-2", 0, "a", "b", "c")
			add(t, to, "INC-2", 0, "a", "B")
		}, "INC-2 differs. Entry 2"},
		"the source went back": {func(t *testing.T, from, to *memory.Store) {
			add(t, from, "INC-2", 0, "a")
			add(t, to, "INC-2", 0, "a", "b")
		}, "INC-2 differs. The copy has 2 entries, the source 1"},
		"the source has lost a journal": {func(t *testing.T, _, to *memory.Store) {
			add(t, to, "INC-2", 0, "a")
		}, "INC-2 differs. The copy has 1 entries of it, the source none"},
		"it was frozen and the source goes on": {func(t *testing.T, from, to *memory.Store) {
			add(t, from, "INC-2", 0, "a", "b")
			add(t, to, "INC-2", 0, "a")
			freeze(t, to, "INC-2")
		}, "INC-2 differs. It is frozen in the copy"},
	} {
		from, to := newStore(t), newStore(t)
		add(t, from, "INC-1", 0, "one", "two") // would be copied
		test.make(t, from, to)
		before := contents(t, to)
		_, err := storage.Copy(t.Context(), from, to, registered)
		if !errors.As(err, new(*storage.DiffersError)) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", sentence, err)
		}
		if contents(t, to) != before {
			t.Errorf("%s: the copy was changed", sentence)
		}
	}
}

func freeze(t *testing.T, s *memory.Store, journal string) {
	t.Helper()
	all := storagetest.Chained(t, s, journal)
	last := all[len(all)-1]
	if err := s.Freeze(t.Context(), storage.Frozen{Journal: journal, Head: storage.Head{Seq: last.Seq, Hash: last.Hash}, Note: "It burnt."}); err != nil {
		t.Fatal(err)
	}
}

func TestAFrozenJournalIsFrozenInTheCopy(t *testing.T) {
	from, to := newStore(t), newStore(t)
	declare(t, from, 1)
	declare(t, from, 2)
	freeze(t, from, "INC-1")
	for range 2 {
		done, err := storage.Copy(t.Context(), from, to, registered)
		if err != nil || !slices.Equal(done.Frozen, []string{"INC-1"}) || done.Journals != 3 {
			t.Fatalf("copied %+v, %v", done, err)
		}
		if contents(t, to) != contents(t, from) {
			t.Error("the copy differs")
		}
	}
	// A store that cannot freeze would show it as whole.
	plain := struct{ storage.Copyable }{newStore(t)}
	done, err := storage.Copy(t.Context(), from, plain, registered)
	if err != nil || len(done.Left) != 1 || done.Left[0].Name != "INC-1" || done.Journals != 2 {
		t.Errorf("into a store that cannot freeze: %+v, %v", done, err)
	}
}

// harmed is a store in which one journal cannot be read to its end.
type harmed struct {
	*memory.Store
	journal string
	at      uint64
	gone    bool // the whole store is
}

func (h harmed) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	return func(yield func(storage.Entry, error) bool) {
		for e, err := range h.Store.Read(ctx, journal, after) {
			if journal == h.journal && e.Seq >= h.at {
				yield(storage.Entry{}, errors.New("torn"))
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (h harmed) Journals(ctx context.Context) ([]string, error) {
	if h.gone {
		return nil, errors.New("gone")
	}
	return h.Store.Journals(ctx)
}

func TestAJournalThatCannotBeReadIsLeftOutAndNamed(t *testing.T) {
	from, to := newStore(t), newStore(t)
	declare(t, from, 1)
	declare(t, from, 2)
	if _, err := storage.Copy(t.Context(), from, to, registered); err != nil {
		t.Fatal(err)
	}
	add(t, from, "INC-1", 2, "a", "b")
	add(t, from, "INC-2", 2, "c")
	done, err := storage.Copy(t.Context(), harmed{Store: from, journal: "INC-1", at: 4}, to, registered)
	if err != nil || len(done.Left) != 1 || done.Left[0] != (storage.Left{Name: "INC-1", Why: "torn"}) || done.Added != 1 {
		t.Errorf("copied %+v, %v", done, err)
	}
	if n := len(storagetest.Chained(t, to, "INC-1")); n != 2 {
		t.Errorf("the copy of INC-1 has %d entries, want the 2 it had", n)
	}
	if n := len(storagetest.Chained(t, to, "INC-2")); n != 3 {
		t.Errorf("the copy of INC-2 has %d entries, want 3", n)
	}
	if _, err := storage.Copy(t.Context(), harmed{Store: from, journal: "register", at: 1}, newStore(t), registered); fault.CodeOf(err) != fault.Store {
		t.Errorf("without the register: %v", err)
	}
	if _, err := storage.Copy(t.Context(), harmed{Store: from, journal: "INC-1", at: 1, gone: true}, to, registered); err == nil || err.Error() != "gone" {
		t.Errorf("a store that has gone: %v", err)
	}
}

func TestAnArchivedJournalIsLeftOutUnlessTheCopyHasIt(t *testing.T) {
	from, early, late := newStore(t), newStore(t), newStore(t)
	declare(t, from, 1)
	declare(t, from, 2)
	if _, err := storage.Copy(t.Context(), from, early, registered); err != nil {
		t.Fatal(err)
	}
	all := storagetest.Chained(t, from, "INC-1")
	if err := from.Archive(t.Context(), "INC-1", storage.Head{Seq: 2, Hash: all[1].Hash}, "INC-1.jsonl"); err != nil {
		t.Fatal(err)
	}
	if done, err := storage.Copy(t.Context(), from, early, registered); err != nil || done.Left != nil || done.Journals != 3 {
		t.Errorf("the copy that has it: %+v, %v", done, err)
	}
	done, err := storage.Copy(t.Context(), from, late, registered)
	if err != nil || len(done.Left) != 1 || done.Left[0].Name != "INC-1" || !strings.Contains(done.Left[0].Why, "INC-1.jsonl") {
		t.Errorf("the copy that has it not: %+v, %v", done, err)
	}
}

// busy is a store in which incidents are declared while it is read.
type busy struct {
	*memory.Store
	t    *testing.T
	left int // declarations still to come
	n    int
}

func (b *busy) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	read := b.Store.Read(ctx, journal, after)
	if b.left > 0 {
		b.left--
		b.n++
		declare(b.t, b.Store, b.n)
	}
	return read
}

func TestACopyHoldsEveryIncidentThatItsRegisterNames(t *testing.T) {
	for _, declared := range []int{1, 2, 3, 7, 1000} {
		from := &busy{Store: newStore(t), t: t, left: declared}
		to := newStore(t)
		if _, err := storage.Copy(t.Context(), from, to, registered); err != nil {
			t.Fatal(err)
		}
		named := map[string]bool{}
		for _, e := range storagetest.Chained(t, to, "register") {
			named[string(e.Body)] = true
			if n := len(storagetest.Chained(t, to, string(e.Body))); n < 2 {
				t.Errorf("%d declared meanwhile: %s has %d entries in the copy", declared, e.Body, n)
			}
		}
		names, err := to.Journals(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if from.left == 0 && len(names) != len(named)+1 {
			t.Errorf("%d declared meanwhile: the copy has %v, its register names %v", declared, names, named)
		}
		if declared <= 7 && len(named) != declared {
			t.Errorf("%d of %d are in the copy, though the source came to rest", len(named), declared)
		}
	}
}

// failing takes so many batches and then no more.
type failing struct {
	*memory.Store
	left int
}

func (f *failing) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	if f.left--; f.left < 0 {
		return nil, &storage.UnavailableError{Doing: "append", Err: errors.New("no space left on device")}
	}
	return f.Store.Append(ctx, command, writes...)
}

func TestAnInterruptedCopyIsFinishedByTheNext(t *testing.T) {
	from := newStore(t)
	for n := range 20 {
		declare(t, from, n+1)
		add(t, from, fmt.Sprintf("INC-%d", n+1), 2, slices.Repeat([]string{"x"}, 90)...)
	}
	interrupted := 0
	for left := range 10 {
		to := &failing{Store: newStore(t), left: left}
		if _, err := storage.Copy(t.Context(), from, to, registered); err == nil {
			continue
		}
		interrupted++
		for _, e := range storagetest.Chained(t, to, "register") {
			if n := len(storagetest.Chained(t, to, string(e.Body))); n == 0 {
				t.Errorf("after %d batches the register names %s, which is not there", left, e.Body)
			}
		}
		if _, err := storage.Copy(t.Context(), from, to.Store, registered); err != nil {
			t.Fatal(err)
		}
		if contents(t, to.Store) != contents(t, from) {
			t.Errorf("interrupted after %d batches: the finished copy differs", left)
		}
	}
	if interrupted < 4 {
		t.Errorf("void: %d copies were interrupted", interrupted)
	}
}
