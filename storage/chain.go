package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Hash is one link of a journal's chain.
type Hash [sha256.Size]byte

// String returns the hash in lower-case hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// Short returns the first 12 hex digits, enough to compare by eye.
func (h Hash) Short() string { return h.String()[:12] }

// ParseHash reads what String wrote.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if len(s) != hex.EncodedLen(len(h)) {
		return h, fmt.Errorf("a hash has %d hex digits, not %d", hex.EncodedLen(len(h)), len(s))
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return h, fmt.Errorf("not lower-case hex: %q", s)
		}
	}
	_, err := hex.Decode(h[:], []byte(s))
	return h, err
}

// chainLabel separates these hashes from any other use of SHA-256.
const chainLabel = "holdfast entry 1\x00"

// Chain returns the hash of an entry that follows one with hash prev; the
// first entry of a journal follows the zero hash. Name, position, kind and the
// stored bytes are all covered, each with its length, so that no two different
// entries give the same input.
func Chain(prev Hash, journal string, seq uint64, kind string, body []byte) Hash {
	buf := make([]byte, 0, len(chainLabel)+len(prev)+len(journal)+len(kind)+len(body)+32)
	buf = append(buf, chainLabel...)
	buf = append(buf, prev[:]...)
	buf = binary.BigEndian.AppendUint64(buf, seq)
	for _, part := range [][]byte{[]byte(journal), []byte(kind), body} {
		buf = binary.BigEndian.AppendUint64(buf, uint64(len(part)))
		buf = append(buf, part...)
	}
	return sha256.Sum256(buf)
}

// Verifier checks a journal's entries one after the other, offline.
type Verifier struct {
	journal string
	seq     uint64
	head    Hash
	blind   bool // the entry before the next one could not be read
}

// NewVerifier returns a verifier that expects entry 1 of journal.
func NewVerifier(journal string) *Verifier { return &Verifier{journal: journal} }

// NewVerifierAt returns a verifier that expects the entry behind head.
func NewVerifierAt(journal string, head Head) *Verifier {
	return &Verifier{journal: journal, seq: head.Seq, head: head.Hash}
}

// Next checks that e follows the entries seen so far. The error names the
// entry.
func (v *Verifier) Next(e Entry) error {
	switch {
	case e.Journal != v.journal:
		return fmt.Errorf("chain breaks at %s#%d: entry belongs to %s", v.journal, v.seq+1, e.Journal)
	case e.Seq != v.seq+1:
		return fmt.Errorf("chain breaks at %s#%d: found entry %d", v.journal, v.seq+1, e.Seq)
	case !v.blind && Chain(v.head, e.Journal, e.Seq, e.Kind, e.Body) != e.Hash:
		return fmt.Errorf("chain breaks at %s#%d: its bytes do not give its hash", v.journal, e.Seq)
	}
	v.seq, v.head, v.blind = e.Seq, e.Hash, false
	return nil
}

// SkipTo goes on behind entries that cannot be read, up to seq, so that more
// than the first break can be named. The link to the entry after them is not
// checked.
func (v *Verifier) SkipTo(seq uint64) { v.seq, v.blind = seq, true }

// Count returns the position of the last entry that was accepted or skipped.
func (v *Verifier) Count() uint64 { return v.seq }

// Head returns the hash of the last accepted entry.
func (v *Verifier) Head() Hash { return v.head }
