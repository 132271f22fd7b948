package rehearse

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"holdfast/internal/clock"
	"holdfast/journal"
	"holdfast/rehearse/standin"
	"holdfast/storage"
)

// shelf holds a scenario's store, whichever process has it. Checks and exports
// read it there while no process can start.
type shelf struct {
	storage.Store
	again func(context.Context) (storage.Store, error) // opens the closed store; nil: it stays open
	left  bool                                         // by a process that has ended
}

// reopen closes a store that a process has left, and opens it for the next.
func (s *shelf) reopen(ctx context.Context) error {
	if !s.left || s.again == nil {
		return nil
	}
	if err := s.Close(); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	opened, err := s.again(ctx)
	if err != nil {
		return fmt.Errorf("open the store again: %w", err)
	}
	s.Store, s.left = opened, false
	return nil
}

// recorded is a store that writes every entry it takes into the transcript.
type recorded struct {
	storage.Store
	transcript *Transcript
}

// Append records the entries once they are durable.
func (r *recorded) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	spans, err := r.Store.Append(ctx, command, writes...)
	if err != nil {
		return spans, err
	}
	for _, w := range writes {
		for i, d := range w.Drafts {
			r.transcript.Record(factEvent(w.Journal, w.At+uint64(i)+1, d))
		}
	}
	return spans, nil
}

// factEvent shows an entry: its kind, its own data and its reason as text, all
// of it as data.
func factEvent(name string, seq uint64, d storage.Draft) Event {
	f := factOf(name, seq, d.Kind, d.Body)
	whole, err := decode(d.Body)
	if err != nil {
		whole = nil
	}
	text := f.Kind + " " + shownJSON(f.Data)
	if because, ok := f.Meta["because"].(string); ok {
		text += " because " + because
	}
	return Event{Kind: KindFact, To: name, Ref: f.Ref, Text: text, Data: whole}
}

// storeHangs is how long a call to a store that hangs takes at most.
const storeHangs = 3 * time.Second

// failing is a store that is down when the scenario says so. Reads fail too,
// unless the failing calls are counted: those are appends.
type failing struct {
	storage.Store
	faults  *standin.Faults
	counted bool
}

// strike makes one call to the store: whether it does what it is asked, and
// the error its caller gets in place of the answer.
func (s *failing) strike(ctx context.Context, doing string) (performs bool, err error) {
	metered, meter := clock.WithMeter(ctx)
	out := s.faults.Strike(metered)
	clock.Spend(ctx, min(meter.Spent(), storeHangs))
	if out.Err != nil {
		err = &storage.UnavailableError{Doing: doing, Doubtful: out.Performs, Err: out.Err}
	}
	return out.Performs, err
}

func (s *failing) Append(ctx context.Context, command string, writes ...storage.Write) ([]storage.Span, error) {
	performs, lost := s.strike(ctx, "append to "+writes[0].Journal)
	if !performs {
		return nil, lost
	}
	spans, err := s.Store.Append(ctx, command, writes...)
	if lost != nil {
		return nil, lost
	}
	return spans, err
}

func (s *failing) Read(ctx context.Context, name string, after uint64) iter.Seq2[storage.Entry, error] {
	if !s.counted {
		if _, err := s.strike(ctx, "read "+name); err != nil {
			return func(yield func(storage.Entry, error) bool) { yield(storage.Entry{}, err) }
		}
	}
	return s.Store.Read(ctx, name, after)
}

func (s *failing) Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if !s.counted {
		if _, err := s.strike(ctx, "lease "+name); err != nil {
			return false, err
		}
	}
	return s.Store.Lease(ctx, name, holder, ttl)
}

// factOf reads stored bytes as checks see them.
func factOf(name string, seq uint64, kind string, body []byte) Fact {
	f := Fact{Ref: journal.Ref(name, seq), Kind: kind}
	doc, err := decode(bytes.Clone(body))
	if whole, ok := doc.(map[string]any); ok && err == nil {
		f.Data = whole["data"]
		delete(whole, "data")
		f.Meta = whole
	}
	return f
}

// settles reports whether a batch writes down the end of an effect.
func settles(writes []storage.Write) bool {
	for _, w := range writes {
		for _, d := range w.Drafts {
			if strings.HasSuffix(d.Kind, ".settled") {
				return true
			}
		}
	}
	return false
}
