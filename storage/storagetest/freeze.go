package storagetest

import (
	"errors"
	"slices"
	"testing"

	"holdfast/storage"
)

// RunFreezer holds a store to the contract of storage.Freezer.
func RunFreezer(t *testing.T, open func(t *testing.T) storage.Copyable) {
	s := open(t)
	b := &bench{T: t, Store: s}
	landed, err := s.Append(t.Context(), "c1", To("INC-1", 0, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	b.append("INC-2", 0, "other")
	head := headOf(Chained(t, s, "INC-1"))
	freezer := s.(storage.Freezer)

	t.Run("a journal that stands elsewhere is not frozen", func(t *testing.T) {
		var moved *storage.ConflictError
		if err := freezer.Freeze(t.Context(), storage.Frozen{Journal: "INC-1", Head: storage.Head{Seq: 1}}); !errors.As(err, &moved) {
			t.Errorf("got %v", err)
		}
		if n := len(Chained(t, s, "INC-1")); n != 2 {
			t.Errorf("%d entries", n)
		}
	})
	t.Run("a frozen journal is read to its end, which says so, and takes nothing", func(t *testing.T) {
		want := storage.Frozen{Journal: "INC-1", Head: head, Note: "It burnt."}
		if err := freezer.Freeze(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		for after, left := range []int{2, 1, 0} {
			n := 0
			var last error
			for _, err := range s.Read(t.Context(), "INC-1", uint64(after)) {
				if last = err; err == nil {
					n++
				}
			}
			if n != left {
				t.Errorf("after %d: %d entries", after, n)
			}
			wantFrozen(t, last, want)
		}
		_, err := s.Append(t.Context(), "", To("INC-2", 1, "x"), To("INC-1", 2, "x"))
		wantFrozen(t, err, want)
		b.append("INC-2", 1, "nothing of the refused batch is there")
	})
	t.Run("a command that landed in a frozen journal is still a duplicate", func(t *testing.T) {
		wantDuplicate(&bench{T: t, Store: s}, "c1", landed, To("INC-1", 2, "again"))
	})
	t.Run("a journal without entries can be frozen, and is listed", func(t *testing.T) {
		want := storage.Frozen{Journal: "INC-3", Note: "It burnt."}
		if err := freezer.Freeze(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		wantFrozen(t, b.readError("INC-3", 0), want)
		if names, err := s.Journals(t.Context()); err != nil || !slices.Equal(names, []string{"INC-1", "INC-2", "INC-3"}) {
			t.Errorf("listed are %v, %v", names, err)
		}
	})
}

func wantFrozen(t *testing.T, err error, want storage.Frozen) {
	t.Helper()
	var got *storage.FrozenError
	if !errors.As(err, &got) || got.Frozen != want {
		t.Errorf("got %v, want %v", err, want)
	}
}
