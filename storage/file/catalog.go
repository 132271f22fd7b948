package file

import (
	"encoding/binary"
	"maps"
	"slices"
	"sync"

	"holdfast/storage"
)

// catalog knows where the durable entries of each journal lie. It holds a few
// bytes for each record and no entry. Readers and the writer share it.
type catalog struct {
	mu       sync.RWMutex
	journals map[string]*shelf
}

// shelf is one journal: its chapters in order, without a gap.
type shelf struct {
	head     storage.Head
	chapters []chapter
	wound    *wound // what lies behind head and cannot be read, if anything
}

// wound is the first entry of a journal that was written and cannot be read.
type wound struct {
	seq   uint64
	cause Finding
}

// chapter is the part of a journal that lies in one segment.
type chapter struct {
	segment     *segment
	first, last uint64
	refs        []byte // for each record: gap, length, entries, as uvarints
	end         uint32 // behind the last record; where the next gap begins
}

// ref is one record of a chapter.
type ref struct {
	extent
	first, last uint64
}

func newCatalog() *catalog { return &catalog{journals: map[string]*shelf{}} }

// put notes a record's entries First to Last of a journal. Entries that do
// not follow the ones before are left out and the gap becomes a wound.
func (c *catalog) put(span storage.Span, hash storage.Hash, s *segment, e extent) {
	sh := c.shelf(span.Journal)
	if !sh.follows(span.First, s.number, e) {
		return
	}
	if n := len(sh.chapters); n == 0 || sh.chapters[n-1].segment != s {
		sh.chapters = append(sh.chapters, chapter{segment: s, first: span.First, end: segmentHead})
	}
	ch := &sh.chapters[len(sh.chapters)-1]
	ch.refs = binary.AppendUvarint(ch.refs, uint64(e.from-ch.end))
	ch.refs = binary.AppendUvarint(ch.refs, uint64(e.to-e.from))
	ch.refs = binary.AppendUvarint(ch.refs, span.Last-span.First+1)
	ch.last, ch.end = span.Last, e.to
	sh.head = storage.Head{Seq: span.Last, Hash: hash}
}

// putChapter notes what the index of a sealed segment says of a journal.
func (c *catalog) putChapter(journal string, head storage.Head, ch chapter) {
	sh := c.shelf(journal)
	if !sh.follows(ch.first, ch.segment.number, extent{}) {
		return
	}
	sh.chapters = append(sh.chapters, ch)
	sh.head = head
}

// putRecord notes every write of a record.
func (c *catalog) putRecord(r *record, s *segment, e extent) {
	for _, w := range r.writes {
		c.put(storage.Span{Journal: string(w.journal), First: w.first, Last: w.last()}, r.entries[w.to-1].hash, s, e)
	}
}

func (sh *shelf) follows(first uint64, segment uint32, e extent) bool {
	if sh.wound != nil {
		return false
	}
	if first == sh.head.Seq+1 {
		return true
	}
	sh.wound = &wound{seq: sh.head.Seq + 1, cause: Finding{
		Kind: Damage, File: logName(segment), Offset: int64(e.from),
		What: "an earlier entry is missing",
	}}
	return false
}

func (c *catalog) shelf(journal string) *shelf {
	sh, found := c.journals[journal]
	if !found {
		sh = &shelf{}
		c.journals[journal] = sh
	}
	return sh
}

// names lists the journals, sorted.
func (c *catalog) names() []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Sorted(maps.Keys(c.journals))
}

// find returns a copy of a journal's shelf as it stands now. Its chapters may
// grow in memory that is not shared.
func (c *catalog) find(journal string) shelf {
	c.mu.RLock()
	defer c.mu.RUnlock()
	sh, found := c.journals[journal]
	if !found {
		return shelf{}
	}
	view := *sh
	view.chapters = slices.Clone(sh.chapters)
	return view
}

// each calls f with every journal that has a chapter in segment s, sorted.
func (c *catalog) each(s *segment, f func(journal string, head storage.Head, ch chapter)) {
	for _, journal := range slices.Sorted(maps.Keys(c.journals)) {
		sh := c.journals[journal]
		if n := len(sh.chapters); n > 0 && sh.chapters[n-1].segment == s {
			f(journal, sh.head, sh.chapters[n-1])
		}
	}
}

// records calls f with each record of the chapter that holds entries behind
// after, in order, until f returns false.
func (ch chapter) records(after uint64, f func(ref) bool) {
	c := cursor{rest: ch.refs}
	end, next := uint32(segmentHead), ch.first
	for len(c.rest) > 0 && !c.failed {
		from := end + uint32(c.number())
		end = from + uint32(c.number())
		last := next + c.number() - 1
		if last > after && !f(ref{extent{from, end}, next, last}) {
			return
		}
		next = last + 1
	}
}

// next is the position that the next entry of a journal has.
func (c *catalog) next(journal string) uint64 {
	if sh, found := c.journals[journal]; found {
		return sh.head.Seq + 1
	}
	return 1
}

// wound notes that a journal's entry seq was written and cannot be read.
func (c *catalog) wound(journal string, seq uint64, cause Finding) {
	if sh := c.shelf(journal); sh.wound == nil {
		sh.wound = &wound{seq: seq, cause: cause}
	}
}
