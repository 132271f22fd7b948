package storagetest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"holdfast/internal/fault"
	"holdfast/storage"
)

func (s *suite) runAppend(t *testing.T) {
	s.test(t, "entries are numbered from 1 without a gap", func(b *bench) {
		if got, want := b.append("INC-1", 0, "a", "b"), (storage.Span{Journal: "INC-1", First: 1, Last: 2}); got != want {
			b.Errorf("first batch landed at %v, want %v", got, want)
		}
		if got, want := b.append("INC-1", 2, "c"), (storage.Span{Journal: "INC-1", First: 3, Last: 3}); got != want {
			b.Errorf("second batch landed at %v, want %v", got, want)
		}
		if got, want := b.bodies("INC-1"), []string{"a", "b", "c"}; !slices.Equal(got, want) {
			b.Errorf("read %q, want %q", got, want)
		}
	})
	s.test(t, "an entry is read as it was written", func(b *bench) {
		body := "{\"text\":\"\u00e9 \x00 \xff\"}"
		w := storage.Write{Journal: "service/payments", Drafts: []storage.Draft{{Kind: "health.set", Body: []byte(body)}}}
		if _, err := b.Append(b.Context(), "c1", w); err != nil {
			b.Fatal(err)
		}
		e := Chained(b.T, b.Store, "service/payments")[0]
		want := storage.Chain(storage.Hash{}, "service/payments", 1, "health.set", []byte(body))
		if e.Journal != "service/payments" || e.Seq != 1 || e.Kind != "health.set" || string(e.Body) != body || e.Hash != want {
			b.Errorf("read %+v", e)
		}
	})
	s.test(t, "the spans of a batch come in the order of its writes", func(b *bench) {
		spans, err := b.Append(b.Context(), "", To("register", 0, "r"), To("INC-1", 0, "a", "b"))
		want := []storage.Span{{Journal: "register", First: 1, Last: 1}, {Journal: "INC-1", First: 1, Last: 2}}
		if err != nil || !slices.Equal(spans, want) {
			b.Errorf("got %v, %v, want %v", spans, err, want)
		}
	})
	s.test(t, "a batch over several journals lands whole or not at all", func(b *bench) {
		b.append("INC-1", 0, "a")
		_, err := b.Append(b.Context(), "c1", To("register", 0, "r"), To("INC-1", 0, "b"))
		wantConflict(b, err, storage.ConflictError{Journal: "INC-1", Want: 0, Have: 1})
		if got := b.bodies("register"); len(got) != 0 {
			b.Errorf("the register holds %q of a batch that was refused", got)
		}
		if _, err := b.Append(b.Context(), "c1", To("register", 0, "r"), To("INC-1", 1, "b")); err != nil {
			b.Errorf("the refused command id is not free again: %v", err)
		}
	})
	s.test(t, "a journal at another position is a conflict", func(b *bench) {
		b.append("INC-1", 0, "a", "b")
		for _, at := range []uint64{0, 1, 3, 1 << 60} {
			_, err := b.Append(b.Context(), "", To("INC-1", at, "x"))
			wantConflict(b, err, storage.ConflictError{Journal: "INC-1", Want: at, Have: 2})
		}
		_, err := b.Append(b.Context(), "", To("INC-2", 1, "x"))
		wantConflict(b, err, storage.ConflictError{Journal: "INC-2", Want: 1, Have: 0})
		if got, want := b.bodies("INC-1"), []string{"a", "b"}; !slices.Equal(got, want) {
			b.Errorf("read %q after conflicts, want %q", got, want)
		}
	})
	s.test(t, "the caller may reuse its bytes after append", func(b *bench) {
		body := []byte("first")
		if _, err := b.Append(b.Context(), "", storage.Write{Journal: "INC-1", Drafts: []storage.Draft{{Kind: "k", Body: body}}}); err != nil {
			b.Fatal(err)
		}
		copy(body, "XXXXX")
		for _, e := range Chained(b.T, b.Store, "INC-1") {
			copy(e.Body, "YYYYY")
		}
		if got := b.bodies("INC-1"); !slices.Equal(got, []string{"first"}) {
			b.Errorf("read %q", got)
		}
	})
}

func (s *suite) runRefusals(t *testing.T) {
	long := strings.Repeat("x", storage.MaxBody+1)
	refused := []struct {
		sentence string
		command  string
		writes   []storage.Write
		code     fault.Code
	}{
		{"a body over MaxBody is too big", "", []storage.Write{To("INC-1", 0, "a", long)}, fault.TooBig},
		{"a command id over MaxCommand is too big", long[:storage.MaxCommand+1], []storage.Write{To("INC-1", 0, "a")}, fault.TooBig},
		{"too many drafts are too big", "", []storage.Write{To("INC-1", 0, make([]string, storage.MaxDrafts+1)...)}, fault.TooBig},
		{"a batch without a write is a defect", "", nil, fault.Internal},
		{"a write without a draft is a defect", "", []storage.Write{To("INC-1", 0)}, fault.Internal},
		{"two writes to one journal are a defect", "", []storage.Write{To("INC-1", 0, "a"), To("INC-1", 1, "b")}, fault.Internal},
		{"a journal without a name is a defect", "", []storage.Write{To("", 0, "a")}, fault.Internal},
		{"a name with a line break is a defect", "", []storage.Write{To("INC-1\n", 0, "a")}, fault.Internal},
		{"a name that is too long is a defect", "", []storage.Write{To(long[:storage.MaxJournal+1], 0, "a")}, fault.Internal},
		{"a draft without a kind is a defect", "", []storage.Write{{Journal: "INC-1", Drafts: []storage.Draft{{Body: []byte("a")}}}}, fault.Internal},
	}
	for _, r := range refused {
		s.test(t, r.sentence, func(b *bench) {
			_, err := b.Append(b.Context(), r.command, r.writes...)
			if fault.CodeOf(err) != r.code {
				b.Errorf("got %v, want code %s", err, r.code)
			}
			if got := b.bodies("INC-1"); len(got) != 0 {
				b.Errorf("a refused batch left %d entries", len(got))
			}
			b.append("INC-1", 0, "the next batch")
		})
	}
	s.test(t, "a body of exactly MaxBody is kept, and an empty one", func(b *bench) {
		b.append("INC-1", 0, long[1:], "")
		if got := b.bodies("INC-1"); len(got) != 2 || got[0] != long[1:] || got[1] != "" {
			b.Errorf("read %d bodies back", len(got))
		}
	})
	s.test(t, "an ended context appends nothing", func(b *bench) {
		ctx, cancel := context.WithCancel(b.Context())
		cancel()
		_, err := b.Append(ctx, "c1", To("INC-1", 0, "a"))
		var unavailable *storage.UnavailableError
		if !errors.As(err, &unavailable) || unavailable.Doubtful || !errors.Is(err, context.Canceled) {
			b.Errorf("got %v, want an undoubtful UnavailableError for the cancelled context", err)
		}
		if got := b.bodies("INC-1"); len(got) != 0 {
			b.Errorf("read %q", got)
		}
	})
}

func wantConflict(b *bench, err error, want storage.ConflictError) {
	b.Helper()
	var got *storage.ConflictError
	if !errors.As(err, &got) || *got != want {
		b.Errorf("got %v, want conflict %v", err, &want)
	}
}
