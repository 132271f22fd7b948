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

// guessRecord parses a payload as far as it goes.
func guessRecord(payload []byte) guess {
	c := cursor{rest: payload}
	c.fixed() // floor
	c.fixed() // time
	c.text()  // command
	var g guess
	count := c.count()
	for range count {
		w := guessedWrite{journal: string(c.text()), first: c.number()}
		n := c.count()
		if c.failed || w.first == 0 || n == 0 || !isJournal(w.journal) {
			return g
		}
		w.last = w.first + n - 1
		for range n {
			e := recordEntry{kind: c.text(), body: c.text()}
			copy(e.hash[:], c.bytes(uint64(len(e.hash))))
			if c.failed {
				break
			}
			w.entries = append(w.entries, e)
		}
		g.writes = append(g.writes, w)
		if c.failed {
			break
		}
	}
	g.complete = count > 0 && uint64(len(g.writes)) == count
	if g.complete && !c.failed {
		g.length = len(payload) - len(c.rest)
	}
	return g
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
