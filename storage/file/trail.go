package file

import (
	"bytes"
	"slices"
	"time"

	"holdfast/storage"
)

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
