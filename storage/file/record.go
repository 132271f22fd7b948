package file

import (
	"encoding/binary"
	"errors"
	"time"

	"holdfast/storage"
)

// A record is one batch, so that a batch over several journals is whole or
// absent. Its payload:
//
//	floor   8 bytes  the place up to which the log was durable when this was
//	                 written: what lies below and is unreadable was harmed
//	                 later, what lies at or above may never have been finished
//	time    8 bytes  Unix nanoseconds
//	command          length, bytes
//	writes           count, then for each: journal, first position, entries
//	entries          count, then for each: kind, body, 32 bytes of hash
//
// Numbers without a width are uvarints in their shortest form; texts carry
// their length. So a record has exactly one encoding.
type record struct {
	floor   place
	at      time.Time
	command []byte
	writes  []recordWrite
	entries []recordEntry // of all writes, in order
}

type recordWrite struct {
	journal  []byte
	first    uint64
	from, to int // in entries
}

type recordEntry struct {
	kind, body []byte
	hash       storage.Hash
}

var errRecord = errors.New("not a record")

// last is the position of the write's last entry.
func (w recordWrite) last() uint64 { return w.first + uint64(w.to-w.from) - 1 }

// appendRecord appends the payload of a batch.
func appendRecord(buf []byte, floor place, b storage.Batch) []byte {
	buf = binary.LittleEndian.AppendUint64(buf, uint64(floor))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(b.At.UnixNano()))
	buf = appendText(buf, b.Command)
	buf = binary.AppendUvarint(buf, uint64(len(b.Spans)))
	entries := b.Entries
	for _, span := range b.Spans {
		n := span.Last - span.First + 1
		buf = appendText(buf, span.Journal)
		buf = binary.AppendUvarint(buf, span.First)
		buf = binary.AppendUvarint(buf, n)
		for _, e := range entries[:n] {
			buf = appendText(buf, e.Kind)
			buf = appendText(buf, e.Body)
			buf = append(buf, e.Hash[:]...)
		}
		entries = entries[n:]
	}
	return buf
}

func appendText[T ~string | ~[]byte](buf []byte, text T) []byte {
	buf = binary.AppendUvarint(buf, uint64(len(text)))
	return append(buf, text...)
}

// frameBound is at least the length of the frame that holds a batch.
func frameBound(command string, writes []storage.Write) int {
	const number = binary.MaxVarintLen64
	n := frameHead + 16 + number + len(command) + number
	for _, w := range writes {
		n += 3*number + len(w.Journal)
		for _, d := range w.Drafts {
			n += 2*number + len(d.Kind) + len(d.Body) + len(storage.Hash{})
		}
	}
	return n
}

// parse reads a payload. The record's texts are parts of it; its slices are
// used again by the next parse.
func (r *record) parse(payload []byte) error {
	c := cursor{rest: payload}
	r.writes, r.entries = r.writes[:0], r.entries[:0]
	r.floor = place(c.fixed())
	r.at = time.Unix(0, int64(c.fixed())).UTC()
	r.command = c.text()
	for range c.count() {
		w := recordWrite{journal: c.text(), first: c.number(), from: len(r.entries)}
		for range c.count() {
			e := recordEntry{kind: c.text(), body: c.text()}
			copy(e.hash[:], c.bytes(uint64(len(e.hash))))
			if c.failed {
				return errRecord
			}
			r.entries = append(r.entries, e)
		}
		if w.to = len(r.entries); w.to == w.from || w.first == 0 || len(w.journal) == 0 {
			return errRecord
		}
		r.writes = append(r.writes, w)
	}
	if c.failed || len(c.rest) != 0 || len(r.writes) == 0 {
		return errRecord
	}
	return nil
}

// spans says where the record's entries stand.
func (r *record) spans() []storage.Span {
	spans := make([]storage.Span, 0, len(r.writes))
	for _, w := range r.writes {
		spans = append(spans, storage.Span{Journal: string(w.journal), First: w.first, Last: w.last()})
	}
	return spans
}

// find returns the write to a journal, if the record has one.
func (r *record) find(journal string) (recordWrite, bool) {
	for _, w := range r.writes {
		if string(w.journal) == journal {
			return w, true
		}
	}
	return recordWrite{}, false
}
