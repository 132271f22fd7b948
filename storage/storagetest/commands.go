package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"holdfast/storage"
)

func (s *suite) runCommands(t *testing.T) {
	s.test(t, "a command id lands once and is answered with its spans", func(b *bench) {
		first, err := b.Append(b.Context(), "delivery-1", To("register", 0, "r"), To("INC-1", 0, "a", "b"))
		if err != nil {
			b.Fatal(err)
		}
		b.append("INC-1", 2, "c")
		for _, at := range []uint64{0, 3} { // the position does not matter
			wantDuplicate(b, "delivery-1", first, To("INC-1", at, "again"))
		}
		wantDuplicate(b, "delivery-1", first, To("INC-9", 0, "elsewhere"))
		if got, want := b.bodies("INC-1"), []string{"a", "b", "c"}; !slices.Equal(got, want) {
			b.Errorf("read %q, want %q", got, want)
		}
	})
	s.test(t, "a command id is known for 72 hours", func(b *bench) {
		first, err := b.Append(b.Context(), "delivery-1", To("INC-1", 0, "a"))
		if err != nil {
			b.Fatal(err)
		}
		b.clock.Add(storage.CommandLife - time.Nanosecond)
		wantDuplicate(b, "delivery-1", first, To("INC-1", 1, "b"))
		b.clock.Add(time.Nanosecond)
		second, err := b.Append(b.Context(), "delivery-1", To("INC-1", 1, "b"))
		if err != nil {
			b.Fatalf("after %s: %v", storage.CommandLife, err)
		}
		b.clock.Add(storage.CommandLife - time.Nanosecond)
		wantDuplicate(b, "delivery-1", second, To("INC-1", 2, "c"))
	})
	s.test(t, "without a command id nothing is a duplicate", func(b *bench) {
		b.append("INC-1", 0, "same")
		b.append("INC-1", 1, "same")
	})
	s.test(t, "command ids that differ in one byte are different", func(b *bench) {
		for i := range uint64(300) {
			if _, err := b.Append(b.Context(), fmt.Sprintf("delivery-%03d", i), To("INC-1", i, "a")); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func wantDuplicate(b *bench, command string, landed []storage.Span, w storage.Write) {
	b.Helper()
	_, err := b.Append(b.Context(), command, w)
	var got *storage.DuplicateError
	if !errors.As(err, &got) || got.Command != command || !slices.Equal(got.Spans, landed) {
		b.Errorf("got %v, want a duplicate of %s at %v", err, command, landed)
	}
}
