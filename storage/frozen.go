package storage

import (
	"context"
	"fmt"

	"holdfast/internal/fault"
)

// Frozen is a journal that takes no more entries, because entries behind its
// head were damaged.
type Frozen struct {
	Journal string
	Head    Head   // of the last entry that can be read; zero when none can
	Doubt   bool   // nothing is known to be missing, and it cannot be excluded
	Note    string // what is lost, and where the old bytes are; a sentence
}

// Freezer is a store that can keep journals frozen. Reading a frozen journal
// yields its entries and then *FrozenError, and appending to it is refused with
// the same. Frozen journals stay frozen.
type Freezer interface {
	// Freeze marks a journal that stands at the head, durably. One that stands
	// elsewhere is *ConflictError and stays as it was.
	Freeze(ctx context.Context, f Frozen) error
}

// FrozenError says that a journal ends where it was damaged. It holds a
// *fault.Error of code E_STORE that says what to do.
type FrozenError struct{ Frozen }

// String says how far the journal can be read and why no further.
func (f Frozen) String() string {
	switch {
	case f.Head.Seq == 0:
		return fmt.Sprintf("No entry of %s can be read any more. %s", f.Journal, f.Note)
	case f.Doubt:
		return fmt.Sprintf("%s is frozen after entry %d: later ones may have been lost. %s", f.Journal, f.Head.Seq, f.Note)
	}
	return fmt.Sprintf("%s is frozen after entry %d, where damage has cut it off. %s", f.Journal, f.Head.Seq, f.Note)
}

func (e *FrozenError) Error() string { return e.String() }

// Unwrap returns what a person is shown.
func (e *FrozenError) Unwrap() error {
	return fault.New(fault.Store, e.String(), "Declare a new incident and go on there; `holdfast export "+e.Journal+"` shows what can be read.")
}
