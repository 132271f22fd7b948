package file

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"time"

	"holdfast/storage"
)

// rescue goes over a damaged log once, in the order in which it was written,
// and tells what is intact: of each journal its beginning, up to the first
// entry that is missing or not as it was written. An entry counts as intact
// when its hash follows from the entry before.
type rescue struct {
	logs FS
	// keep is handed the intact writes of each record. It may be nil.
	keep func(at time.Time, command string, writes []storage.Write) error
	// anew is a journal whose entries behind the damage are collected.
	anew string

	last   uint32
	at     time.Time // of the last record that was whole
	trails map[string]*trail
	blank  []blank
	behind []storage.Entry // of anew
	proven uint64          // entries of broken records, kept since their hashes hold
}

// trail is one journal.
type trail struct {
	chain  *storage.Verifier // its intact beginning
	cut    bool              // it does not go on behind that
	top    uint64            // the highest position that is known to have been there
	behind []storage.Span    // readable entries behind the cut
	seen   place             // where its last entry lies
	sure   bool              // more than a broken record names it
	claims []blank           // broken records that have cut it by what they seem to say
}

// blank is a run of unreadable bytes of which nobody can tell what they held.
type blank struct {
	place  place
	length int64
}

func newRescue(logs FS, anew string) *rescue {
	return &rescue{logs: logs, anew: anew, trails: map[string]*trail{}}
}

func (r *rescue) run() error {
	names, err := r.logs.List(".")
	if err != nil {
		return err
	}
	for _, ending := range []string{".log", ".idx"} {
		if n := numbered(names, ending); len(n) > 0 {
			r.last = max(r.last, n[len(n)-1])
		}
	}
	for number := uint32(1); number <= r.last; number++ {
		if err := r.segment(number); err != nil {
			return err
		}
	}
	for name, t := range r.trails {
		if !t.sure { // the name itself may be broken
			r.blank = append(r.blank, t.claims...)
			delete(r.trails, name)
		}
	}
	return nil
}

// segment takes what one segment holds, whole and broken records in order. The
// index of a sealed segment says what the broken ones were.
func (r *rescue) segment(number uint32) error {
	known, err := r.knownRecords(number)
	if err != nil {
		return err
	}
	data, err := readWhole(r.logs, logName(number))
	switch {
	case errors.Is(err, fs.ErrNotExist) && known == nil:
		r.blank = append(r.blank, blank{at(number, 0), int64(nominalSize(number, defaultSegmentSize))})
		return nil
	case errors.Is(err, fs.ErrNotExist):
		data = make([]byte, segmentHead)
	case err != nil:
		return err
	}
	sv := surveySegment(data, number)
	if number == r.last && known == nil {
		sv.cutTail(data)
	}
	whole := map[uint32]bool{}
	for _, f := range sv.frames {
		whole[f.from] = true
	}
	var broken []piece
	switch {
	case known == nil:
		for _, bad := range sv.bad {
			broken = append(broken, pieces(data, extent{sv.before(bad), bad.to})...)
		}
	case len(sv.bad) > 0 || len(sv.frames) < len(known):
		for from, p := range known {
			if !whole[from] {
				broken = append(broken, p.read(data))
			}
		}
		slices.SortFunc(broken, func(a, b piece) int { return int(a.from) - int(b.from) })
	}
	return r.inOrder(data, sv, broken)
}

// before is where the last record in front of unreadable bytes ends.
func (s *survey) before(bad extent) uint32 {
	end := uint32(segmentHead)
	for _, f := range s.frames {
		if f.to <= bad.from {
			end = f.to
		}
	}
	return end
}

// inOrder hands on the records of a segment by their places.
func (r *rescue) inOrder(data []byte, sv *survey, broken []piece) error {
	var rec record
	for _, f := range sv.frames {
		for len(broken) > 0 && broken[0].from < f.from {
			if err := r.broken(broken[0], sv.number); err != nil {
				return err
			}
			broken = broken[1:]
		}
		if err := parseFrame(data[f.from:f.to], at(sv.number, f.from), &rec); err != nil {
			return err
		}
		if err := r.whole(&rec, at(sv.number, f.from)); err != nil {
			return err
		}
	}
	for _, p := range broken {
		if err := r.broken(p, sv.number); err != nil {
			return err
		}
	}
	return nil
}

// knownRecords returns what the index of a segment says of its records, by
// offset, and nil where there is no index that can be read.
func (r *rescue) knownRecords(number uint32) (map[uint32]*piece, error) {
	data, err := readWhole(r.logs, indexName(number))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	known := map[uint32]*piece{}
	_, err = decodeIndex(data, number, func(journal string, _ storage.Head, ch chapter) {
		ch.records(0, func(next ref) bool {
			p, found := known[next.from]
			if !found {
				p = &piece{extent: next.extent, placed: true, exact: true}
				known[next.from] = p
			}
			p.writes = append(p.writes, guessedWrite{journal: journal, first: next.first, last: next.last})
			return true
		})
	})
	if err != nil {
		return nil, nil //nolint:nilerr // an index that cannot be read tells nothing
	}
	return known, nil
}

// read adds the entries that can be parsed to what the index says.
func (p *piece) read(data []byte) piece {
	full := *p
	if int(p.to) > len(data) || p.to-p.from <= frameHead {
		return full
	}
	g := guessRecord(data[p.from+frameHead : p.to])
	for i, w := range full.writes {
		for _, x := range g.writes {
			if x.span() == w.span() {
				full.writes[i].entries = x.entries
			}
		}
	}
	return full
}

func (r *rescue) trail(journal string) *trail {
	t, found := r.trails[journal]
	if !found {
		t = &trail{chain: storage.NewVerifier(journal)}
		r.trails[journal] = t
	}
	return t
}

// whole takes a record that is as it was written.
func (r *rescue) whole(rec *record, p place) error {
	r.at = rec.at
	var writes []storage.Write
	for _, w := range rec.writes {
		t := r.trail(string(w.journal))
		t.seen, t.sure = p, true
		entries := rec.entries[w.from:w.to]
		drafts := r.follow(t, string(w.journal), w.first, entries)
		if n := len(drafts); n > 0 {
			writes = append(writes, storage.Write{Journal: string(w.journal), At: w.first - 1, Drafts: drafts})
			entries = entries[n:]
		}
		if len(entries) > 0 {
			r.passed(t, string(w.journal), w.last()-uint64(len(entries))+1, entries)
		}
	}
	return r.hand(rec.at, string(rec.command), writes)
}

// follow returns the entries that follow those before, as their hashes prove.
// If that is where the journal seemed to be cut, it was not: some broken record
// has said a wrong name.
func (r *rescue) follow(t *trail, journal string, first uint64, entries []recordEntry) []storage.Draft {
	var drafts []storage.Draft
	for i, e := range entries {
		entry := storage.Entry{Journal: journal, Seq: first + uint64(i), Kind: string(e.kind), Body: e.body, Hash: e.hash}
		if t.chain.Next(entry) != nil {
			break
		}
		if t.cut {
			r.blank = append(r.blank, t.claims...)
			t.cut, t.top, t.claims = false, 0, nil
		}
		drafts = append(drafts, storage.Draft{Kind: string(e.kind), Body: e.body})
	}
	return drafts
}

// passed notes entries that can be read and do not follow.
func (r *rescue) passed(t *trail, journal string, first uint64, entries []recordEntry) {
	last := first + uint64(len(entries)) - 1
	if last <= t.chain.Count() {
		return // the same once more
	}
	if first == t.chain.Count()+1 && !t.cut { // its own bytes do not give its hash
		first++
	}
	t.cut, t.top = true, max(t.top, last)
	if first > last {
		return
	}
	if n := len(t.behind); n > 0 && t.behind[n-1].Last+1 == first {
		t.behind[n-1].Last = last
	} else {
		t.behind = append(t.behind, storage.Span{Journal: journal, First: first, Last: last})
	}
	if journal == r.anew {
		for i, e := range entries[len(entries)-int(last-first+1):] {
			r.behind = append(r.behind, storage.Entry{Journal: journal, Seq: first + uint64(i), Kind: string(e.kind), Body: bytes.Clone(e.body), Hash: e.hash})
		}
	}
}

// broken takes what can be proven of a record that is not as it was written,
// and notes what it has taken with it. A command id cannot be proven.
func (r *rescue) broken(p piece, number uint32) error {
	where := at(number, p.from)
	var writes []storage.Write
	for _, w := range p.writes {
		t := r.trail(w.journal)
		if fits := w.first == t.chain.Count()+1 || t.cut && w.first > t.chain.Count(); !fits && !p.exact {
			p.placed = false // the name itself may be broken
			continue
		}
		t.seen = max(t.seen, where)
		drafts := r.follow(t, w.journal, w.first, w.entries)
		t.sure = t.sure || p.exact || len(drafts) > 0
		if len(drafts) > 0 {
			r.proven += uint64(len(drafts))
			writes = append(writes, storage.Write{Journal: w.journal, At: w.first - 1, Drafts: drafts})
		}
		if t.cut || t.chain.Count() < w.last {
			t.cut, t.top = true, max(t.top, w.last)
			t.claims = append(t.claims, blank{where, int64(p.to - p.from)})
		}
	}
	if !p.placed {
		r.blank = append(r.blank, blank{where, int64(p.to - p.from)})
	}
	return r.hand(r.at, "", writes)
}

func (r *rescue) hand(at time.Time, command string, writes []storage.Write) error {
	if r.keep == nil || len(writes) == 0 {
		return nil
	}
	return r.keep(at, command, writes)
}

// lost returns the entries that are known to have been there and cannot be
// read.
func (t *trail) lost(journal string) []storage.Span {
	var lost []storage.Span
	next := t.chain.Count() + 1
	for _, b := range append(slices.Clone(t.behind), storage.Span{First: t.top + 1}) {
		if b.First > next {
			lost = append(lost, storage.Span{Journal: journal, First: next, Last: b.First - 1})
		}
		next = max(next, b.Last+1)
	}
	return lost
}

// doubtful says whether entries behind the last one that was seen may have
// stood in bytes of which nobody can tell what they held, and in how many.
func (r *rescue) doubtful(t *trail) (bytes int64) {
	for _, b := range r.blank {
		if b.place > t.seen {
			bytes += b.length
		}
	}
	return bytes
}
