package git

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
)

// What a pack may hold once it is inflated. A pack of the length that is taken
// may claim a thousand times that, and one object of it more than a machine has.
const (
	maxObject   = 64 << 20 // bytes of one object
	maxInflated = 2 << 30  // bytes of all of them
)

// errInflated says that a pack holds more than it may.
var errInflated = fmt.Errorf("it sends what unpacks to more than %d MiB in one file or %d in all", maxObject>>20, maxInflated>>20)

// measure walks over a pack without keeping anything of it, and refuses what
// would take too much room. Of a difference to another object also the length
// that it leads to counts, which it states itself.
func measure(pack io.Reader) error {
	s := packfile.NewScanner(pack)
	_, objects, err := s.Header()
	switch {
	case errors.Is(err, packfile.ErrEmptyPackfile):
		return nil
	case err != nil:
		return err
	}
	var all int64
	for range objects {
		h, err := s.NextObjectHeader()
		if err != nil {
			return err
		}
		if all += h.Length; h.Length < 0 || h.Length > maxObject || all > maxInflated {
			return errInflated
		}
		var begin head
		if _, _, err := s.NextObject(&begin); err != nil {
			return err
		}
		if h.Type != plumbing.OFSDeltaObject && h.Type != plumbing.REFDeltaObject {
			continue
		}
		_, rest := leb128(begin.bytes)
		if target, _ := leb128(rest); target > maxObject {
			return errInflated
		}
	}
	return nil
}

// head keeps the begin of what is written to it: room for two lengths.
type head struct{ bytes []byte }

func (h *head) Write(p []byte) (int, error) {
	const room = 20
	h.bytes = append(h.bytes, p[:min(len(p), room-len(h.bytes))]...)
	return len(p), nil
}

// leb128 reads a length of seven bits a byte, the lowest first, and returns what
// follows it. One that does not fit is as long as can be.
func leb128(text []byte) (n uint64, rest []byte) {
	for i, b := range text {
		if i == 9 {
			return 1<<64 - 1, nil
		}
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			return n, text[i+1:]
		}
	}
	return n, nil
}
