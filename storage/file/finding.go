package file

import (
	"fmt"
	"strings"

	"holdfast/storage"
)

// Kind says how grave a finding is.
type Kind string

// The kinds of findings.
const (
	// Damage: bytes that were durable cannot be read. The store takes no more
	// writes.
	Damage Kind = "damage"
	// TornTail: the last bytes of the log are no whole record, as a crash
	// leaves them. They are kept aside, and the store goes on.
	TornTail Kind = "torn tail"
	// StaleIndex: an index does not fit its segment. No entry is harmed; the
	// next start writes it again.
	StaleIndex Kind = "index"
)

// Finding is one thing that is not as it was written, and where.
type Finding struct {
	Kind   Kind
	File   string // in the store's directory
	Offset int64
	Length int64          // 0 when it is not known
	Spans  []storage.Span // the entries it concerns, as far as they can be told
	What   string         // a clause: "the record cannot be read"
	Kept   string         // the file that keeps the bytes, when they were cut
}

// String names the entries, or file and offset where they cannot be told.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s at byte %d", f.Kind, f.File, f.Offset)
	if f.Length > 0 {
		fmt.Fprintf(&b, ", %d bytes", f.Length)
	}
	if len(f.Spans) > 0 {
		fmt.Fprintf(&b, " (%s)", spell(f.Spans))
	}
	b.WriteString(": " + f.What)
	if f.Kept != "" {
		b.WriteString("; the bytes are kept in " + f.Kept)
	}
	return b.String()
}

// spell names entries as people do: INC-1#3, or INC-1#3 to #5.
func spell(spans []storage.Span) string {
	parts := make([]string, 0, len(spans))
	for _, s := range spans {
		part := fmt.Sprintf("%s#%d", s.Journal, s.First)
		if s.Last > s.First {
			part += fmt.Sprintf(" to #%d", s.Last)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// describe makes the finding for unreadable bytes of a segment. What they say
// is believed as far as it names entries that would come next in their
// journals.
func describe(kind Kind, what string, data []byte, number uint32, e extent, next func(journal string) uint64) Finding {
	f := Finding{Kind: kind, File: logName(number), Offset: int64(e.from), Length: int64(e.to - e.from), What: what}
	length, plausible := frameLength(data[e.from:e.to])
	if !plausible {
		return f
	}
	var r record
	if r.parse(data[e.from+frameHead:int(e.from)+length]) != nil {
		return f
	}
	for _, span := range r.spans() {
		if span.First == next(span.Journal) {
			f.Spans = append(f.Spans, span)
		}
	}
	return f
}
