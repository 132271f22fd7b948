package file

import (
	"bytes"
	"unicode/utf8"

	"holdfast/storage"
)

// guess is what a record that fails its sum seems to say. What its entries say
// is proven by their hashes or not at all; its journals and positions are
// believed as far as they fit.
type guess struct {
	writes   []guessedWrite
	complete bool // each write's journal and positions are among them
	length   int  // of the record; 0 when its end cannot be told
}

type guessedWrite struct {
	journal string
	first   uint64
	last    uint64
	entries []recordEntry // as many as can be parsed
}

func (w guessedWrite) span() storage.Span {
	return storage.Span{Journal: w.journal, First: w.first, Last: w.last}
}

// smallestEntry is what an entry takes at least: two lengths, a kind, a hash.
const smallestEntry = 3 + len(storage.Hash{})

// guessRecord parses a payload as far as it goes. A count that the bytes cannot
// bear out is broken itself.
func guessRecord(payload []byte) guess {
	c := cursor{rest: payload}
	c.fixed() // floor
	c.fixed() // time
	c.text()  // command
	var g guess
	var doubtful bool
	count := c.count()
	for range count {
		if len(g.writes) > 0 && len(c.rest) == 0 {
			break // all bytes are spoken for
		}
		w := guessedWrite{journal: string(c.text()), first: c.number()}
		n := c.count()
		if c.failed || w.first == 0 || n == 0 || !isJournal(w.journal) {
			return g
		}
		w.entries, n, doubtful = guessEntries(&c, n)
		w.last = w.first + n - 1
		g.writes = append(g.writes, w)
		if c.failed {
			break
		}
	}
	if doubtful {
		return g
	}
	g.complete = count > 0 && (uint64(len(g.writes)) == count || len(c.rest) == 0 && !c.failed)
	if g.complete && !c.failed {
		g.length = len(payload) - len(c.rest)
	}
	return g
}

// guessEntries parses n entries as far as they go and returns how many there
// were. When the bytes cannot hold so many and do not tell how many there were
// instead, it counts those it has seen a part of, in doubt.
func guessEntries(c *cursor, n uint64) (entries []recordEntry, count uint64, doubtful bool) {
	for range n {
		parsed, room := uint64(len(entries)), uint64(len(c.rest)/smallestEntry)
		if len(c.rest) == 0 {
			return entries, parsed, false
		}
		e := recordEntry{kind: c.text(), body: c.text()}
		copy(e.hash[:], c.bytes(uint64(len(e.hash))))
		if c.failed {
			if n > parsed+room {
				return entries, parsed + 1, true
			}
			return entries, n, false
		}
		entries = append(entries, e)
	}
	return entries, n, false
}

// isJournal says whether bytes can be a journal's name.
func isJournal(s string) bool {
	if s == "" || len(s) > storage.MaxJournal || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return true
}

// piece is a run of bytes that seem to be one broken record.
type piece struct {
	extent
	guess
	placed bool // nothing else can have stood there
	exact  bool // what it says of journals and positions comes from an index
}

// pieces cuts unreadable bytes into records, as far as their parts tell where
// one ends.
func pieces(data []byte, hole extent) []piece {
	var all []piece
	for pos := hole.from; pos < hole.to; {
		rest := data[pos:hole.to]
		p := piece{extent: extent{pos, hole.to}}
		if len(rest) > frameHead {
			p.guess = guessRecord(rest[frameHead:])
		}
		length, plausible := frameLength(rest)
		switch {
		case p.length > 0:
			p.to = pos + uint32(frameHead+p.length)
			p.placed = true
		case plausible:
			p.to = pos + uint32(length)
			next := data[p.to:hole.to]
			p.placed = p.complete && (len(next) == 0 || bytes.HasPrefix(next, frameMagic))
		default:
			if skip := bytes.Index(rest[1:], frameMagic); skip >= 0 {
				p.to = pos + uint32(1+skip)
			}
		}
		all = append(all, p)
		pos = p.to
	}
	return all
}
