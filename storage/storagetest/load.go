package storagetest

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"holdfast/storage"
)

// Appends is a load for measuring: each of Writers appends Each entries with
// bodies of Body bytes to a journal of its own, one after the other, every
// batch with a command id.
type Appends struct{ Writers, Each, Body int }

// Total is the number of entries.
func (a Appends) Total() int { return a.Writers * a.Each }

// Run appends. It stops at the first error.
func (a Appends) Run(ctx context.Context, s storage.Store) error {
	body := filler(a.Body)
	return atOnce(a.Writers, func(i int) error {
		return appendTo(ctx, s, fmt.Sprintf("INC-%d", i+1), a.Each, body)
	})
}

// Check reads all of it and demands number and chain.
func (a Appends) Check(ctx context.Context, s storage.Store) error {
	for i := range a.Writers {
		n, err := readChained(ctx, s, fmt.Sprintf("INC-%d", i+1))
		if err != nil {
			return err
		}
		if n != a.Each {
			return fmt.Errorf("INC-%d holds %d entries, want %d", i+1, n, a.Each)
		}
	}
	return nil
}

// RawFile is what the control writes to.
type RawFile interface {
	io.WriterAt
	Sync() error
}

// RunRaw is the control: it appends as many bodies to a plain file, each
// synced before the next.
func (a Appends) RunRaw(f RawFile) error {
	body := []byte(filler(a.Body))
	for n := range a.Total() {
		if _, err := f.WriteAt(body, int64(n*len(body))); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
	}
	return nil
}

// Past is what a store holds after some years: Closed incidents of
// ClosedEntries each, then Open ones of OpenEntries each, bodies of Body
// bytes, and a register with two entries for each closed incident.
type Past struct{ Closed, ClosedEntries, Open, OpenEntries, Body int }

// TenYears is the past that a cold start is measured on.
var TenYears = Past{Closed: 10_000, ClosedEntries: 50, Open: 50, OpenEntries: 500, Body: 400}

const register = "register"

// Fill writes the past into an empty store.
func (p Past) Fill(ctx context.Context, s storage.Store) error {
	var next atomic.Int64
	body := filler(p.Body)
	var mu sync.Mutex // of the register
	at := uint64(0)
	closed := func(int) error {
		for n := int(next.Add(1)); n <= p.Closed; n = int(next.Add(1)) {
			if err := appendTo(ctx, s, fmt.Sprintf("INC-%d", n), p.ClosedEntries, body); err != nil {
				return err
			}
			mu.Lock()
			_, err := s.Append(ctx, fmt.Sprintf("register-%d", n), To(register, at, body, body))
			at += 2
			mu.Unlock()
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := atOnce(64, closed); err != nil {
		return err
	}
	return atOnce(p.Open, func(i int) error {
		return appendTo(ctx, s, p.open(i), p.OpenEntries, body)
	})
}

func (p Past) open(i int) string { return fmt.Sprintf("INC-%d", p.Closed+1+i) }

// ReadAtStart reads what a start needs, the register and every open incident,
// and demands number and chain. It returns how many entries it read.
func (p Past) ReadAtStart(ctx context.Context, s storage.Store) (int, error) {
	total, err := readChained(ctx, s, register)
	if err != nil {
		return total, err
	}
	for i := range p.Open {
		n, err := readChained(ctx, s, p.open(i))
		if total += n; err != nil {
			return total, err
		}
	}
	if want := 2*p.Closed + p.Open*p.OpenEntries; total != want {
		return total, fmt.Errorf("a start read %d entries, want %d", total, want)
	}
	return total, nil
}

func appendTo(ctx context.Context, s storage.Store, journal string, entries int, body string) error {
	for n := range uint64(entries) {
		if _, err := s.Append(ctx, fmt.Sprintf("%s-%d", journal, n), To(journal, n, body)); err != nil {
			return fmt.Errorf("append %d to %s: %w", n+1, journal, err)
		}
	}
	return nil
}

func readChained(ctx context.Context, s storage.Store, journal string) (int, error) {
	v := storage.NewVerifier(journal)
	for e, err := range s.Read(ctx, journal, 0) {
		if err != nil {
			return int(v.Count()), err
		}
		if err := v.Next(e); err != nil {
			return int(v.Count()), err
		}
	}
	return int(v.Count()), nil
}

// atOnce runs f(0) to f(n-1) at once and returns the first error.
func atOnce(n int, f func(i int) error) error {
	var all sync.WaitGroup
	errs := make(chan error, n)
	for i := range n {
		all.Go(func() {
			if err := f(i); err != nil {
				errs <- err
			}
		})
	}
	all.Wait()
	close(errs)
	return <-errs
}

// filler is a body of n bytes that looks like an entry's.
func filler(n int) string {
	const head, tail = `{"data":{"text":"`, `"}}`
	return head + strings.Repeat("x", max(0, n-len(head)-len(tail))) + tail
}
