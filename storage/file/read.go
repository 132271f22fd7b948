package file

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"

	"holdfast/storage"
)

// A read fetches neighbouring records together: up to readAhead bytes, and
// over gaps of other journals' records of up to readOver bytes.
const (
	readAhead = 256 << 10
	readOver  = 8 << 10
)

// Read implements storage.Store. It holds at most readAhead bytes and one
// record at a time. An entry that cannot be read ends it with an error that
// names the entry.
func (s *Store) Read(ctx context.Context, journal string, after uint64) iter.Seq2[storage.Entry, error] {
	view := s.catalog.find(journal)
	mark, frozen := s.ice.find(journal)
	closed := s.state.isClosed()
	return func(yield func(storage.Entry, error) bool) {
		r := &reader{store: s, ctx: ctx, journal: journal, after: after, yield: yield}
		if closed {
			yield(storage.Entry{}, closedError(r.doing()))
			return
		}
		for _, ch := range view.chapters {
			if ch.last > after && !r.chapter(ch) {
				return
			}
		}
		switch w := view.wound; {
		case w != nil:
			yield(storage.Entry{}, s.woundError(journal, w))
		case frozen:
			yield(storage.Entry{}, &storage.FrozenError{Frozen: mark})
		}
	}
}

// reader yields the entries of one journal.
type reader struct {
	store   *Store
	ctx     context.Context
	journal string
	after   uint64
	yield   func(storage.Entry, error) bool

	buf    []byte
	kinds  map[string]string
	record record
}

func (r *reader) doing() string { return "read " + r.journal }

// chapter yields a chapter's entries. It reports false when the read is over.
func (r *reader) chapter(ch chapter) bool {
	var run []ref
	goOn := true
	ch.records(r.after, func(next ref) bool {
		if n := len(run); n > 0 && (next.from-run[n-1].to > readOver || next.to-run[0].from > readAhead) {
			if goOn = r.records(ch.segment, run); !goOn {
				return false
			}
			run = run[:0]
		}
		run = append(run, next)
		return true
	})
	return goOn && (len(run) == 0 || r.records(ch.segment, run))
}

// records fetches and yields a run of neighbouring records.
func (r *reader) records(seg *segment, run []ref) bool {
	from, to := run[0].from, run[len(run)-1].to
	data, err := r.fetch(seg, from, to)
	if err != nil {
		return r.fail(seg, run[0], err)
	}
	for _, next := range run {
		if err := parseFrame(data[next.from-from:next.to-from], at(seg.number, next.from), &r.record); err != nil {
			return r.fail(seg, next, err)
		}
		w, found := r.record.find(r.journal)
		if !found || w.first != next.first || w.last() != next.last {
			return r.fail(seg, next, errFrame)
		}
		if !r.entries(w) {
			return false
		}
	}
	return true
}

func (r *reader) fetch(seg *segment, from, to uint32) ([]byte, error) {
	f, err := seg.open(r.store.logs, ReadOnly)
	if err != nil {
		return nil, err
	}
	if n := int(to - from); cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	data := r.buf[:to-from]
	if n, err := f.ReadAt(data, int64(from)); n < len(data) {
		return nil, err
	}
	return data, nil
}

func (r *reader) entries(w recordWrite) bool {
	for i, e := range r.record.entries[w.from:w.to] {
		seq := w.first + uint64(i)
		if seq <= r.after {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			r.yield(storage.Entry{}, &storage.UnavailableError{Doing: r.doing(), Err: err})
			return false
		}
		entry := storage.Entry{Journal: r.journal, Seq: seq, Kind: r.kind(e.kind), Body: bytes.Clone(e.body), Hash: e.hash}
		if !r.yield(entry, nil) {
			return false
		}
	}
	return true
}

// kind returns one string for all entries of a kind.
func (r *reader) kind(kind []byte) string {
	if known, found := r.kinds[string(kind)]; found {
		return known
	}
	if r.kinds == nil {
		r.kinds = map[string]string{}
	}
	r.kinds[string(kind)] = string(kind)
	return string(kind)
}

func (r *reader) fail(seg *segment, at ref, err error) bool {
	first := max(at.first, r.after+1)
	spans := []storage.Span{{Journal: r.journal, First: first, Last: at.last}}
	r.yield(storage.Entry{}, r.store.unreadable("read "+spell(spans), seg, at.extent, spans, err))
	return false
}

// unreadable says that a record which was durable cannot be read. When its
// bytes are harmed or gone the store takes no more writes; a failing call may
// pass.
func (s *Store) unreadable(doing string, seg *segment, e extent, spans []storage.Span, err error) error {
	switch {
	case s.state.isClosed():
		return closedError(doing)
	case errors.Is(err, errFrame), errors.Is(err, errRecord), errors.Is(err, io.EOF), errors.Is(err, fs.ErrNotExist):
	default:
		return &storage.UnavailableError{Doing: doing, Err: err}
	}
	f := Finding{Kind: Damage, File: logName(seg.number), Offset: int64(e.from), Length: int64(e.to - e.from), Spans: spans, What: "the record cannot be read"}
	return damageError(doing, s.dir, s.note(f))
}

func (s *Store) woundError(journal string, w *wound) error {
	spans := []storage.Span{{Journal: journal, First: w.seq, Last: w.seq}}
	f := s.placed(w.cause)
	f.Spans = spans
	return damageError("read "+spell(spans), s.dir, f)
}

func damageError(doing, dir string, f Finding) error {
	reason := damagedFault(dir, f)
	return &storage.UnavailableError{Doing: doing, Remedy: reason.Next, Lasting: true, Err: reason}
}
