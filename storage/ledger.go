package storage

import (
	"slices"
	"time"
)

// Head is where a journal stands: its last position and that entry's hash.
type Head struct {
	Seq  uint64
	Hash Hash
}

// Landing is what a store remembers of a command id.
type Landing struct {
	At    time.Time
	Spans []Span
}

// Batch is what was admitted: the numbered, chained entries in the order of
// the writes, ready to be kept.
type Batch struct {
	Command string
	At      time.Time
	Spans   []Span
	Entries []Entry
}

// Ledger decides what may be appended, for a store with one writing process:
// it knows where each journal stands and which commands have landed. It is not
// safe for concurrent use; its owner locks.
type Ledger struct {
	// Recall looks for a command that the ledger itself does not know, where
	// a store keeps older ones elsewhere. It may be nil.
	Recall func(command string) (Landing, bool, error)

	heads  map[string]Head
	landed map[string]Landing
	order  []string // commands of landed, oldest first
}

// NewLedger returns a ledger of no journals.
func NewLedger() *Ledger {
	return &Ledger{heads: map[string]Head{}, landed: map[string]Landing{}}
}

// Restore sets where a journal stands, when a store is opened.
func (l *Ledger) Restore(journal string, h Head) { l.heads[journal] = h }

// Remember notes that a command has landed.
func (l *Ledger) Remember(command string, landing Landing) {
	if command == "" {
		return
	}
	l.landed[command] = landing
	l.order = append(l.order, command)
}

// ForgetCommands drops the remembered commands, when Recall answers for them
// from now on.
func (l *Ledger) ForgetCommands() {
	l.landed, l.order = map[string]Landing{}, nil
}

// Head returns where a journal stands; an unknown one stands at zero.
func (l *Ledger) Head(journal string) Head { return l.heads[journal] }

// Landed returns *DuplicateError when a command has landed before, as Admit
// does, for a store that refuses batches of its own.
func (l *Ledger) Landed(command string, now time.Time) error {
	landing, found, err := l.recall(command, now)
	if err != nil || !found {
		return err
	}
	return &DuplicateError{Command: command, Spans: slices.Clone(landing.Spans)}
}

// Admit checks a batch of proper form (see CheckForm) against positions and
// command ids, numbers and chains its entries, and notes them as landed. Its
// owner either keeps the batch or stops accepting any. Bodies are shared with
// the drafts. The errors are *DuplicateError, *ConflictError and those of
// Recall; after an error nothing has changed.
func (l *Ledger) Admit(command string, now time.Time, writes []Write) (Batch, error) {
	l.expire(now)
	if err := l.Landed(command, now); err != nil {
		return Batch{}, err
	}
	for _, w := range writes {
		if have := l.heads[w.Journal].Seq; have != w.At {
			return Batch{}, &ConflictError{Journal: w.Journal, Want: w.At, Have: have}
		}
	}
	b := Batch{Command: command, At: now, Spans: make([]Span, 0, len(writes))}
	for _, w := range writes {
		head := l.heads[w.Journal]
		b.Spans = append(b.Spans, Span{Journal: w.Journal, First: head.Seq + 1, Last: head.Seq + uint64(len(w.Drafts))})
		for _, d := range w.Drafts {
			head.Seq++
			head.Hash = Chain(head.Hash, w.Journal, head.Seq, d.Kind, d.Body)
			b.Entries = append(b.Entries, Entry{Journal: w.Journal, Seq: head.Seq, Kind: d.Kind, Body: d.Body, Hash: head.Hash})
		}
		l.heads[w.Journal] = head
	}
	l.Remember(command, Landing{At: now, Spans: b.Spans})
	return b, nil
}

func (l *Ledger) recall(command string, now time.Time) (Landing, bool, error) {
	if command == "" {
		return Landing{}, false, nil
	}
	landing, found := l.landed[command]
	if !found && l.Recall != nil {
		var err error
		if landing, found, err = l.Recall(command); err != nil {
			return Landing{}, false, err
		}
	}
	return landing, found && Remembered(landing.At, now), nil
}

// Remembered says whether a command that landed at is still known now.
func Remembered(at, now time.Time) bool { return now.Sub(at) < CommandLife }

func (l *Ledger) expire(now time.Time) {
	for len(l.order) > 0 {
		oldest := l.order[0]
		if landing, found := l.landed[oldest]; found && Remembered(landing.At, now) {
			return
		}
		delete(l.landed, oldest)
		l.order = l.order[1:]
	}
}
